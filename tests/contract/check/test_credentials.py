import base64
from io import StringIO
from urllib.parse import quote

import pytest

from emulator.contract.check.credentials import MaskedFile, mask_of

BASIC = base64.b64encode(b"jane:pass word!").decode()


@pytest.mark.parametrize(
    ("header", "text", "expected"),
    [
        (("x-key", "s3cret"), "a s3cret b", "a [Filtered] b"),
        (("Authorization", "Bearer tok.en"), "Bearer tok.en, tok.en", "[Filtered], [Filtered]"),
        (("Authorization", f"Basic {BASIC}"), f"{BASIC} pass word!", "[Filtered] [Filtered]"),
        (("Authorization", "Basic ???? x"), "???? x", "[Filtered]"),
        (("Cookie", "a=12345; b=67890"), "b: 67890", "b: [Filtered]"),
        (("x-key", "a/b c&d"), f"?k={quote('a/b c&d', safe='')}", "?k=a%2Fb%20c%26d"),
        (("x-key", "a b+c"), "?k=a+b%2Bc", "?k=[Filtered]"),
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


def test_masked_file_passes_masked_text_on() -> None:
    file = StringIO()
    written = MaskedFile(file, mask_of((("x-key", "s3cret"),))).write("is s3cret")
    assert (file.getvalue(), written) == ("is [Filtered]", 9)
