"""JSON Web Tokens: what is read, what is trusted, and that nothing a client sends breaks it."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.messages import Json
from emulator.openapi.security.credentials import Token, development_key, mint, read_token

KEY = development_key().public_key()


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def test_minted_token_is_trusted() -> None:
    assert read_token(mint({"sub": "a"}), KEY) == Token({"sub": "a"}, trusted=True)


def test_token_is_read_but_not_trusted_without_the_key() -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    token = mint({"sub": "a"})
    assert read_token(token) == Token({"sub": "a"}, trusted=False)
    assert read_token(token, other) == Token({"sub": "a"}, trusted=False)


def test_token_changed_after_signing_is_not_trusted() -> None:
    header, _, signature = mint({"sub": "a"}).split(".")
    changed = f"{header}.{encoded(b'{}')}.{signature}"
    assert read_token(changed, KEY) == Token({}, trusted=False)


@pytest.mark.parametrize("header", [b'{"alg":"none"}', b'{"alg":"HS256"}', b'{"alg":"ES256"}'])
def test_other_algorithms_are_not_trusted(header: bytes) -> None:
    token = read_token(f"{encoded(header)}.{encoded(b'{}')}.{encoded(b'x')}", KEY)
    assert token == Token({}, trusted=False)


@pytest.mark.parametrize("text", ["", "a", "a.b", "a.b.c", "..", "a.b.c.d", "\xff.\xff.\xff"])
def test_text_that_is_no_token(text: str) -> None:
    assert read_token(text, KEY) is None


def test_claims_nested_without_end_are_no_token() -> None:
    header, claims = encoded(b'{"alg":"RS256"}'), encoded(b'{"a":' * 50_000)
    assert read_token(f"{header}.{claims}.x", KEY) is None


@pytest.mark.parametrize(
    ("claims", "expired"),
    [
        ({"exp": 100}, True),
        ({"exp": 99.5}, True),
        ({"exp": 100.5}, False),
        ({"exp": "1"}, False),
        ({"exp": None}, False),
        ({"exp": []}, False),
        ({}, False),
        ({"iat": 1, "nbf": 1}, False),
    ],
)
def test_expiry(claims: dict[str, Json], expired: bool) -> None:
    assert Token(claims, trusted=True).expired(100.0) is expired


@pytest.mark.parametrize(
    "claims",
    [{"aud": "any"}, {"aud": ["a", "b"]}, {"iss": "any"}, {"nbf": 9e12}, {"iat": 9e12}, {"exp": 1}],
    ids=lambda claims: next(iter(claims)),
)
def test_only_the_signature_makes_trust(claims: dict[str, Json]) -> None:
    assert read_token(mint(claims), KEY) == Token(claims, trusted=True)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=5,
    ),
    st.sampled_from(["alg", "typ", "crit", "b64", "kid", "exp", "sub", "iat", "aud"]),
)
def test_no_header_and_no_claim_breaks_reading(value: Json, name: str) -> None:
    part = encoded(json.dumps({"alg": "RS256", name: value}).encode())
    token = read_token(f"{part}.{part}.{encoded(b'x')}", KEY)
    assert token is None or not token.trusted
    assert token is None or token.expired(0.0) in (True, False)
