"""What of a request no response repeats: what only the server says, and secrets."""

from collections.abc import Mapping

from emulator.http.messages import Json
from emulator.openapi.requests.read_only import Parts, is_read_only, without
from emulator.schema.flatten.references import reached

#: Members that nobody wants to read, in lower case and without `-` and `_`. Others that sound like
#: secrets (`token`, `key`) may name what a response is there to say.
_SECRET = frozenset(
    {"password", "passwd", "passphrase", "pwd", "secret", "clientsecret", "privatekey"}
    | {"cvv", "cvc", "pin"}
)
#: What is a secret by its name only, and stands deeper, is a setting that is meant to be read.
_SHALLOW = 2
_MARKS = str.maketrans("", "", "-_")
_MARKED = ("readOnly", "writeOnly")


def is_secret_member(name: str, depth: int) -> bool:
    """Whether a member is a secret by its name; those of the outermost object have the depth 1."""
    return depth <= _SHALLOW and name.lower().translate(_MARKS) in _SECRET


def shown_again(value: Json, schema: Json, definitions: Mapping[str, Json]) -> Json:
    """A copy of what a client sent without the members that no response repeats.

    These are read-only, write-only, passwords by their format, or secrets by their name.
    """
    return without(value, schema, definitions, _is_held_back)


def _is_held_back(name: str, depth: int, parts: Parts) -> bool:
    return (
        is_secret_member(name, depth)
        or is_read_only(name, depth, parts)
        or any(part.get("writeOnly") is True or part.get("format") == "password" for part in parts)
    )


def may_hold_back(schema: Json, definitions: Mapping[str, Json]) -> bool:
    """Whether a value of this schema may have a member that no response repeats."""
    describes = False
    for each in reached(schema, definitions):
        properties = each.get("properties")
        names = properties if isinstance(properties, dict) else {}
        describes = describes or bool(names)
        if any(each.get(flag) is True for flag in _MARKED) or each.get("format") == "password":
            return True
        if any(is_secret_member(name, 1) for name in names):
            return True
    return not describes
