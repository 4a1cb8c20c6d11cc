"""What a service knows at start: `state.yaml`, so far its credentials."""

from dataclasses import dataclass

from emulator.auth.credentials import Credential
from emulator.errors import FixtureError
from emulator.messages import Json


@dataclass(frozen=True, slots=True)
class State:
    """A service at start."""

    credentials: tuple[Credential, ...] = ()


def parse_state(raw: Json, file: str) -> State:
    """A state file; raises FixtureError with a pointer to what is wrong."""
    if not isinstance(raw, dict):
        raise FixtureError(file, "a state file is an object with `credentials`")
    for unknown in sorted(set(raw) - {"credentials"}):
        raise FixtureError(file, f"unknown field {unknown!r}", f"/{unknown}", "credentials")
    credentials = raw.get("credentials")
    if credentials is None:
        return State()
    if not isinstance(credentials, list):
        raise FixtureError(file, "credentials is not a list", "/credentials")
    return State(
        tuple(_credential(c, file, f"/credentials/{i}") for i, c in enumerate(credentials))
    )


def _credential(raw: Json, file: str, pointer: str) -> Credential:
    if not isinstance(raw, dict) or not isinstance(raw.get("scheme"), str):
        raise FixtureError(file, "a credential needs the name of its security `scheme`", pointer)
    value, claims = raw.get("value"), raw.get("jwt")
    if not (isinstance(value, str) and value) and not isinstance(claims, dict):
        raise FixtureError(file, "a credential needs a text `value`, or claims `jwt`", pointer)
    return Credential(raw["scheme"], value, claims, str(raw.get("description") or ""))
