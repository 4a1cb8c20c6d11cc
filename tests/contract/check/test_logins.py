from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from emulator.contract.check.logins import credential_names, logins, reject_unknown_names
from emulator.errors import SettingsError
from emulator.openapi.document.compile import compile_api
from emulator.openapi.security.credentials import development_key

NOW = 1_700_000_000.0


def api(**schemes: Any) -> Any:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {},
        "components": {"securitySchemes": schemes},
    }
    return compile_api("shop", "shop.yaml", document)


KEY = {"type": "apiKey", "in": "header", "name": "x-key"}
BEARER = {"type": "http", "scheme": "bearer"}
OAUTH = {"type": "oauth2", "flows": {}}
BASIC = {"type": "http", "scheme": "basic"}


@pytest.mark.parametrize(
    ("schemes", "said", "expected"),
    [
        ({"key": KEY, "token": BEARER}, ["key=k=1"], [("key", "k=1")]),
        ({"key": KEY, "token": BEARER}, ["shop=k1"], [("key", "k1")]),
        ({"key": KEY, "token": BEARER}, ["bearer=t"], [("token", "t")]),
        ({"oauth": OAUTH}, ["bearer=t"], [("oauth", "t")]),
        ({"login": BASIC}, ["basic=jane:pass"], [("login", "jane:pass")]),
        ({"key": KEY, "token": BEARER}, ["key=k", "token=t"], [("key", "k"), ("token", "t")]),
        ({"key": KEY}, ["other=k"], []),
    ],
    ids=["scheme", "API", "bearer", "OAuth", "basic", "both", "for another API"],
)
def test_what_is_said_finds_its_scheme(schemes: Any, said: list[str], expected: Any) -> None:
    assert logins(api(**schemes), said, {}, None, NOW) == tuple(expected)


def test_token_is_minted_with_the_key_given(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(
        development_key().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    ((name, token),) = logins(api(token=BEARER), ["shop"], {"sub": "jane"}, path, NOW)
    public = development_key().public_key()
    options: Any = {"verify_exp": False, "verify_iat": False}
    claims = jwt.decode(token, public, algorithms=["RS256"], options=options)
    assert (name, claims["sub"], claims["iat"]) == ("token", "jane", int(NOW))


def test_name_without_value_needs_a_key() -> None:
    with pytest.raises(SettingsError, match=r"--signing-key FILE"):
        logins(api(token=BEARER), ["shop"], {}, None, NOW)


def test_file_that_is_no_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_text("no key")
    with pytest.raises(SettingsError, match="no private key"):
        logins(api(token=BEARER), ["shop"], {}, path, NOW)


@pytest.mark.parametrize(
    ("said", "message"),
    [("nobody=s3cret", "for 'nobody'"), ("s3cret", "for what it names"), ("token=", "no value")],
    ids=["unknown name", "value only", "no value"],
)
def test_what_is_said_of_nothing_is_refused_without_the_secret(said: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message) as error:
        reject_unknown_names([api(token=BEARER)], [said])
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize(
    ("schemes", "hint"),
    [
        ({}, "there is none at all: --header 'Authorization: Basic …'"),
        ({"token": BEARER}, "there is token; --auth bearer=…"),
        ({"one": BEARER, "two": BEARER}, "there are one, two; --auth bearer=…"),
    ],
    ids=["none", "one", "two"],
)
def test_way_out_names_the_schemes_there_are(schemes: Any, hint: str) -> None:
    with pytest.raises(SettingsError) as error:
        reject_unknown_names([api(**schemes)], ["basic=a:b"])
    assert hint in str(error.value)


def test_credential_names_come_from_the_security_schemes() -> None:
    schemes = {
        "a": {"type": "apiKey", "in": "header", "name": "X-Org"},
        "b": {"type": "http", "scheme": "bearer"},
        "c": {"type": "apiKey", "in": "query", "name": "org"},
    }
    info = {"title": "t", "version": "1"}
    document = {"openapi": "3.1.0", "info": info, "components": {"securitySchemes": schemes}}
    assert credential_names(compile_api("t", "t.yaml", document)) == (
        "authorization",
        "org",
        "x-org",
    )
