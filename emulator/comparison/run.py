"""A whole comparison: every operation, every case, asked of both and classified."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from emulator.comparison.asking import BudgetSpentError, Party
from emulator.comparison.cases import Case, CaseMaker, UnmakeableError
from emulator.comparison.classify import Side, classify
from emulator.comparison.facts import view_of
from emulator.comparison.merging import Merged
from emulator.comparison.rules import Rules, is_named
from emulator.comparison.values import Comparison, Exchange
from emulator.messages import Json
from emulator.spec.model import Api, Operation

#: Methods that must not change anything (RFC 9110, 9.2.1).
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "QUERY"})

INTERRUPTED = "interrupted"

#: So many requests without an answer, and none with one, are enough.
MOST_UNANSWERED = 3


@dataclass(frozen=True, slots=True)
class Options:
    """How to compare. `repeats` is how often one request is asked in all, where it may be."""

    seed: int = 0
    drawn: int = 3
    repeats: int = 2
    allow_writes: bool = False
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a comparison has come."""

    operation: str
    number: int
    operations: int
    pairs: int
    differences: int


def compare(
    api: Api,
    emulator: Party,
    endpoint: Party,
    rules: Rules,
    options: Options,
    observe: Callable[[Progress, Callable[[], Comparison]], None],
) -> Comparison:
    """Ask both the same and say where they differ.

    `observe` is called after every operation, with the means to have the result so far. An
    interrupt (Ctrl-C) and a spent budget end the run with what was found.
    """
    run = _Run(api, emulator, endpoint, rules, options)
    try:
        for operation in run.selected:
            run.operation(operation)
            observe(run.progress(operation.key), run.result)
    except BudgetSpentError as error:
        run.stopped = str(error)
    except KeyboardInterrupt:
        run.stopped = INTERRUPTED
    return run.result()


@dataclass(slots=True)
class _Run:
    api: Api
    emulator: Party
    endpoint: Party
    rules: Rules
    options: Options
    stopped: str = ""
    selected: tuple[Operation, ...] = field(init=False)
    _left_out: tuple[str, ...] = field(init=False)
    _merged: Merged = field(default_factory=Merged, init=False)
    _compared: dict[str, None] = field(default_factory=dict, init=False)
    _unmade: list[tuple[str, str]] = field(default_factory=list, init=False)
    _pairs: int = field(default=0, init=False)
    _unanswered: int = field(default=0, init=False)
    _begun: float = field(default_factory=time.monotonic, init=False)

    def __post_init__(self) -> None:
        options = self.options
        meant = [
            each
            for each in self.api.operations
            if (not options.include or is_named(each, options.include))
            and not is_named(each, options.exclude)
        ]
        self.selected = tuple(each for each in meant if self._may_be_sent(each))
        self._left_out = tuple(each.key for each in meant if not self._may_be_sent(each))

    def operation(self, operation: Operation) -> None:
        """Compare what both say to one operation's cases."""
        known: Mapping[str, Json] = self.rules.parameters or {}
        maker = CaseMaker(self.api, self.options.seed, self.options.drawn, known)
        try:
            cases = maker.cases(operation)
        except UnmakeableError as error:
            self._unmade.append((operation.key, str(error)))
            return
        for case in cases:
            self._case(case)

    def progress(self, operation: str) -> Progress:
        """How far the run has come."""
        number = [each.key for each in self.selected].index(operation) + 1
        found = len(self._merged.differences())
        return Progress(operation, number, len(self.selected), self._pairs, found)

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
            seconds=time.monotonic() - self._begun,
            stopped=self.stopped,
        )

    def _may_be_sent(self, operation: Operation) -> bool:
        return self.options.allow_writes or self._reads(operation)

    def _reads(self, operation: Operation) -> bool:
        return operation.method in SAFE_METHODS or self.rules.reads_only(operation)

    def _case(self, case: Case) -> None:
        emulator, endpoint = self._ask(self.emulator, case), self._ask(self.endpoint, case)
        if not any(emulator.views) or not any(endpoint.views):
            self._unanswered += 1
            self._give_up((*endpoint.exchanges, *emulator.exchanges))
        else:
            self._pairs += 1
            self._compared[case.operation.key] = None
        self._merged.add(
            case, emulator, endpoint, classify(self.api.name, case, emulator, endpoint)
        )

    def _give_up(self, exchanges: tuple[Exchange, ...]) -> None:
        if not self._pairs and self._unanswered >= MOST_UNANSWERED:
            error = next(each.error for each in exchanges if each.error)
            raise BudgetSpentError(f"no answer from {self.endpoint.base_url}: {error}")

    def _ask(self, party: Party, case: Case) -> Side:
        exchanges = [party.ask(case)]
        first = exchanges[0].response
        # What was refused has changed nothing, so that it may be asked again.
        if self._reads(case.operation) or (first is not None and first.status >= 400):
            exchanges += [party.ask(case) for _ in range(self.options.repeats - 1)]
        views = tuple(
            view_of(self.api, case.operation, each.response, self.rules) if each.response else None
            for each in exchanges
        )
        return Side(party.name, tuple(exchanges), views)
