"""A rule judges one exchange, and finds what is wrong with it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from emulator.contract.check.exchanges import CheckedExchange
from emulator.contract.check.promises import Basis, Contract
from emulator.http.known_secrets import Mask
from emulator.openapi.document.model import Api, Operation


@dataclass(frozen=True, slots=True)
class Breach:
    """One broken promise.

    `check` is the name of the check; `title` is the same for the same defect; `basis` is what the
    promise rests on.
    """

    check: str
    basis: Basis
    title: str
    reason: str = ""


@dataclass(frozen=True)
class RuleContext:
    """What rules may use besides the exchange."""

    api: Api
    contract: Contract
    secrets: Mask = field(default_factory=Mask)
    #: The members that errors had so far.
    error_members: set[str] = field(default_factory=set)

    @cached_property
    def operations(self) -> Mapping[str, Operation]:
        """The API's operations by key."""
        return {operation.key: operation for operation in self.api.operations}


#: Judges one exchange with the operation it was meant for.
Rule = Callable[[CheckedExchange, Operation, RuleContext], Iterable[Breach]]
