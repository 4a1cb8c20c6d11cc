"""A profile: the rules that every scope begins with, as a file."""

from datetime import datetime

from emulator.errors import FixtureError
from emulator.http.messages import Json
from emulator.mock.fault_rules.rules import FaultRule, read_rule


def read_profile(raw: Json, file: str, now: datetime) -> tuple[FaultRule, ...]:
    """The rules of a file: a list of them, or an object with the list `faults`.

    Raises FixtureError with a pointer to what is wrong.
    """
    within = "/faults" if isinstance(raw, dict) else ""
    rows = raw.get("faults") if isinstance(raw, dict) else raw
    if not isinstance(rows, list):
        raise FixtureError(file, "a profile is a list of fault rules", within)
    rules: list[FaultRule] = []
    for index, row in enumerate(rows):
        rule = read_rule(row, f"profile-{index + 1}", now)
        if not isinstance(rule, FaultRule):
            mistake = rule[0]
            raise FixtureError(file, mistake.message, f"{within}/{index}{mistake.pointer}")
        if any(rule.id == other.id for other in rules):
            raise FixtureError(file, f"the id {rule.id!r} is used twice", f"{within}/{index}/id")
        rules.append(rule)
    return tuple(rules)
