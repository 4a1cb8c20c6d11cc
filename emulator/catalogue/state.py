"""What a service knows at start: `state.yaml`, its credentials and its records."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from emulator.auth.credentials import Credential
from emulator.errors import FixtureError
from emulator.messages import Json
from emulator.spec.pointers import escape


@dataclass(frozen=True, slots=True)
class State:
    """A service at start. `collections` are its records by collection and id."""

    credentials: tuple[Credential, ...] = ()
    collections: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)


def parse_state(raw: Json, file: str) -> State:
    """A state file; raises FixtureError with a pointer to what is wrong."""
    if not isinstance(raw, dict):
        raise FixtureError(file, "a state file is an object with `credentials`, `collections`")
    for unknown in sorted(set(raw) - {"credentials", "collections"}):
        hint = "credentials or collections"
        raise FixtureError(file, f"unknown field {unknown!r}", f"/{unknown}", hint)
    credentials = [] if raw.get("credentials") is None else raw["credentials"]
    if not isinstance(credentials, list):
        raise FixtureError(file, "credentials is not a list", "/credentials")
    return State(
        tuple(_credential(c, file, f"/credentials/{i}") for i, c in enumerate(credentials)),
        _collections({} if raw.get("collections") is None else raw["collections"], file),
    )


def _collections(raw: Json, file: str) -> Mapping[str, Mapping[str, Json]]:
    if not isinstance(raw, dict):
        raise FixtureError(file, "collections is not an object", "/collections")
    for name, records in raw.items():
        if not isinstance(records, dict):
            message = "a collection is an object of records by id"
            raise FixtureError(file, message, f"/collections/{escape(name)}")
    return raw


def _credential(raw: Json, file: str, pointer: str) -> Credential:
    if not isinstance(raw, dict) or not isinstance(raw.get("scheme"), str):
        raise FixtureError(file, "a credential needs the name of its security `scheme`", pointer)
    value, claims = raw.get("value"), raw.get("jwt")
    if not (isinstance(value, str) and value) and not isinstance(claims, dict):
        raise FixtureError(file, "a credential needs a text `value`, or claims `jwt`", pointer)
    return Credential(raw["scheme"], value, claims, str(raw.get("description") or ""))
