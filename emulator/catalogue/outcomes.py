"""How a call of a tool can end: conditions, answers, what is put down or taken away."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from emulator.errors import FixtureError
from emulator.messages import Json
from emulator.templates import Template, compile_expression, compile_template, is_template

_FIELDS = {
    *("name", "description", "source", "when", "fixture", "result", "error"),
    *("deltas", "changes", "events", "executes", "example"),
}
_CHANGE_FIELDS = {"put", "remove", "id", "record"}
_EVENT_FIELDS = {"type", "data"}


@dataclass(frozen=True, slots=True)
class Change:
    """A record that an outcome puts into a collection, or removes from it."""

    kind: Literal["put", "remove"]
    collection: str
    id: Template
    record: Template


@dataclass(frozen=True, slots=True)
class Event:
    """Something that an outcome makes happen, for those who listen to events of its type."""

    type: str
    data: Template


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way a call can end: a stored response by its id, a result, or an error text.

    What fails may have a result too: some services show the provider's answer beside the error.
    `constant` is whether the result is the same for every call; `executes` whether the tool did
    what it does; `example` are arguments that lead here. `condition` is `when` as it is written.
    """

    name: str
    when: Template | None
    result: Template | None = None
    error: Template | None = None
    fixture: str | None = None
    deltas: Template | None = None
    changes: tuple[Change, ...] = ()
    events: tuple[Event, ...] = ()
    constant: bool = False
    executes: bool = True
    example: Mapping[str, Json] | None = None
    condition: str = ""
    source: str = "documented"


def parse_outcome(raw: Json, file: str, pointer: str, source: str = "documented") -> Outcome:
    """One outcome of a tool file; raises FixtureError with a pointer to what is wrong.

    `source` is the tool's, for an outcome that names none.
    """
    if not isinstance(raw, dict):
        raise FixtureError(file, "an outcome is an object", pointer)
    for unknown in sorted(set(raw) - _FIELDS):
        hint = f"one of {', '.join(sorted(_FIELDS))}"
        raise FixtureError(file, f"unknown field {unknown!r}", f"{pointer}/{unknown}", hint)
    ends = [field for field in ("fixture", "result", "error") if field in raw]
    if not ends or ("fixture" in ends and len(ends) > 1):
        hint = "a fixture alone, or result, error or both"
        raise FixtureError(file, "an outcome must say what comes of the call", pointer, hint)
    _check_kinds(raw, file, pointer)

    def template(field: str) -> Template | None:
        return compile_template(raw[field], file, f"{pointer}/{field}") if field in raw else None

    when, changes = raw.get("when"), raw.get("changes", [])
    return Outcome(
        name=str(raw.get("name") or ends[0]),
        when=None if when is None else compile_expression(str(when), file, f"{pointer}/when"),
        result=template("result"),
        error=template("error"),
        fixture=raw.get("fixture"),
        deltas=template("deltas"),
        changes=tuple(_change(c, file, f"{pointer}/changes/{i}") for i, c in enumerate(changes)),
        events=parse_events(raw.get("events", []), file, f"{pointer}/events"),
        constant="result" in raw and not is_template(raw["result"]),
        executes=raw.get("executes", _succeeds(raw)),
        example=raw.get("example"),
        condition="" if when is None else str(when),
        source=str(raw.get("source") or source),
    )


def _succeeds(raw: Mapping[str, Json]) -> bool:
    return "error" not in raw and str(raw.get("fixture", "2")).startswith("2")


def _check_kinds(raw: Mapping[str, Json], file: str, pointer: str) -> None:
    kinds = {
        "fixture": (str, "a text", "200.default"),
        "deltas": (list, "a list", '["first part", "second part"]'),
        "changes": (list, "a list", "[{put: issues, id: …, record: …}]"),
        "executes": (bool, "true or false", "false"),
        "example": (dict, "an object", "arguments that lead to this outcome"),
    }
    for field, (kind, wanted, hint) in kinds.items():
        if field in raw and not isinstance(raw[field], kind):
            raise FixtureError(file, f"{field} is not {wanted}", f"{pointer}/{field}", hint)


def _change(raw: Json, file: str, pointer: str) -> Change:
    hint = "{put: collection, id: …, record: …} or {remove: collection, id: …}"
    if not isinstance(raw, dict) or set(raw) - _CHANGE_FIELDS or "id" not in raw:
        raise FixtureError(file, "a change says what is put or removed, by id", pointer, hint)
    if ("put" in raw) == ("remove" in raw) or ("put" in raw) != ("record" in raw):
        raise FixtureError(file, "a change puts one record, or removes one", pointer, hint)
    kind: Literal["put", "remove"] = "put" if "put" in raw else "remove"
    if not isinstance(raw[kind], str):
        raise FixtureError(file, "a collection is a text", f"{pointer}/{kind}", hint)
    return Change(
        kind,
        raw[kind],
        compile_template(raw["id"], file, f"{pointer}/id"),
        compile_template(raw.get("record"), file, f"{pointer}/record"),
    )


def parse_events(raw: Json, file: str, pointer: str) -> tuple[Event, ...]:
    """What happens then; raises FixtureError with a pointer to what is wrong."""
    if not isinstance(raw, list):
        raise FixtureError(file, "events is not a list", pointer, "[{type: …, data: …}]")
    return tuple(_event(each, file, f"{pointer}/{i}") for i, each in enumerate(raw))


def _event(raw: Json, file: str, pointer: str) -> Event:
    hint = "{type: SLACK_RECEIVE_MESSAGE, data: …}"
    if not isinstance(raw, dict) or set(raw) != _EVENT_FIELDS or not isinstance(raw["type"], str):
        raise FixtureError(file, "an event has a type, which is a text, and data", pointer, hint)
    return Event(raw["type"], compile_template(raw["data"], file, f"{pointer}/data"))
