"""Header fields of one value: cookies in fields of their own, each on one line."""

import pytest

from emulator.http.messages import Json
from emulator.openapi.document.model import HeaderObject
from emulator.openapi.write.headers import header_texts


@pytest.mark.parametrize(
    ("name", "value", "texts"),
    [
        ("Set-Cookie", ["a=1; Path=/", "b=2"], ("a=1; Path=/", "b=2")),
        ("set-cookie", {"a": 1, "b": [2]}, ("a=1", "b=[2]")),
        ("Set-Cookie", "a=1, b", ("a=1, b",)),
        ("Set-Cookie", [], ()),
        ("Link", ["<a>", "<b>"], ("<a>,<b>",)),
        ("X-Lines", "a\r\n b\0c", ("a b\0c",)),
        ("X-Deep", [{"a": 1}, None], ('{"a":1},',)),
    ],
)
def test_fields(name: str, value: Json, texts: tuple[str, ...]) -> None:
    assert header_texts(HeaderObject(name, False, None), None, {}, value) == texts


def test_content_is_one_line_of_ascii() -> None:
    header = HeaderObject("X-A", False, None, media_type="application/json")
    assert header_texts(header, None, {}, {"a": "é\n東"}) == ('{"a":"\\u00e9\\n\\u6771"}',)
    text = HeaderObject("X-A", False, None, media_type="text/plain")
    assert header_texts(text, {"type": "string"}, {}, "a\r\nb") == ("a b",)
