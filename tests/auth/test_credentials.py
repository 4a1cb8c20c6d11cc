"""Known credentials, and how one is put into a request."""

import pytest

from emulator.auth.check import Policy, Principal, check_auth, compile_guard
from emulator.auth.credentials import (
    Credential,
    default_credentials,
    known_values,
    sign_in,
    token_for,
)
from emulator.auth.tokens import development_key, read_token
from emulator.messages import Json, Request
from tests.apis import api_of, operation

SCHEMES: dict[str, dict[str, Json]] = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
    "oauth": {"type": "oauth2", "flows": {}},
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "tls": {"type": "mutualTLS"},
}
API = api_of({"/": {"get": operation()}}, components={"securitySchemes": SCHEMES})


@pytest.mark.parametrize("name", ["bearer", "basic", "oauth", "header", "cookie"])
def test_signed_in_request_is_let_in(name: str) -> None:
    credentials = default_credentials(API)
    requirement = ((API.schemes[name],),)
    headers = sign_in(requirement, credentials, 0.0)
    assert headers is not None
    sent = tuple((header.lower(), value) for header, value in headers)
    policy = Policy("known", known_values(credentials), None)
    principal = check_auth(compile_guard(requirement), Request("GET", "/", "", sent), policy, 0.0)
    assert isinstance(principal, Principal)
    assert principal.scheme == name


@pytest.mark.parametrize("name", ["query", "tls"])
def test_what_no_header_satisfies(name: str) -> None:
    assert sign_in(((API.schemes[name],),), default_credentials(API), 0.0) is None


def test_alternative_that_can_be_satisfied_is_taken() -> None:
    requirement = ((API.schemes["query"],), (API.schemes["header"], API.schemes["bearer"]))
    headers = sign_in(requirement, default_credentials(API), 0.0)
    assert headers is not None
    assert [name for name, _ in headers] == ["X-Key", "Authorization"]


def test_claims_become_a_token() -> None:
    known = [Credential("bearer", None, {"sub": "me"}, "")]
    headers = sign_in(((API.schemes["bearer"],),), known, 50.0)
    assert headers is not None
    token = read_token(headers[0][1].removeprefix("Bearer "), development_key().public_key())
    assert token is not None
    assert token.trusted
    assert token.claims["sub"] == "me"


def test_no_credential_is_known_for_client_certificates() -> None:
    assert "tls" not in known_values(default_credentials(API))


def test_token_lives_as_long_as_it_is_told() -> None:
    token = read_token(token_for({"sub": "me"}, 100.9, 60))
    assert token is not None
    assert token.claims == {"iat": 100, "exp": 160, "sub": "me"}
