"""Known secrets are taken out of any text, in every spelling."""

import base64
from urllib.parse import quote

import pytest

from emulator.http.known_secrets import mask_of

BASIC = base64.b64encode(b"jane:pass word!").decode()


@pytest.mark.parametrize(
    ("header", "text", "expected"),
    [
        (("x-key", "s3cret"), "a s3cret b", "a [REDACTED] b"),
        (("Authorization", "Bearer tok.en"), "Bearer tok.en, tok.en", "[REDACTED], [REDACTED]"),
        (("Authorization", f"Basic {BASIC}"), f"{BASIC} pass word!", "[REDACTED] [REDACTED]"),
        (("Authorization", "Basic ???? x"), "???? x", "[REDACTED]"),
        (("Cookie", "a=12345; b=67890"), "b: 67890", "b: [REDACTED]"),
        (("x-key", "a/b c&d"), f"?k={quote('a/b c&d', safe='')}", "?k=a%2Fb%20c%26d"),
        (("x-key", "a b+c"), "?k=a+b%2Bc", "?k=[REDACTED]"),
        (("Accept", "text/html"), "text/html", "text/html"),
        (("x-flag", "yes"), "yes", "yes"),
    ],
    ids=[
        "value",
        "bearer",
        "basic",
        "malformed basic",
        "cookie",
        "fully quoted",
        "form quoted",
        "harmless header",
        "too short",
    ],
)
def test_mask(header: tuple[str, str], text: str, expected: str) -> None:
    assert mask_of((header,))(text) == expected
