"""What of a request its response should repeat, and where it does not."""

from collections.abc import Iterator, Mapping

from emulator.http.encode import dump
from emulator.http.messages import Json
from emulator.openapi.requests.held_back import shown_again
from emulator.openapi.requests.parts import RequestParts
from emulator.schema.validators import Schemas

#: What identifies a thing stands so deep: in the body, or in what it wraps.
_DEPTH = 2


def repeated(
    request: RequestParts, requests: Schemas, identities: tuple[str, ...]
) -> Mapping[str, Json]:
    """The members of a request that the response may repeat.

    They are not held back, and say nothing else than the path: of two namespaces, or two ids, only
    one can be right. `identities` are names of what identifies the thing that a path ends with.
    """
    described = request.described
    schema = requests.roots.get(described.schema_key or "", True) if described else True
    found = shown_again(request.members, schema, requests.definitions)
    path = {name: value for (place, name), value in request.parameters.items() if place == "path"}
    if request.operation.path.rstrip("/").endswith("}") and path:
        own = next((path[name] for name in identities if name in path), None)
        path = {**dict.fromkeys(("id", *filter(None, identities)), own), **path}
    return _agreeing(found, path, 1) if isinstance(found, Mapping) else {}


def _agreeing(members: Mapping[str, Json], path: Mapping[str, Json], depth: int) -> dict[str, Json]:
    """The members without those that have another value in the path."""
    return {
        name: _agreeing(value, path, depth + 1)
        if isinstance(value, Mapping) and depth < _DEPTH
        else value
        for name, value in members.items()
        if name not in path or value == path[name]
    }


def differences(sent: Json, got: Json, place: str) -> Iterator[tuple[str, Json, Json]]:
    """Where what came back is not what was sent, with both.

    Objects may have more members than were sent, lists of plain values another order and no
    repetitions: they may be sets.
    """
    if isinstance(sent, Mapping) and isinstance(got, Mapping):
        for name, value in sent.items():
            if name in got:
                yield from differences(value, got[name], f"{place}/{name}")
    elif isinstance(sent, list) and isinstance(got, list):
        nested = any(isinstance(each, Mapping | list) for each in (*sent, *got))
        if nested and len(sent) == len(got):
            for number, (one, other) in enumerate(zip(sent, got, strict=True)):
                yield from differences(one, other, f"{place}/{number}")
        elif nested or {*map(dump, sent)} != {*map(dump, got)}:
            yield place, sent, got
    elif sent != got:
        yield place, sent, got
