"""A scope's rules, and which faults strike an exchange."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from emulator.chance import chance_of
from emulator.faults.base import Fault
from emulator.faults.rules import FaultRule, Place
from emulator.faults.schedule import Occasion

#: Rules of a scope; more are a mistake in a loop.
RULE_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class FaultBook:
    """The rules in the order they were made.

    With `replay`, the faults of an earlier run by exchange: then nothing else strikes.
    """

    rules: tuple[FaultRule, ...] = ()
    replay: Mapping[str, tuple[Fault, ...]] | None = None

    def with_rule(self, rule: FaultRule) -> "FaultBook":
        """This book with another rule, in place of the one with its id."""
        return replace(self, rules=(*self.without(rule.id).rules, rule))

    def without(self, id_: str) -> "FaultBook":
        """This book less one rule."""
        return replace(self, rules=tuple(rule for rule in self.rules if rule.id != id_))

    def rule(self, id_: str) -> FaultRule | None:
        """The rule with this id."""
        return next((rule for rule in self.rules if rule.id == id_), None)


#: The book of a scope that has no rules.
NO_FAULTS = FaultBook()


@dataclass(frozen=True, slots=True)
class Strikes:
    """The faults that strike one exchange, settled, and the keys that are counted once more."""

    faults: tuple[Fault, ...] = ()
    counted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """What names one exchange in every run.

    Its scope, the digest of its request, and how often that request came before.
    """

    scope: str
    digest: str
    occurrence: int

    def __str__(self) -> str:
        return f"{self.scope}/{self.digest}/{self.occurrence}"


def strike(
    book: FaultBook,
    wished: Fault | None,
    place: Place,
    counts: Mapping[str, int],
    exchange: Exchange,
    now: datetime,
    seed: str,
) -> Strikes:
    """The faults for an exchange: the one it wishes for, then those of the rules that fit.

    Each rule draws from the seed and its own count, so that a run repeats itself.
    """
    if book.replay is not None:
        return Strikes(book.replay.get(str(exchange), ()))
    faults: list[Fault] = []
    counted: list[str] = []
    if wished is not None:
        faults.append(wished.settled(chance_of(seed, "wish", str(exchange))))
    for rule in book.rules:
        if not rule.alive(now) or not rule.where.fits(place):
            continue
        of_rule = f"fault {rule.id}"
        of_call = f"{of_rule} {place.call}"
        number = counts.get(of_rule, 0)
        chance = chance_of(seed, of_rule, str(number))
        occasion = Occasion(
            number=number,
            attempt=counts.get(of_call, 0),
            elapsed_s=(now - rule.made_at).total_seconds(),
            now=now,
            draw=chance.random().random(),
        )
        counted += (of_rule, of_call)
        if rule.schedule(occasion):
            faults.append(rule.fault.settled(chance_of(seed, of_rule, str(number), "value")))
    return Strikes(tuple(faults), tuple(counted))
