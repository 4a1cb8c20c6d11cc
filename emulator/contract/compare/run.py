"""A whole comparison: every case of every operation sent to both servers, and classified."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from emulator.contract.compare.cases import Case, CaseMaker
from emulator.contract.compare.classify import Side, classify
from emulator.contract.compare.facts import View, view_of
from emulator.contract.compare.rules import Rules
from emulator.contract.compare.servers import ComparedServer, StoppedError
from emulator.contract.compare.values import ComparedExchange, Comparison, Difference, Kind
from emulator.contract.reports.display import Progress
from emulator.contract.selection import matches, selected
from emulator.http.messages import Json
from emulator.openapi.document.model import Api, Operation
from emulator.openapi.promises.model import Tools
from emulator.openapi.requests.make import UnmakeableError

#: Methods that must not change anything (RFC 9110, 9.2.1).
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "QUERY"})

INTERRUPTED = "interrupted"

#: A tool that only reads: how its operation runs tools, its slug, and arguments that it takes.
Tool = tuple[Tools, str, Mapping[str, Json]]

#: A run ends after so many requests without a response, if none had one.
MOST_UNANSWERED = 3


@dataclass(frozen=True, slots=True)
class Options:
    """How to compare. `repeats` is how often one request is sent in all, where it may be."""

    seed: int = 0
    drawn: int = 3
    repeats: int = 2
    allow_writes: bool = False
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


def compare(
    api: Api,
    servers: tuple[ComparedServer, ComparedServer],
    rules: Rules,
    options: Options,
    tools: Iterable[Tool],
    observe: Callable[[Progress, Callable[[], Comparison]], None],
) -> Comparison:
    """Send the emulator and the endpoint the same requests, and find where they differ.

    `observe` is called after every operation, with the means to have the result so far. An
    interrupt (Ctrl-C) and a spent budget end the run with what was found.
    """
    run = _Run(api, *servers, rules, options, tuple(tools))
    try:
        for operation in run.selected:
            run.operation(operation)
            observe(run.progress(operation.key), run.result)
    except StoppedError as error:
        run.stopped = str(error)
    except KeyboardInterrupt:
        run.stopped = INTERRUPTED
    return run.result()


#: (side, operation, status and pointer): the domains seen there in any case.
_Place = tuple[str, str, str]


class _Merged:
    """The differences found so far, in order."""

    def __init__(self) -> None:
        self._found: dict[str, Difference] = {}
        self._seen: dict[_Place, set[str]] = {}

    def add(
        self, case: Case, emulator: Side, endpoint: Side, differences: tuple[Difference, ...]
    ) -> None:
        """Add the differences of one case."""
        for side in (emulator, endpoint):
            for view in side.views:
                if view is not None:
                    self._see((side.name, case.operation.key), view)
        for difference in differences:
            known = self._found.get(difference.id)
            count = known.count + 1 if known else 1
            self._found[difference.id] = replace(known or difference, count=count)

    def _see(self, where: tuple[str, str], view: View) -> None:
        for pointer, domains in view.body.items():
            self._seen.setdefault((*where, f"{view.status} {pointer}"), set()).update(domains)

    def differences(self) -> tuple[Difference, ...]:
        """The differences that hold over all cases, by kind.

        A member that both have in some response, and values of one place that both have, are data.
        """
        holding = (each for each in self._found.values() if self._holds(each))
        return tuple(sorted(holding, key=lambda each: tuple(Kind).index(each.kind)))

    def _holds(self, difference: Difference) -> bool:
        if difference.kind is not Kind.DIFFERENT:
            return True
        ours, theirs = self._domains(difference)
        if difference.aspect == "presence":
            return not (ours and theirs)
        return difference.aspect != "domain" or ours != theirs

    def _domains(self, difference: Difference) -> Iterator[set[str]]:
        for side in ("emulator", "endpoint"):
            yield self._seen.get((side, difference.operation, difference.place), set())


def in_order(operations: Iterable[Operation]) -> tuple[Operation, ...]:
    """The operations as they are sent: what deletes comes last, the deepest path first."""

    def place(operation: Operation) -> tuple[bool, int]:
        deletes = operation.method == "DELETE"
        return deletes, -operation.path.count("/") if deletes else 0

    return tuple(sorted(operations, key=place))


@dataclass(slots=True)
class _Run:
    api: Api
    emulator: ComparedServer
    endpoint: ComparedServer
    rules: Rules
    options: Options
    tools: tuple[Tool, ...]
    stopped: str = ""
    selected: tuple[Operation, ...] = field(init=False)
    _left_out: tuple[str, ...] = field(init=False)
    _maker: CaseMaker = field(init=False)
    _tool_cases: dict[str, list[Case]] = field(default_factory=dict, init=False)
    _merged: _Merged = field(default_factory=_Merged, init=False)
    _compared: dict[str, None] = field(default_factory=dict, init=False)
    _unmade: list[tuple[str, str]] = field(default_factory=list, init=False)
    _pairs: int = field(default=0, init=False)
    _unanswered: int = field(default=0, init=False)
    _started: float = field(default_factory=time.monotonic, init=False)

    def __post_init__(self) -> None:
        options = self.options
        self._maker = CaseMaker(self.api, options.seed, options.drawn, self.rules.parameters)
        for promise, slug, arguments in self.tools:
            case = self._maker.tool_case(promise, slug, arguments)
            if case is not None:
                self._tool_cases.setdefault(case.operation.key, []).append(case)
        named = selected(self.api, options.include, options.exclude)
        chosen = (e for e in named if self._may_be_sent(e) or e.key in self._tool_cases)
        self.selected = in_order(chosen)
        self._left_out = tuple(each.key for each in named if each not in self.selected)

    def operation(self, operation: Operation) -> None:
        """Compare both responses to each of an operation's cases."""
        cases: tuple[Case, ...] = ()
        if self._may_be_sent(operation):
            try:
                cases = self._maker.cases(operation)
            except UnmakeableError as error:
                self._unmade.append((operation.key, str(error)))
        for case in (*cases, *self._tool_cases.get(operation.key, ())):
            self._case(case)

    def progress(self, operation: str) -> Progress:
        """How far the run has come."""
        number = [each.key for each in self.selected].index(operation) + 1
        found = len(self._merged.differences())
        total = len(self.selected)
        nouns = ("request", "difference")
        return Progress(self.api.name, number, total, self._pairs, found, operation, nouns)

    def result(self) -> Comparison:
        """Everything so far."""
        return Comparison(
            api=self.api.name,
            url=self.endpoint.base_url,
            seed=self.options.seed,
            differences=self._merged.differences(),
            operations=len(self.selected) + len(self._left_out),
            compared=tuple(self._compared),
            left_out=self._left_out,
            unmade=tuple(self._unmade),
            pairs=self._pairs,
            unanswered=self._unanswered,
            seconds=time.monotonic() - self._started,
            stopped=self.stopped,
        )

    def _may_be_sent(self, operation: Operation) -> bool:
        return self.options.allow_writes or self._reads(operation)

    def _reads(self, operation: Operation) -> bool:
        return operation.method in SAFE_METHODS or matches(operation, self.rules.reads)

    def _case(self, case: Case) -> None:
        emulator, endpoint = self._side(self.emulator, case), self._side(self.endpoint, case)
        if not any(emulator.views) or not any(endpoint.views):
            self._unanswered += 1
            self._stop_if_silent((*endpoint.exchanges, *emulator.exchanges))
        else:
            self._pairs += 1
            self._compared[case.operation.key] = None
        self._merged.add(case, emulator, endpoint, classify(self.api, case, emulator, endpoint))

    def _stop_if_silent(self, exchanges: tuple[ComparedExchange, ...]) -> None:
        if not self._pairs and self._unanswered >= MOST_UNANSWERED:
            error = next(each.error for each in exchanges if each.error)
            raise StoppedError(f"no answer from {self.endpoint.base_url}: {error}")

    def _side(self, server: ComparedServer, case: Case) -> Side:
        exchanges = [server.exchange(case)]
        first = exchanges[0].response
        # What was rejected has changed nothing, so it may be sent again.
        reads = case.reads or self._reads(case.operation)
        if reads or (first is not None and first.status >= 400):
            exchanges += [server.exchange(case) for _ in range(self.options.repeats - 1)]
        views = tuple(
            view_of(self.api, case.operation, each.response, self.rules) if each.response else None
            for each in exchanges
        )
        return Side(server.name, tuple(exchanges), views)
