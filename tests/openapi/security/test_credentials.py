"""Known credentials, and what is sent of one."""

from emulator.http.messages import Json
from emulator.openapi.security.credentials import (
    Credential,
    default_credentials,
    development_key,
    known_values,
    read_token,
    token_for,
    value_of,
)
from tests.support.apis import api_of, operation

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


def test_known_value_is_sent_as_it_is() -> None:
    (credential,) = (c for c in default_credentials(API) if c.scheme == "basic")
    assert value_of(credential, 0.0) == "emulator:development"


def test_claims_become_a_token() -> None:
    sent = value_of(Credential("bearer", None, {"sub": "me"}, ""), 50.0)
    token = read_token(sent, development_key().public_key())
    assert token is not None
    assert token.trusted
    assert token.claims["sub"] == "me"


def test_no_credential_is_known_for_client_certificates() -> None:
    assert "tls" not in known_values(default_credentials(API))


def test_token_lives_as_long_as_it_is_told() -> None:
    token = read_token(token_for({"sub": "me"}, 100.9, 60))
    assert token is not None
    assert token.claims == {"iat": 100, "exp": 160, "sub": "me"}
