"""Check a request's credentials against security requirements (OR of ANDs)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qsl

import msgspec

from emulator.http.cookies import cookie_named
from emulator.http.messages import Json, Request, Violation
from emulator.http.problems import Problem, problem
from emulator.http.redaction import abbreviated
from emulator.openapi.document.model import UNDEFINED, SecurityRequirement, SecurityScheme
from emulator.openapi.security.challenges import auth_scheme, challenges, wanted
from emulator.openapi.security.credentials import read_token

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

Mode = Literal["any", "known", "off"]


class Principal(msgspec.Struct, frozen=True, gc=False):
    """The credential that let the request in; all empty if none was needed."""

    scheme: str = ""
    credential: str = ""
    claims: Mapping[str, Json] | None = None


ANYONE = Principal()


@dataclass(frozen=True, slots=True)
class Policy:
    """What counts as a credential: its kind alone (`any`), only known ones, or nothing (`off`).

    `known` holds credential values by scheme name; a JWT signed with the `public_key` is known too,
    which is asked for when a JWT comes.
    """

    mode: Mode = "any"
    known: Mapping[str, frozenset[str]] | None = None
    public_key: Callable[[], RSAPublicKey] | None = None

    def judge(
        self, scheme: SecurityScheme, credential: str, now_unix: float
    ) -> Principal | Problem:
        """The principal behind a credential of the right kind, or why it is not accepted."""
        may_be_jwt = scheme.type != "apiKey" and credential.count(".") == 2
        key = self.public_key() if may_be_jwt and self.public_key else None
        token = read_token(credential, key) if may_be_jwt else None
        if token is not None and token.expired(now_unix):
            return problem("credentials-expired", "the token has expired")
        principal = Principal(scheme.name, credential, token.claims if token else None)
        if self.mode == "any":
            return principal
        known = (self.known or {}).get(scheme.name, frozenset())
        if credential in known or (token is not None and token.trusted):
            return principal
        detail = f"{abbreviated(credential)!r} is not a known credential"
        return problem("credentials-invalid", detail)


#: Reads a scheme's credential from a request: its text, or None where it is not there.
Reader = Callable[[Request], str | None]


class ReadableScheme(msgspec.Struct, frozen=True):
    """A security scheme, compiled.

    `field` is the header field that its credential is, if any; `prefix` what is before it in
    Authorization, if that holds it as it is.
    """

    scheme: SecurityScheme
    read: Reader
    field: str = ""
    prefix: str = ""


#: Schemes that must all hold; none at all lets anyone in.
Alternative = tuple[ReadableScheme, ...]


@dataclass(frozen=True, slots=True)
class Guard:
    """One operation's security, compiled."""

    alternatives: tuple[Alternative, ...]
    exclusive: bool = False


def compile_guard(requirement: SecurityRequirement, *, exclusive: bool = False) -> Guard:
    """The guard for an operation's security requirement.

    `exclusive` refuses a request that satisfies two alternatives at once, as some services do.
    """
    alternatives = (tuple(_readable(scheme) for scheme in each) for each in requirement)
    return Guard(tuple(alternatives), exclusive)


def _readable(scheme: SecurityScheme) -> ReadableScheme:
    in_header = scheme.type == "apiKey" and scheme.location == "header"
    field = scheme.parameter.lower() if in_header else ""
    reader = _reader(scheme)
    prefix = reader.args[0] if isinstance(reader, partial) else ""
    return ReadableScheme(scheme, reader, field, prefix)


def check_auth(
    guard: Guard, request: Request, policy: Policy, now_unix: float
) -> Principal | Problem:
    """The principal of the first alternative that holds, or the problem of the nearest one."""
    if not guard.alternatives or policy.mode == "off":
        return ANYONE
    if guard.exclusive and _satisfied(guard.alternatives, request) > 1:
        return problem("credentials-ambiguous", "Multiple authentication modes were provided")
    rejection: Problem | None = None
    for alternative in guard.alternatives:
        principal = ANYONE
        for each in alternative:
            field = each.field
            credential = request.fields.get(field) if field else each.read(request)
            if not credential:
                break
            scheme = each.scheme
            if policy.mode == "any" and (scheme.type == "apiKey" or credential.count(".") != 2):
                principal = Principal(scheme.name, credential)
                continue
            judged = policy.judge(scheme, credential, now_unix)
            if isinstance(judged, Problem):
                rejection = rejection or judged
                break
            principal = judged
        else:
            return principal
    return _challenged(guard, request, rejection)


def credentials_shown(guard: Guard, request: Request) -> tuple[str, ...]:
    """The names of the schemes that the request shows a credential for, good or bad."""
    shown = (e.scheme.name for each in guard.alternatives for e in each if e.read(request))
    return tuple(sorted(set(shown)))


def credential_values(guard: Guard, request: Request) -> tuple[str, ...]:
    """The credentials that the request shows, as the schemes read them."""
    readers = {each.scheme: each.read for found in guard.alternatives for each in found}
    return tuple(filter(None, (read(request) for read in readers.values())))


def _satisfied(alternatives: tuple[Alternative, ...], request: Request) -> int:
    """How many alternatives, of those that ask for anything, the request has credentials for."""
    count = 0
    for alternative in alternatives:
        for each in alternative:
            if not (request.fields.get(each.field) if each.field else each.read(request)):
                break
        else:
            count += bool(alternative)
    return count


def _challenged(guard: Guard, request: Request, rejection: Problem | None) -> Problem:
    schemes = [[each.scheme for each in alternative] for alternative in guard.alternatives]
    if rejection is None:
        shown = {e.scheme.name for found in guard.alternatives for e in found if e.read(request)}
        needs = wanted(schemes, lambda scheme: scheme.name in shown)
        violation = Violation("security", "", "security", f"send {needs.partition('needs ')[2]}")
        rejection = problem("credentials-missing", f"this operation {needs}", (violation,))
    return msgspec.structs.replace(rejection, headers=(*rejection.headers, *challenges(schemes)))


def _reader(scheme: SecurityScheme) -> Reader:
    name = scheme.parameter
    if scheme.type == "apiKey" and scheme.location == "header":
        lowered = name.lower()
        return lambda request: request.fields.get(lowered)
    if scheme.type == "apiKey" and scheme.location == "cookie":
        return lambda request: cookie_named(request.fields.get("cookie", ""), name)
    if scheme.type == "apiKey":
        return lambda request: dict(parse_qsl(request.query)).get(name)
    if scheme.type == "http" and scheme.http_scheme == "basic":
        return _basic
    if scheme.type == "mutualTLS":
        # TLS ends before the emulator; whoever reached it is taken as having shown a certificate.
        return lambda _: "certificate"
    if scheme.type == UNDEFINED:
        return lambda request: request.fields.get("authorization", "").strip().split(" ")[-1]
    return partial(_authorization, auth_scheme(scheme).lower())


def _authorization(prefix: str, request: Request) -> str | None:
    scheme, _, credential = request.fields.get("authorization", "").partition(" ")
    return credential.strip() or None if scheme.lower() == prefix else None


def _basic(request: Request) -> str | None:
    """`user:password` (RFC 7617), or None where the header can't be read as that."""
    encoded = _authorization("basic", request) or ""
    try:
        decoded = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return decoded if ":" in decoded else None
