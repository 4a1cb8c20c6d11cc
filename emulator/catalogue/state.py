"""What a service knows at start: `state.yaml`, its credentials, its records and its limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from emulator.auth.credentials import Credential
from emulator.errors import FixtureError
from emulator.limits import FIXED_WINDOW, KINDS, Limit
from emulator.messages import Json
from emulator.spec.pointers import escape

#: What requests can be counted apart by.
COUNTED_BY = ("credential", "operation")

_SECTIONS = ("credentials", "collections", "limits")
_LIMIT_FIELDS = ("name", "limit", "window_s", "kind", "by", "enforced", "description")


@dataclass(frozen=True, slots=True)
class State:
    """A service at start. `collections` are its records by collection and id.

    `limits` are None where the file says nothing of them.
    """

    credentials: tuple[Credential, ...] = ()
    collections: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    limits: tuple[Limit, ...] | None = None


def parse_state(raw: Json, file: str) -> State:
    """A state file; raises FixtureError with a pointer to what is wrong."""
    if not isinstance(raw, dict):
        raise FixtureError(file, f"a state file is an object of {', '.join(_SECTIONS)}")
    _refuse_unknown(raw, _SECTIONS, file, "")
    credentials = [] if raw.get("credentials") is None else raw["credentials"]
    if not isinstance(credentials, list):
        raise FixtureError(file, "credentials is not a list", "/credentials")
    return State(
        tuple(_credential(c, file, f"/credentials/{i}") for i, c in enumerate(credentials)),
        _collections({} if raw.get("collections") is None else raw["collections"], file),
        _limits(raw.get("limits"), file),
    )


def _refuse_unknown(raw: Mapping[str, Json], known: Sequence[str], file: str, pointer: str) -> None:
    for unknown in sorted(set(raw) - set(known)):
        here, hint = f"{pointer}/{escape(unknown)}", f"one of {', '.join(known)}"
        raise FixtureError(file, f"unknown field {unknown!r}", here, hint)


def _collections(raw: Json, file: str) -> Mapping[str, Mapping[str, Json]]:
    if not isinstance(raw, dict):
        raise FixtureError(file, "collections is not an object", "/collections")
    for name, records in raw.items():
        if not isinstance(records, dict):
            message = "a collection is an object of records by id"
            raise FixtureError(file, message, f"/collections/{escape(name)}")
    return raw


def _limits(raw: Json, file: str) -> tuple[Limit, ...] | None:
    if raw is None:
        return None
    if not isinstance(raw, list):
        raise FixtureError(file, "limits is not a list", "/limits")
    limits = tuple(_limit(each, file, f"/limits/{i}") for i, each in enumerate(raw))
    names = [limit.name for limit in limits]
    for i, name in enumerate(names):
        if name in names[:i]:
            raise FixtureError(file, f"two limits are called {name!r}", f"/limits/{i}/name")
    return limits


def _limit(raw: Json, file: str, pointer: str) -> Limit:
    if not isinstance(raw, dict) or not isinstance(raw.get("name"), str):
        raise FixtureError(file, "a limit needs a `name`", pointer)
    _refuse_unknown(raw, _LIMIT_FIELDS, file, pointer)
    for field_ in ("limit", "window_s"):
        if not (type(raw.get(field_)) is int and raw[field_] > 0):
            message = f"a limit needs {field_}, a whole number above 0"
            raise FixtureError(file, message, f"{pointer}/{field_}")
    kind, by, enforced = raw.get("kind", FIXED_WINDOW), raw.get("by", []), raw.get("enforced", True)
    if kind not in KINDS:
        hint = f"one of {', '.join(KINDS)}"
        raise FixtureError(file, f"kind is {kind!r}", f"{pointer}/kind", hint)
    if not (isinstance(by, list) and all(word in COUNTED_BY for word in by)):
        hint = f"a list of {', '.join(COUNTED_BY)}; an empty one counts all requests together"
        raise FixtureError(file, f"by is {by!r}", f"{pointer}/by", hint)
    if not isinstance(enforced, bool):
        raise FixtureError(file, "enforced is true or false", f"{pointer}/enforced")
    return Limit(raw["name"], raw["limit"], raw["window_s"], kind, tuple(by), enforced)


def _credential(raw: Json, file: str, pointer: str) -> Credential:
    if not isinstance(raw, dict) or not isinstance(raw.get("scheme"), str):
        raise FixtureError(file, "a credential needs the name of its security `scheme`", pointer)
    value, claims = raw.get("value"), raw.get("jwt")
    if not (isinstance(value, str) and value) and not isinstance(claims, dict):
        raise FixtureError(file, "a credential needs a text `value`, or claims `jwt`", pointer)
    return Credential(raw["scheme"], value, claims, str(raw.get("description") or ""))
