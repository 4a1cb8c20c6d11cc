"""Names of secrets: what a header, parameter, field or member is called that holds one."""

import re

from msgspec import Struct

#: Steps into a JSON value: names and positions.
Steps = tuple[str, ...]

#: Words that make a name that of a secret, wherever they stand in it.
_WORDS = (
    *("authorization", "api-key", "apikey", "token", "secret", "password", "passwd", "passphrase"),
    *("passcode", "credential", "cookie", "session-key", "session-id", "sessionid", "private-key"),
    *("access-key", "client-assertion", "signature"),
)
#: Shorter ones, which do so as words of their own.
_PARTS = frozenset({"pwd", "jwt", "otp", "cvv", "cvc"})
#: Names that are those of secrets as they are: anywhere, and of parameters alone.
_NAMES = frozenset({"auth", "pass", "pin", "pin-code", "sid"})
_PARAMETERS = frozenset({"key", "sig"})
#: Names with such a word whose values are no secrets.
_HARMLESS = re.compile(
    r"token-(?:type|count|url|endpoint|limit)s?|(?:max|total|prompt|completion)-tokens?"
    r"|next-page-token|page-token|(?:is|has|no)-.*|(?:credential|token|cookie)s?-(?:id|name)s?"
    r"|link-token"
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def is_secret(name: str) -> bool:
    """Whether a value of this name is a secret, as of `X-API-Key` and `client_secret`."""
    plain = _plain(name)
    if plain in _NAMES or plain.startswith("x-auth"):
        return True
    found = any(word in plain for word in _WORDS) or not _PARTS.isdisjoint(plain.split("-"))
    return found and not _HARMLESS.fullmatch(plain)


class SecretNames(Struct, frozen=True):
    """Further names of secrets (lower case), and places in JSON; `*` is any name or position."""

    names: frozenset[str] = frozenset()
    places: tuple[Steps, ...] = ()

    def named(self, name: str) -> bool:
        """Whether a header, field or member of this name is a secret."""
        return name.lower() in self.names or is_secret(name)

    def parameter(self, name: str) -> bool:
        """Whether a parameter in a URL, form or cookie is one: there `key` is, and `sig`."""
        return _plain(name) in _PARAMETERS or self.named(name)

    def at(self, steps: Steps) -> bool:
        """Whether the value at this place in a JSON body is a secret."""
        return any(_covers(place, steps) for place in self.places)


def _plain(name: str) -> str:
    return _HUMP.sub("-", name).lower().replace("_", "-")


def _covers(place: Steps, steps: Steps) -> bool:
    return len(place) == len(steps) and all(
        wanted in ("*", step) for wanted, step in zip(place, steps, strict=True)
    )
