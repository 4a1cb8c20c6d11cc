"""Secrets in paths: by the names of parameters, and behind segments with the name of one."""

import pytest

from emulator.http.redaction import Redaction


@pytest.mark.parametrize(
    ("path", "template", "expected"),
    [
        ("/token/a1b2c3d4", "", "/token/*"),
        ("/v1/reset-password/A1b2-C3d4/done", "", "/v1/reset-password/*/done"),
        ("/password-reset/a1b2c3d4", "", "/password-reset/*"),
        ("/password/reset/token/token/a1b2c3d4", "", "/password/reset/token/token/*"),
        ("/api_key/AbCdEfGhIjKlMnOpQrStUvWx", "", "/api_key/*"),
        ("/token/eyJh.eyJz.c2ln-1", "", "/token/*"),
        ("/token/a1b2c3d4;v=1", "", "/token/*;v=1"),
        ("/token/a1b2c3d4", "/token/{value}", "/token/*"),
        ("/t/a1b2c3d4", "/t/{token}", "/t/*"),
        # What only stands there.
        ("/oauth/token/introspection", "", None),
        ("/token/revoke/v2", "", None),
        ("/token/12345678", "", None),
        ("/tokens/a1b2c3d4", "", None),
        ("/secrets/my-secret-2", "", None),
        ("/tokenize/a1b2c3d4", "", None),
        ("/password/requirements-for-all-of-us", "", None),
        ("/token/[REDACTED]", "", None),
        ("/token/a1b2c3d4", "/token/{id}", None),
        ("/token/a1b2c3d4", "/token/{tokenId}", None),
        ("/token/introspect2", "/token/introspect2", None),
    ],
)
def test_path(path: str, template: str, expected: str | None) -> None:
    redaction = Redaction(mask=lambda _: "*")
    assert redaction.path(path, template) == (expected or path)
