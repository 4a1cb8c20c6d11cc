"""A scope's fault rules, and which faults they select for an exchange."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

import msgspec

from emulator.faults.base import LEVELS, Fault
from emulator.http.rate_limits import Usage, allowance, microseconds
from emulator.mock.fault_rules.index import LikeRules, candidates, index_rules
from emulator.mock.fault_rules.rules import FaultRule, RequestFacts
from emulator.mock.fault_rules.schedule import Occasion
from emulator.schema.chance import Chance, chance_of
from emulator.stubs.matching.subject import Subject

#: Rules of a scope; more are a mistake in a loop.
RULE_LIMIT = 1_000


@dataclass(frozen=True)
class FaultBook:
    """The rules in the order they were made. Not slotted: that is cached.

    With `replay`, the faults of an earlier run by exchange: then there are no others.
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
        return self._by_id.get(id_)

    def applying(self, facts: RequestFacts) -> Sequence[FaultRule]:
        """The rules that match a request, in their order."""
        found = candidates(self._index, facts)
        if not found:
            return ()
        subject = facts.subject or Subject(facts.request)
        return [rule for _, rule in found if rule.where.matches(facts, subject)]

    def ask(self, subject: Subject) -> None:
        """Ask the patterns of all rules what `applying` will ask of the body."""
        for rule in self.rules:
            if rule.where.request is not None:
                rule.where.request.matches(subject)

    @cached_property
    def _by_id(self) -> Mapping[str, FaultRule]:
        return {rule.id: rule for rule in reversed(self.rules)}

    @cached_property
    def _index(self) -> tuple[LikeRules, ...]:
        return index_rules(self.rules)


#: The book of a scope that has no rules.
NO_FAULTS = FaultBook()


@dataclass(slots=True)
class RuleCounts:
    """How often a rule matched: in all, and for each logical call; and its limit's usages.

    `injected` is how often its fault was, `missed` why it could not be the last time it was due.
    """

    number: int = 0
    injected: int = 0
    missed: str = ""
    calls: OrderedDict[str, int] = field(default_factory=OrderedDict)
    usages: OrderedDict[str, Usage] = field(default_factory=OrderedDict)


#: The counts of a rule that no request has matched.
NEVER = RuleCounts()


class RuleTried(msgspec.Struct, frozen=True, gc=False):
    """Effect: a rule matched once more, whether its fault was due or not, for a logical call.

    A preference counts as a rule without a name. `spent` is what is used now of a limit, by key.
    """

    rule: str
    call: str
    spent: tuple[str, Usage] | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """The faults of an exchange, settled, and the rules whose turn it was."""

    faults: tuple[Fault, ...] = ()
    tried: tuple[RuleTried, ...] = ()


NO_SELECTION = Selection()


def select_faults(
    book: FaultBook,
    preferred: Fault | None,
    facts: RequestFacts,
    tries: Mapping[str, RuleCounts],
    exchange: str,
    now: datetime,
    seed: str,
) -> Selection:
    """The faults for an exchange: the one that its request prefers, and those of the rules.

    They come in the order of their levels: a fault of the wire is applied to what the others have
    left. Each rule draws from the seed and its own count, so that a run repeats itself.
    """
    if book.replay is not None:
        return Selection(book.replay.get(exchange, ()))
    rules = book.applying(facts)
    if preferred is None and not rules:
        return NO_SELECTION
    faults: list[Fault] = []
    tried: list[RuleTried] = []

    def take(rule: str, fault: Fault, chance: Chance) -> None:
        due, spent = _within_limit(fault, tries.get(rule, NEVER), facts, now)
        tried.append(RuleTried(rule, facts.call, spent))
        if due is not None:
            faults.append(due.settled(chance))

    if preferred is not None:
        take("", preferred, chance_of(seed, "wish", exchange))
    for rule in rules:
        if not rule.alive(now):
            continue
        before = tries.get(rule.id, NEVER)
        draws = (seed, f"fault {rule.id}", str(before.number))
        occasion = Occasion(
            number=before.number,
            attempt=before.calls.get(facts.call, 0),
            elapsed_s=(now - rule.made_at).total_seconds(),
            now=now,
            draw=chance_of(*draws).random().random(),
        )
        if rule.schedule(occasion):
            take(rule.id, rule.fault, chance_of(*draws, "value"))
        else:
            tried.append(RuleTried(rule.id, facts.call))
    faults.sort(key=lambda fault: LEVELS.index(fault.type.level))
    return Selection(tuple(faults), tuple(tried))


def _within_limit(
    fault: Fault, before: RuleCounts, facts: RequestFacts, now: datetime
) -> tuple[Fault | None, tuple[str, Usage] | None]:
    """The fault, or what is used now of its limit where that has room for one more."""
    if fault.type.limits is None:
        return fault, None
    limit = fault.type.limits(fault.parameters)
    key = "\0".join((repr(limit), *map(facts.shared_by, limit.by)))
    found = allowance(limit, before.usages.get(key), microseconds(now))
    if found.remaining:
        return None, (key, found.spend().usage)
    after = fault.parameters["retry_after_s"]
    settled = {"retry_after_s": found.retry_after_s if after is None else after}
    return replace(fault, parameters={**fault.parameters, **settled}), None
