"""Our rules and scenarios as the engine's checks and scenarios."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import requests
from schemathesis.checks import CHECKS
from schemathesis.core import curl
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response as EngineResponse
from schemathesis.engine import Status, events
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.engine.run import PhaseName

from emulator.contract.check.exchanges import Breach, CheckedExchange
from emulator.contract.check.responses import BROKEN
from emulator.contract.check.rules import RULES, Rule, RuleContext
from emulator.contract.check.scenarios.scenario import CheckScenario
from emulator.http.messages import Request, Response
from emulator.openapi.document.model import Operation
from emulator.openapi.promises.model import Basis


class Breached(Failure):
    """One of our breaches as a failure of the engine."""

    __slots__ = ("basis",)

    def __init__(self, breach: Breach, operation: str) -> None:
        super().__init__(operation=operation, title=breach.title, message=breach.reason)
        self.basis = breach.basis

    @property
    def _unique_key(self) -> str:
        return self.title


@contextmanager
def rules_as_checks(context: RuleContext) -> Iterator[None]:
    """The engine judges every response by our rules too."""
    exchange_of = _made_once()
    for name, rule in RULES.items():
        CHECKS.register(_check(name, rule, context, exchange_of))
    try:
        yield
    finally:
        for name in RULES:
            CHECKS.unregister(name)


#: What a response of the engine is as an exchange of an operation.
_ExchangeOf = Callable[[EngineResponse, Operation], CheckedExchange]


def _made_once() -> _ExchangeOf:
    """`_exchange`, which all rules that judge a response one after another share."""
    last: tuple[EngineResponse, CheckedExchange] | None = None

    def exchange_of(response: EngineResponse, operation: Operation) -> CheckedExchange:
        nonlocal last
        known = last
        if known is None or known[0] is not response:
            last = known = response, _exchange(response, operation)
        return known[1]

    return exchange_of


def _check(
    name: str, rule: Rule, context: RuleContext, exchange_of: _ExchangeOf
) -> Callable[..., None]:
    def check(_: Any, response: EngineResponse, case: Any) -> None:
        operation = context.operations.get(case.operation.label)
        if operation is None:
            return
        for breach in rule(exchange_of(response, operation), operation, context):
            raise Breached(breach, operation.key)

    check.__name__ = name
    return check


def _exchange(response: EngineResponse, operation: Operation) -> CheckedExchange:
    sent = response.request
    return CheckedExchange(
        operation.key,
        request_of(sent),
        Response(
            response.status_code,
            tuple((name, value) for name, values in response.headers.items() for value in values),
            response.content or b"",
        ),
        cut_short=response.stream_cut_short,
        broken=getattr(sent, BROKEN, ""),
    )


def request_of(sent: requests.PreparedRequest) -> Request:
    """What the engine sent, as a request."""
    path, _, query = str(sent.path_url).partition("?")
    body = sent.body if isinstance(sent.body, bytes) else str(sent.body or "").encode()
    headers = tuple((name.lower(), str(value)) for name, value in sent.headers.items())
    return Request(str(sent.method), path, query, headers, body)


def finished_scenario(
    check: str,
    scenario: CheckScenario,
    operations: Mapping[str, Any],
    context: RuleContext,
    origin: str,
) -> events.ScenarioFinished:
    """A scenario of a check of ours as the engine's reports take it.

    Each exchange is judged by the rules as well. `operations` are the engine's, by label.
    """
    recorder = ScenarioRecorder(label=scenario.label)
    failed = False
    for exchange in scenario.exchanges:
        operation = operations.get(exchange.operation)
        if operation is None:
            continue
        case = operation.Case()
        recorder.record_case(case=case)
        response = _response(exchange, origin)
        recorder.record_response(case_id=case.id, response=response)
        documented = context.operations[exchange.operation]
        found = [(check, breach) for breach, shown_by in scenario.breaches if shown_by is exchange]
        broken = [
            (name, breach)
            for name, rule in RULES.items()
            for breach in rule(exchange, documented, context)
        ]
        for name, breach in (*found, *broken):
            failed = True
            recorder.record_check_failure(
                name=name,
                case_id=case.id,
                code_sample=_curl(response.request),
                failure=Breached(breach, exchange.operation),
            )
        if not found:
            recorder.record_check_success(name=check, case_id=case.id)
    return events.ScenarioFinished(
        id=uuid4(),
        suite_id=uuid4(),
        phase=PhaseName.STATEFUL_TESTING,
        label=scenario.label,
        status=Status.FAILURE if failed else Status.SUCCESS,
        recorder=recorder,
        elapsed_time=0.0,
        skip_reason=None,
        is_final=True,
    )


def _response(exchange: CheckedExchange, origin: str) -> EngineResponse:
    request, response = exchange.request, exchange.response
    headers: dict[str, list[str]] = {}
    for name, value in response.headers:
        headers.setdefault(name.lower(), []).append(value)
    sent = requests.Request(
        request.method,
        f"{origin}{request.target}",
        headers=dict(request.headers),
        data=request.body or None,
    ).prepare()
    return EngineResponse(
        status_code=response.status,
        headers=headers,
        content=response.body,
        request=sent,
        elapsed=0.0,
        verify=True,
        message=requests.status_codes._codes.get(response.status, ("",))[0],
        stream_cut_short=exchange.cut_short,
    )


def _curl(request: requests.PreparedRequest) -> str:
    return curl.generate(
        method=str(request.method),
        url=str(request.url),
        body=request.body,
        verify=True,
        headers={str(name): str(value) for name, value in request.headers.items()},
        known_generated_headers=None,
    ).command


#: What the engine's own checks rest on; the others on the document.
BASES: Mapping[str, Basis] = {
    "not_a_server_error": Basis.HTTP,
    "unsupported_method": Basis.HTTP,
    "allow_header_conformance": Basis.HTTP,
    "use_after_free": Basis.CONVENTION,
    "ensure_resource_availability": Basis.CONVENTION,
    "object_level_authorization": Basis.CONVENTION,
}


def basis_of(failure: Failure, check: str) -> Basis:
    """What a failure rests on."""
    return failure.basis if isinstance(failure, Breached) else BASES.get(check, Basis.DOCUMENT)
