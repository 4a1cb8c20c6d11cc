"""What a 401 says: which credentials are missing, and one challenge for each alternative."""

from collections.abc import Callable, Iterator, Sequence

from emulator.http.messages import Headers
from emulator.openapi.document.model import UNDEFINED, SecurityScheme

_REGISTERED = {
    name.lower(): name
    for name in (
        *("Basic", "Bearer", "Concealed", "Digest", "DPoP", "GNAP", "HOBA", "Mutual", "Negotiate"),
        *("OAuth", "PrivateToken", "SCRAM-SHA-1", "SCRAM-SHA-256", "vapid"),
    )
}
_PARAMETERS = {
    "basic": ' realm="emulator"',
    "digest": ' realm="emulator", qop="auth", algorithm=SHA-256, nonce="emulator"',
}


def auth_scheme(scheme: SecurityScheme) -> str:
    """What stands before a credential in Authorization, as IANA or else the document spells it."""
    spelled = _REGISTERED.get(scheme.http_scheme, scheme.spelled or scheme.http_scheme)
    return spelled if scheme.type == "http" and spelled else "Bearer"


def challenges(alternatives: Sequence[Sequence[SecurityScheme]]) -> Headers:
    """WWW-Authenticate (RFC 9110, 11.6.1), which a 401 must have: a field for each alternative.

    Of schemes that must all hold, the first that has a challenge stands for all.
    """
    found = (next(filter(None, map(_challenge, sorted(a, key=_is_key))), "") for a in alternatives)
    return tuple(("www-authenticate", value) for value in dict.fromkeys(found) if value)


def wanted(
    alternatives: Sequence[Sequence[SecurityScheme]], is_shown: Callable[[SecurityScheme], bool]
) -> str:
    """What to send: `needs A and B, or C`; `also needs B` where A was sent."""
    for alternative in alternatives:
        missing = [scheme for scheme in alternative if not is_shown(scheme)]
        if 0 < len(missing) < len(alternative):
            return "also needs " + " and ".join(_names(missing))
    each = dict.fromkeys(" and ".join(_names(alternative)) for alternative in alternatives)
    several = any(len(alternative) > 1 for alternative in alternatives)
    return "needs " + (", or " if several else " or ").join(filter(None, each))


def _names(schemes: Sequence[SecurityScheme]) -> Iterator[str]:
    yield from dict.fromkeys(map(_name, schemes))


def _name(scheme: SecurityScheme) -> str:
    if scheme.type == "apiKey":
        return f"an API key in {scheme.location} {scheme.parameter!r}"
    if scheme.type == "mutualTLS":
        return "a client certificate"
    if scheme.type == UNDEFINED:
        return "credentials in 'Authorization'"
    return f"'Authorization: {auth_scheme(scheme)} …'"


def _is_key(scheme: SecurityScheme) -> bool:
    return scheme.type == "apiKey"


def _challenge(scheme: SecurityScheme) -> str:
    if scheme.type == "mutualTLS":
        return ""
    if scheme.type == "apiKey":
        # No registered scheme is what API keys are; a 401 without any challenge is no HTTP.
        return "ApiKey"
    return auth_scheme(scheme) + _PARAMETERS.get(scheme.http_scheme, "")
