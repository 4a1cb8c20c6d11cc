"""Fault rules: which fault is injected where and when; written as JSON or YAML."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import jsonschema_rs
import msgspec

from emulator.errors import FixtureError
from emulator.faults.base import Fault, make_fault
from emulator.faults.table import FAULTS
from emulator.http.messages import Json, Request
from emulator.mock.fault_rules.schedule import WHEN_SCHEMA, Schedule, make_schedule
from emulator.schema.field_errors import FieldError, field_errors
from emulator.stubs.matching.matchers import MATCHER_SCHEMA
from emulator.stubs.matching.pattern import PATTERN_SCHEMA, RequestPattern, compile_pattern
from emulator.stubs.matching.subject import Subject


class RequestFacts(msgspec.Struct, frozen=True, gc=False):
    """What rules look at in a request; texts are empty where there is none.

    `caller` is the credential or, of a token, its subject too; `call` is the logical call.
    `subject` is the request as patterns see it, where one was asked before.
    """

    request: Request
    api: str = ""
    operation: str = ""
    tool: str = ""
    caller: tuple[str, ...] = ()
    call: str = ""
    subject: Subject | None = None

    def shared_by(self, word: str) -> str:
        """What this exchange has in common with those that a limit counts with it."""
        return {
            "scope": "",
            "api": self.api,
            "operation": f"{self.api} {self.operation}",
            "tool": f"{self.api} {self.tool}",
            "caller": self.caller[0] if self.caller else "",
        }[word]


class Where(msgspec.Struct, frozen=True, gc=False):
    """What a request must be for a rule to match it; what is None does not matter."""

    api: str | None = None
    operation: str | None = None
    tool: str | None = None
    caller: str | None = None
    request: RequestPattern | None = None

    def matches(self, facts: RequestFacts, subject: Subject | None = None) -> bool:
        """Whether the exchange is one of those meant; `subject` is its request for patterns."""
        return (
            self.api in (None, facts.api)
            and self.operation in (None, facts.operation)
            and self.tool in (None, facts.tool)
            and (self.caller is None or self.caller in facts.caller)
            and (self.request is None or self.request.matches(subject or facts.request))
        )


class FaultRule(msgspec.Struct, frozen=True, gc=False):
    """One rule. `raw` is how it was written; `made_at` is the scope's time then."""

    id: str
    fault: Fault
    where: Where
    schedule: Schedule
    made_at: datetime
    ttl_s: float | None
    raw: Mapping[str, Json]

    def alive(self, now: datetime) -> bool:
        """Whether its time is not over."""
        return self.ttl_s is None or (now - self.made_at).total_seconds() < self.ttl_s


#: JSON Schema of a rule; what a fault's parameters are, `read_rule` says.
RULE_SCHEMA: Json = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A fault rule",
    "type": "object",
    "required": ["fault"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
        "fault": {"enum": list(FAULTS), "description": "The fault's name."},
        "parameters": {
            "type": "object",
            "description": "Its parameters, by name.",
            "properties": {
                each.name: {"description": each.help}
                for fault in FAULTS.values()
                for each in fault.parameters
            },
        },
        "where": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "api": {"type": "string", "description": "The API's name."},
                "operation": {"type": "string", "description": "An operationId."},
                "tool": {"type": "string", "description": "A tool's slug."},
                "caller": {"type": "string", "description": "A credential, or a token's sub."},
                "request": {"$ref": "#/$defs/pattern"},
            },
        },
        "when": WHEN_SCHEMA,
        "after_execution": {
            "type": "boolean",
            "description": "Whether the request is executed all the same.",
        },
        "ttl_s": {
            "type": "number",
            "exclusiveMinimum": 0,
            "description": "How long the rule lives.",
        },
    },
    "$defs": {"pattern": PATTERN_SCHEMA, "matcher": MATCHER_SCHEMA},
}

_VALIDATOR = jsonschema_rs.Draft202012Validator(RULE_SCHEMA)


#: What is said of a path where none is read.
_PATHS = dict.fromkeys(
    ("/where/path", "/where/url"),
    'a path belongs in `request`: {"where": {"request": {"urlPath": …}}}',
)

#: What is wrong with the names in a rule's `where`.
Judge = Callable[[Where], tuple[FieldError, ...]]


def _any_name(_: Where) -> tuple[FieldError, ...]:
    return ()


def read_rule(
    raw: Json, id_: str, now: datetime, misnamed: Judge = _any_name
) -> FaultRule | tuple[FieldError, ...]:
    """The rule as written, or all that is wrong with it; `id_` is for one that has no id."""
    errors = field_errors(_VALIDATOR, raw, RULE_SCHEMA)
    if errors:
        return tuple(FieldError(e.pointer, _PATHS.get(e.pointer, e.message)) for e in errors)
    given = dict(raw.get("parameters", {}))
    if "after_execution" in raw:
        given["after_execution"] = raw["after_execution"]
    fault, wrong = make_fault(FAULTS[raw["fault"]], given)
    if wrong:
        return tuple(
            FieldError(f"/parameters/{name}", _misplaced(name) or message)
            for name, message in wrong
        )
    try:
        schedule = make_schedule(raw.get("when", {}))
    except (ValueError, OverflowError) as error:
        return (FieldError("/when", str(error)),)
    id_ = raw.get("id", id_)
    named = Fault(fault.type, fault.parameters, fault.after_execution, id_)
    where = _read_where(raw.get("where", {}))
    if not isinstance(where, Where):
        return where
    if errors := misnamed(where):
        return errors
    return FaultRule(id_, named, where, schedule, now, raw.get("ttl_s"), {**raw, "id": id_})


def _misplaced(name: str) -> str:
    """That a parameter is none but a field of the rule; empty for others."""
    for place in ("when", "where"):
        if name in RULE_SCHEMA["properties"][place]["properties"]:
            example = f'{{"{place}": {{"{name}": …}}}}'
            return f"{name!r} is no parameter; it belongs in `{place}`: {example}"
    return ""


def _read_where(raw: Mapping[str, Any]) -> Where | tuple[FieldError, ...]:
    if "request" not in raw:
        return Where(**raw)
    pattern = compile_pattern(raw["request"])
    if isinstance(pattern, RequestPattern):
        return Where(**{**raw, "request": pattern})
    return tuple(FieldError(f"/where/request{each.pointer}", each.message) for each in pattern)


def read_profile(
    raw: Json, file: str, now: datetime, misnamed: Judge = _any_name
) -> tuple[FaultRule, ...]:
    """The rules of a file: a list of them, or an object with the list `faults`.

    Raises FixtureError with a pointer to what is wrong.
    """
    within = "/faults" if isinstance(raw, dict) else ""
    rows = raw.get("faults") if isinstance(raw, dict) else raw
    if not isinstance(rows, list):
        raise FixtureError(file, "a profile is a list of fault rules", within)
    rules: dict[str, FaultRule] = {}
    for index, row in enumerate(rows):
        rule = read_rule(row, f"profile-{index + 1}", now, misnamed)
        if not isinstance(rule, FaultRule):
            mistake = rule[0]
            raise FixtureError(file, mistake.message, f"{within}/{index}{mistake.pointer}")
        if rule.id in rules:
            raise FixtureError(file, f"the id {rule.id!r} is used twice", f"{within}/{index}/id")
        rules[rule.id] = rule
    return tuple(rules.values())
