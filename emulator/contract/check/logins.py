"""The values of `--auth` as credentials of a document's security schemes, and where they go."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from emulator.errors import SettingsError
from emulator.http.messages import Json
from emulator.openapi.document.model import Api, SecurityScheme
from emulator.openapi.security.credentials import mint

_HINT = "--auth bearer=…, --auth basic=user:password, --auth NAME=VALUE, or --auth API"

#: How long a minted token lives; a run that takes longer mints none anew.
LIFETIME_S = 24 * 3600


def logins(
    api: Api, auth: Iterable[str], claims: Mapping[str, Json], key: Path | None, now_unix: float
) -> tuple[tuple[str, str], ...]:
    """Pairs of security scheme and value that these options give this API.

    `NAME=VALUE` names a scheme, a kind of scheme (`bearer`, `basic`) or the API, whose first scheme
    that takes a value is meant; `NAME` alone mints a token with `key`. What names neither is for
    another API. Raises SettingsError.
    """
    found: dict[str, str] = {}
    for text in auth:
        name, given, value = text.partition("=")
        for scheme in _schemes(api, name):
            found[scheme.name] = value if given else _minted(name, claims, key, now_unix)
    return tuple(found.items())


def reject_unknown_names(apis: Iterable[Api], auth: Iterable[str]) -> None:
    """Raise SettingsError, without the value, for an option that names no scheme of any API."""
    known = list(apis)
    for text in auth:
        name, given, value = text.partition("=")
        if given and not value:
            raise SettingsError("--auth", f"{name} has no value", _HINT)
        if not any(True for api in known for _ in _schemes(api, name)):
            # Who forgot the name gave the value only, which is a secret.
            excerpt = repr(name) if given else "what it names"
            message = f"no document has a security scheme for {excerpt}"
            raise SettingsError("--auth", message, _way_out(known, name))


def _way_out(apis: Iterable[Api], name: str) -> str:
    """What can be named instead; a document without schemes takes headers only."""
    schemes = dict.fromkeys(each.name for api in apis for each in api.schemes.values())
    if not schemes:
        kind = name.capitalize() if name.lower() in ("basic", "bearer") else "…"
        return f"there is none at all: --header 'Authorization: {kind} …' sends one all the same"
    return f"there {'is' if len(schemes) == 1 else 'are'} {', '.join(schemes)}; {_HINT}"


def credential_names(api: Api) -> tuple[str, ...]:
    """Headers, query parameters and cookies that carry credentials, in lower case and sorted."""
    keys = (each.parameter.lower() for each in api.schemes.values() if each.type == "apiKey")
    return tuple(sorted({"authorization", *keys} - {""}))


def _schemes(api: Api, name: str) -> Iterator[SecurityScheme]:
    schemes = list(api.schemes.values())
    exact = [each for each in schemes if each.name == name]
    kinds = [each for each in schemes if _kind(each) == name.lower()]
    if exact or kinds:
        yield from exact or kinds
    elif name == api.name:
        yield from schemes[:1]


def _kind(scheme: SecurityScheme) -> str:
    if scheme.type in ("oauth2", "openIdConnect"):
        return "bearer"
    return scheme.http_scheme.lower()


def _minted(name: str, claims: Mapping[str, Json], key: Path | None, now_unix: float) -> str:
    if key is None:
        message = f"{name} has no value, and no key to mint a token with"
        raise SettingsError("--auth", message, f"--auth {name}=TOKEN, or --signing-key FILE")
    now = int(now_unix)
    return mint({"iat": now, "exp": now + LIFETIME_S, **claims}, _private_key(key))


def _private_key(path: Path) -> RSAPrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        message = f"{path} is no private key that can be read without a password"
        raise SettingsError("--signing-key", message, "a PEM file") from error
    if not isinstance(key, RSAPrivateKey):
        raise SettingsError("--signing-key", f"{path} is no RSA key, which RS256 needs")
    return key
