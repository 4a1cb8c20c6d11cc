"""Names of secrets: what a header, parameter, field or member is called that holds one."""

import re
from collections.abc import Callable, Mapping

from msgspec import Struct

from emulator.http.messages import Json

#: Steps into a JSON value: names and positions.
Steps = tuple[str, ...]

#: Words that make a name that of a secret, wherever they stand in it.
_WORDS = (
    *("authorization", "api-key", "apikey", "token", "secret", "password", "passwd", "passphrase"),
    *("passcode", "credential", "cookie", "session-key", "session-id", "sessionid", "private-key"),
    *("access-key", "client-assertion", "signature", "sessid", "subscription-key", "auth-key"),
    *("authkey", "account-key", "user-pass", "userpass", "code-verifier", "samlresponse"),
    *("saml-response", "samlrequest", "saml-request", "signing-key", "encryption-key"),
    *("master-key", "auth-code", "authcode", "access-code", "recovery-code", "backup-code"),
    *("security-code", "verification-code"),
)
#: Shorter ones, which do so as words of their own.
_PARTS = frozenset({"pwd", "jwt", "otp", "totp", "cvv", "cvc", "hmac", "csrf", "xsrf"})
#: Names that are those of secrets as they are, `X-` or not: anywhere, of parameters and of headers.
_NAMES = frozenset({"auth", "pass", "pin", "pin-code", "sid", "bearer", "dpop", "assertion"})
_PARAMETERS = frozenset({"key", "sig", "ticket"})
_HEADERS = frozenset({"session", "x-session", "x-refresh"})
_X_AUTH = re.compile(r"x-auth(?:entication)?(?:-.*)?")
#: A code of OAuth is one; shorter codes are those of countries, currencies and statuses.
_CODE, _SHORTEST_CODE = "code", 6
#: Names with such a word whose values are no secrets.
_HARMLESS = re.compile(
    r"token-(?:type|count|url|endpoint|limit)s?|(?:max|total|prompt|completion)-tokens?"
    r"|next-page-token|page-token|(?:is|has|no)-.*|(?:credential|token|cookie)s?-(?:id|name)s?"
    r"|link-token|.*-expir(?:es|y|ation)(?:-(?:in|at))?"
    r"|.*-(?:alg|algorithm|method|version|encoding|policy|strength)"
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

#: Where a name stands apart from what it names, as in `{"name": "password", "value": "x"}`.
LABELS = frozenset({"name", "key", "header", "field", "property", "type"})
VALUES = frozenset({"value", "values", "content"})
#: A label is no sentence.
_LABEL = re.compile(r"[\w.\[\]-]{1,100}")


def is_secret(name: str) -> bool:
    """Whether a value of this name is a secret, as of `X-API-Key` and `client_secret`."""
    plain = _plain(name)
    if not _NAMES.isdisjoint((plain.removeprefix("x-"), name.lower())) or _X_AUTH.fullmatch(plain):
        return True
    found = any(word in plain for word in _WORDS) or not _PARTS.isdisjoint(plain.split("-"))
    return found and not _HARMLESS.fullmatch(plain)


def labels_secret(members: Mapping[str, Json], named: Callable[[str], bool]) -> bool:
    """Whether one of these names what the others hold, and that is a secret.

    Of `type` only a password is: other types with such names are kinds of messages.
    """
    return any(
        isinstance(value, str) and label.lower() in LABELS and is_label(label, value, named)
        for label, value in members.items()
    )


def is_label(label: str, value: str, named: Callable[[str], bool]) -> bool:
    """Whether this value of a label names a secret."""
    if label.lower() == "type":
        return value == "password"
    return _LABEL.fullmatch(value) is not None and named(value)


class SecretNames(Struct, frozen=True):
    """Further names of secrets (lower case), and places in JSON; `*` is any name or position."""

    names: frozenset[str] = frozenset()
    places: tuple[Steps, ...] = ()

    def named(self, name: str) -> bool:
        """Whether a field or member of this name is a secret."""
        return name.lower() in self.names or is_secret(name)

    def header(self, name: str) -> bool:
        """Whether a header field of this name is one."""
        return self.named(name) or _plain(name) in _HEADERS

    def parameter(self, name: str, value: str) -> bool:
        """Whether a parameter in a URL, form or cookie is one: there `key` is, and `sig`."""
        plain = _plain(name)
        if plain == _CODE and len(value) >= _SHORTEST_CODE:
            return True
        return plain in _PARAMETERS or self.named(name)

    def at(self, steps: Steps) -> bool:
        """Whether the value at this place in a JSON body is a secret."""
        return any(_covers(place, steps) for place in self.places)


def _plain(name: str) -> str:
    return _HUMP.sub("-", name).lower().replace("_", "-")


def _covers(place: Steps, steps: Steps) -> bool:
    return len(place) == len(steps) and all(
        wanted in ("*", step) for wanted, step in zip(place, steps, strict=True)
    )
