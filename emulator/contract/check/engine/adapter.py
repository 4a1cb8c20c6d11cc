"""One run of the engine: our own scenarios, then its phases; all results are values.

What Schemathesis would otherwise do on its own is switched off: reading `schemathesis.toml`,
expanding `${VARIABLES}` in headers, keeping a cache, an example database or `.hypothesis`, and
reading the application's source.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import urlsplit

import schemathesis
from requests import RequestException
from schemathesis import engine
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.engine import events
from schemathesis.errors import NoLinksFound
from schemathesis.schemas import BaseSchema

from emulator.contract.check.engine.as_written import WrittenRequests, read_as_written
from emulator.contract.check.engine.checks import finished_scenario, request_of, rules_as_checks
from emulator.contract.check.engine.isolation import (
    base_url_of,
    inner_adapter,
    isolated,
    sent_through,
    tuples_kept,
)
from emulator.contract.check.engine.keys import FreshKeys
from emulator.contract.check.engine.results import Batch, Reports, batch_of, one_line
from emulator.contract.check.engine.settings import engine_settings
from emulator.contract.check.exchanges import joined
from emulator.contract.check.findings import (
    BEHAVIOUR,
    INTERRUPTED,
    CheckOptions,
    Target,
    fingerprint,
)
from emulator.contract.check.logins import credential_names
from emulator.contract.check.resume_log import ResumeLog
from emulator.contract.check.rules import RULES, RuleContext, odd_errors
from emulator.contract.check.scenarios.scenario import Caller, CheckContext, CheckScenario
from emulator.contract.check.scenarios.table import SCENARIO_CHECKS, scenarios
from emulator.contract.check.wire import SAFE_METHODS, BudgetSpentError, UnsafeRequestError, Wire
from emulator.contract.pacing import Pace
from emulator.contract.selection import selected
from emulator.http.exact import in_doubles
from emulator.http.known_secrets import Mask, mask_of, secret_headers
from emulator.openapi.document.compile import compile_api
from emulator.openapi.document.model import Api
from emulator.openapi.promises.infer import with_inferred
from emulator.openapi.promises.model import Contract


class EngineError(Exception):
    """Schemathesis can't take the document or the options; the message is for the user."""


@dataclass(frozen=True, slots=True)
class Run:
    """A check that can be started once: the selected operations, and the batches of results.

    `left_out` are the operations that might change something, where that was not allowed.
    """

    operations: tuple[str, ...]
    left_out: tuple[str, ...]
    api: Api
    contract: Contract
    batches: Iterator[Batch]
    wire: Wire
    #: How many responses are known from the run that is resumed.
    remembered: int = 0


@contextmanager
def prepared(target: Target, options: CheckOptions) -> Iterator[Run]:
    """A run of the engine; leaving the context stops it and closes its reports.

    Raises `EngineError` for a document or option the engine rejects, `ResumeLogError` for a file
    that can't be resumed from.
    """
    with ExitStack() as stack:
        stack.enter_context(isolated())
        stack.enter_context(tuples_kept(target.document))
        wire, log = _wire(target, options, stack)
        try:
            api = target.api or compile_api(target.name, target.name, target.document)
            contract = with_inferred(target.contract, api)
            base_path = urlsplit(base_url_of(target)).path
            keyed = FreshKeys(wire, api, contract, base_path, options.seed)
            stack.enter_context(sent_through(keyed))
            secrets = mask_of(target.headers, target.credentials)
            rule_context = RuleContext(api, contract, secrets)
            stack.enter_context(rules_as_checks(rule_context))
            written = WrittenRequests(api, base_path.rstrip("/"))
            stack.enter_context(read_as_written(written, request_of))
            selection = _Selection(api, contract, target, options)
            # Excluded, not included: the settings of single operations count as inclusions too.
            # Only what is documented: methods that no operation has are asked for by design.
            schema = _schema(target, options, api, contract).exclude(
                lambda context: _key(context.operation) in selection.excluded
            )
            called = _operations(schema)
            stream = engine.from_schema(schema).execute()
        except Exception as error:
            # The engine asserts its way through malformed documents: no narrower class covers it.
            raise EngineError(_reason(error)) from error
        stack.callback(stream.stop)
        context = CheckContext(
            api,
            contract,
            Caller(
                wire,
                base_url_of(target),
                target.headers,
                target.credentials,
                frozenset(credential_names(api)),
                options.timeout_s,
            ),
            options.seed,
            target.app is not None or options.allow_writes,
            selection.selected,
            target.tools,
        )
        mask = secrets if options.mask_credentials else Mask()
        names = (*credential_names(api), *(name for name, _ in secret_headers(target.headers)))
        reports = Reports(schema, target.name, options, mask, names, stack)
        writer = _EventWriter(mask, reports, wire)
        every = _operations(_schema(target, options, api, contract))
        batches = _all_batches(context, every, rule_context, options, stream, writer)
        labels = tuple(dict.fromkeys((*called, *selection.run_by_tools)))
        remembered = log.remembered if log else 0
        yield Run(labels, selection.left_out, api, contract, batches, wire, remembered)


def _wire(target: Target, options: CheckOptions, stack: ExitStack) -> tuple[Wire, ResumeLog | None]:
    mask = mask_of(target.headers, target.credentials)
    log = None
    if options.resume is not None:
        log = ResumeLog(options.resume, target.name, fingerprint(target, options), mask)
        stack.callback(log.close)
    inner = inner_adapter(target, options, stack)
    pace = Pace(options.rate_per_s, options.max_requests, options.max_time_s)
    return Wire(inner, options.limits_for(target), pace, log), log


def _reason(error: Exception) -> str:
    return str(error) or f"the engine failed with {type(error).__name__}"


def check_names() -> tuple[str, ...]:
    """The names of every check, the engine's and our own, sorted."""
    load_all_checks()
    return tuple(
        sorted({*(check.__name__ for check in CHECKS.get_all()), *RULES, *SCENARIO_CHECKS})
    )


class _Selection:
    """Which operations are called: those selected that may be; the others are left out."""

    def __init__(self, api: Api, contract: Contract, target: Target, options: CheckOptions) -> None:
        writes = target.app is not None or options.allow_writes
        wanted = selected(api, options.include, options.exclude)
        tools = {each.operation for each in contract.tools} if target.tools else set()
        self.selected = frozenset(each.key for each in wanted)
        self.engine = frozenset(
            each.key for each in wanted if writes or each.method in SAFE_METHODS
        )
        self.run_by_tools = tuple(each.key for each in wanted if each.id in tools)
        self.excluded = frozenset(each.key for each in api.operations) - self.engine
        called = {*self.engine, *self.run_by_tools}
        self.left_out = tuple(each.key for each in wanted if each.key not in called)


def _schema(target: Target, options: CheckOptions, api: Api, contract: Contract) -> BaseSchema:
    config = SchemathesisConfig.from_dict(engine_settings(target, options, api, contract))
    # `update` takes headers literally; in `from_dict` a `${...}` would read the environment.
    config.projects.default.update(headers=joined(target.headers), base_url=base_url_of(target))
    # Copied, because the engine writes inferred links into the document.
    document = in_doubles(dict(target.document))
    schema: BaseSchema = schemathesis.openapi.from_dict(document, config=config)
    return schema


def _key(operation: Any) -> str:
    return f"{operation.method.upper()} {operation.path}"


def _operations(schema: BaseSchema) -> dict[str, Any]:
    """The engine's operations by label."""
    found = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    return {operation.label: operation for operation in found}


def _all_batches(
    context: CheckContext,
    operations: dict[str, Any],
    rule_context: RuleContext,
    options: CheckOptions,
    stream: Any,
    writer: "_EventWriter",
) -> Iterator[Batch]:
    if BEHAVIOUR in options.phases:
        origin = context.caller.origin
        try:
            for check, scenario in scenarios(context, options.checks):
                finished = finished_scenario(check, scenario, operations, rule_context, origin)
                for batch in writer.batches(finished):
                    yield replace(batch, phase=BEHAVIOUR, attempts=scenario.attempts)
        except BudgetSpentError:
            pass
        except RequestException as error:
            yield Batch(errors=(writer.mask(f"no answer: {error}"),))
    if not _has_engine_work(options):
        yield from _odd_shapes(context, operations, rule_context, options, writer)
        return
    for event in cast(Iterator[events.EngineEvent], stream):
        if isinstance(event, events.EngineFinished):
            yield from _odd_shapes(context, operations, rule_context, options, writer)
        yield from writer.batches(event)
        if writer.wire.spent:
            stream.stop()


def _odd_shapes(
    context: CheckContext,
    operations: dict[str, Any],
    rule_context: RuleContext,
    options: CheckOptions,
    writer: "_EventWriter",
) -> Iterator[Batch]:
    """Errors in a shape of their own: which one is usual, only all of them show."""
    name = "error_envelope"
    for exchange, breach in odd_errors(rule_context) if _wants(options, name) else ():
        scenario = CheckScenario(context, exchange.operation, breach.basis)
        scenario.exchanges.append(exchange)
        scenario.breaches.append((breach, exchange))
        origin = context.caller.origin
        event = finished_scenario(name, scenario, operations, rule_context, origin)
        # The method may be one that the path does not have.
        asked = f"{exchange.request.method} {exchange.operation.partition(' ')[2]}"
        for batch in writer.batches(event):
            findings = tuple(
                ((asked, *key[1:]), replace(each, operation=asked, key=(asked, *key[1:])))
                for key, each in batch.findings
            )
            # The exchange was counted when it took place.
            yield replace(batch, phase="", cases=0, findings=findings)


def _wants(options: CheckOptions, name: str) -> bool:
    return not options.checks or name in options.checks


def _has_engine_work(options: CheckOptions) -> bool:
    """Whether a phase of the engine is selected, and a check that runs in it."""
    phases = set(options.phases) - {BEHAVIOUR}
    return bool(phases) and (not options.checks or bool(set(options.checks) - set(SCENARIO_CHECKS)))


@dataclass(frozen=True, slots=True)
class _EventWriter:
    """Writes the engine's events into the reports, and makes batches of them."""

    mask: Mask
    reports: Reports
    wire: Wire

    def batches(self, event: events.EngineEvent) -> Iterator[Batch]:
        """The batch of an event, if it has results."""
        error = event.value if isinstance(event, events.NonFatalError) else None
        # Links lead to operations that are not selected: there is nothing to follow.
        if isinstance(error, BudgetSpentError | UnsafeRequestError | NoLinksFound):
            return
        self.reports.write(event)
        if isinstance(event, events.ScenarioFinished):
            yield batch_of(event, self.mask)
        elif isinstance(event, events.NonFatalError):
            yield Batch(errors=(self.mask(f"{event.label}: {one_line(event.info)}"),))
        elif isinstance(event, events.FatalError):
            yield Batch(errors=(self.mask(_reason(event.exception)),))
        elif isinstance(event, events.Interrupted) and not self.wire.spent:
            yield Batch(errors=(INTERRUPTED,))
