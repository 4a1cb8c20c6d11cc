"""Triggers: values in an ordinary request that choose an answer, where no header can be set."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from emulator.errors import FixtureError
from emulator.messages import Json
from emulator.spec.pointers import lookup, parts_of
from emulator.validation.request import ValidRequest

LOCATIONS = ("path", "query", "header", "cookie", "body", "credential")


@dataclass(frozen=True, slots=True)
class Condition:
    """One value a request must carry. `name` is a parameter's name, or a pointer into the body."""

    location: str
    name: str
    equals: Json

    def __str__(self) -> str:
        place = f"{self.location} {self.name}".strip()
        return f"{place} = {self.equals if isinstance(self.equals, str) else repr(self.equals)}"


@dataclass(frozen=True, slots=True)
class Trigger:
    """One row of a trigger table: when all conditions hold, the fixture `answer` is the answer."""

    name: str
    operation: str
    status: int
    answer: str
    when: tuple[Condition, ...]
    description: str
    source: str
    file: str


#: Reads the value that conditions look at from a request, None where it has none.
Reader = Callable[[ValidRequest], Json]


@dataclass(frozen=True, slots=True)
class TriggerIndex:
    """One operation's triggers with their place in the table, by the value first looked at."""

    by_place: tuple[tuple[Reader, Mapping[Json, tuple[tuple[int, Trigger], ...]]], ...]

    def find(self, request: ValidRequest) -> Trigger | None:
        """The first trigger, in the order they are written, whose conditions all hold."""
        best: tuple[int, Trigger] | None = None
        for read, by_value in self.by_place:
            value = read(request)
            if isinstance(value, str | int | float):
                for row in by_value.get(_key(value), ()):
                    if (best is None or row[0] < best[0]) and _holds(row[1], request):
                        best = row
                        break
        return best[1] if best else None


def index_triggers(triggers: Iterable[Trigger]) -> TriggerIndex:
    """The index over one operation's triggers, in the order they are written."""
    places: dict[tuple[str, str], dict[Json, list[tuple[int, Trigger]]]] = {}
    for number, trigger in enumerate(triggers):
        first = trigger.when[0]
        by_value = places.setdefault((first.location, first.name), {})
        by_value.setdefault(_key(first.equals), []).append((number, trigger))
    return TriggerIndex(
        tuple(
            (_reader(*place), {value: tuple(rows) for value, rows in by_value.items()})
            for place, by_value in places.items()
        )
    )


def _holds(trigger: Trigger, request: ValidRequest) -> bool:
    return all(
        _key(_reader(each.location, each.name)(request)) == _key(each.equals)
        for each in trigger.when
    )


def _key(value: Json) -> Json:
    """`value` so that JSON's `true` is not 1, as it is to Python."""
    return (value, "boolean") if isinstance(value, bool) else value


def _reader(location: str, name: str) -> Reader:
    if location == "body":
        parts = parts_of(name)
        return lambda request: _body_value(request.body, parts)
    if location == "credential":
        return lambda request: request.principal.credential or None
    if location == "header":
        return lambda request: request.request.header(name)
    return lambda request: request.parameters[location].get(name)


def _body_value(body: Json, parts: list[str]) -> Json:
    if len(parts) == 1:
        return body.get(parts[0]) if isinstance(body, dict) else None
    try:
        return lookup(body, parts)
    except KeyError:
        return None


def parse_triggers(raw: Json, file: str) -> tuple[Trigger, ...]:
    """The rows of a `triggers.yaml`; raises FixtureError with a pointer to what is wrong."""
    if not isinstance(raw, list):
        raise FixtureError(file, "a trigger table is a list of rows")
    rows = tuple(_row(row, file, f"/{index}") for index, row in enumerate(raw))
    names = [row.name for row in rows]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise FixtureError(file, f"the name {name!r} is used twice", f"/{index}/name")
    return rows


def _row(raw: Json, file: str, pointer: str) -> Trigger:
    if not isinstance(raw, dict):
        raise FixtureError(file, "a trigger is an object", pointer)
    for field in ("name", "operation", "answer"):
        if not isinstance(raw.get(field), str):
            raise FixtureError(file, f"a trigger needs a text {field!r}", f"{pointer}/{field}")
    if type(raw.get("status")) is not int:
        raise FixtureError(file, "a trigger needs a number `status`", f"{pointer}/status")
    conditions = raw.get("when")
    if not isinstance(conditions, list) or not conditions:
        raise FixtureError(file, "a trigger needs a list of conditions `when`", f"{pointer}/when")
    return Trigger(
        name=raw["name"],
        operation=raw["operation"],
        status=raw["status"],
        answer=raw["answer"],
        when=tuple(
            _condition(each, file, f"{pointer}/when/{i}") for i, each in enumerate(conditions)
        ),
        description=str(raw.get("description") or ""),
        source=str(raw.get("source") or "guess"),
        file=file,
    )


def _condition(raw: Json, file: str, pointer: str) -> Condition:
    location = raw.get("in") if isinstance(raw, dict) else None
    if location not in LOCATIONS:
        hint = f"one of {', '.join(LOCATIONS)}"
        raise FixtureError(file, f"a condition's `in` is {location!r}", f"{pointer}/in", hint)
    field = {"body": "pointer", "credential": None}.get(location, "name")
    name = raw.get(field) if field else ""
    if not isinstance(name, str):
        raise FixtureError(file, f"a condition in {location} needs {field!r}", pointer)
    if location == "body" and name and not name.startswith("/"):
        hint = "/user_id, or /items/0/name"
        raise FixtureError(file, f"{name!r} is no JSON pointer", f"{pointer}/pointer", hint)
    if "equals" not in raw or isinstance(raw["equals"], dict | list) or raw["equals"] is None:
        raise FixtureError(file, "a condition needs one plain value `equals`", f"{pointer}/equals")
    return Condition(location, name.lower() if location == "header" else name, raw["equals"])
