"""A scenario: the requests that one check sends, in order, and what it found wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from emulator.contract.check.caller import Caller
from emulator.contract.check.exchanges import Breach, CheckedExchange
from emulator.contract.check.promises import Basis, Contract
from emulator.http.messages import Json, Request
from emulator.openapi.document.model import Api, Operation
from emulator.openapi.requests.make import Extent, RequestMaker, UnmakeableError
from emulator.openapi.requests.parts import RequestParts


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What checks of several requests work with. Without `writes` they only read."""

    api: Api
    contract: Contract
    caller: Caller
    seed: int = 0
    writes: bool = True
    #: Keys of the operations that may be called.
    selected: frozenset[str] = frozenset()
    #: Tools that only read, with arguments they take.
    tools: tuple[tuple[str, Mapping[str, Json]], ...] = ()

    def operation(self, operation_id: str) -> Operation | None:
        """A selected operation that may be called, by its id; None where there is none."""
        operation = self.api.operation(operation_id) if operation_id else None
        if operation is None or operation.key not in self.selected:
            return None
        return operation if self.writes or operation.method in ("GET", "HEAD") else None


@dataclass(slots=True)
class CheckScenario:
    """The exchanges of one scenario, and each breach with the exchange that shows it."""

    context: CheckContext
    label: str
    basis: Basis
    exchanges: list[CheckedExchange] = field(default_factory=list)
    breaches: list[tuple[Breach, CheckedExchange]] = field(default_factory=list)

    def make(self, operation: Operation, number: int = 0, **known: Json) -> RequestParts | None:
        """A valid request with these values of parameters, or None where none can be made.

        Requests of different `number` differ where the schema lets them.
        """
        maker = RequestMaker(self.context.api, operation, self.context.seed, known)
        try:
            return maker.make(str(number), Extent(example=number))
        except UnmakeableError:
            return None

    def send(
        self, parts: RequestParts, *, known: bool = True, reads: bool = False
    ) -> CheckedExchange:
        """The exchange a request leads to; `known` and `reads` as in `Caller.send`."""
        request = parts.request(self.context.caller.base_path)
        return self.send_request(parts.operation, request, known=known, reads=reads)

    def send_request(
        self, operation: Operation, request: Request, *, known: bool = True, reads: bool = False
    ) -> CheckedExchange:
        """The exchange a request leads to."""
        exchange = self.context.caller.send(operation, request, known=known, reads=reads)
        self.exchanges.append(exchange)
        return exchange

    def breach(
        self, exchange: CheckedExchange, title: str, reason: str = "", basis: Basis | None = None
    ) -> None:
        """Record a broken promise; it rests on the scenario's basis unless there is another."""
        self.breaches.append((Breach(basis or self.basis, title, reason), exchange))


#: The scenarios of one check, each complete when it is yielded.
CheckScenarios = Iterator[CheckScenario]
