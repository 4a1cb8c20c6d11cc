"""The Cookie field, as browsers send it and as nobody should."""

import pytest

from emulator.http.cookies import cookie_named, read_cookies


@pytest.mark.parametrize(
    ("field", "cookies"),
    [
        ("", []),
        ("a=1", [("a", "1")]),
        ("a=1; b=2;c=3 ;\td=4", [("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")]),
        ("a=1; a=2", [("a", "1"), ("a", "2")]),
        ('a="1 2"; b="; c="', [("a", "1 2"), ("b", '"'), ("c", '"')]),
        ('a=""', [("a", "")]),
        ("a", []),
        ("=1", []),
        ("a=b=c", [("a", "b=c")]),
        ('j={"k":[1, 2]}; p[0]=x; path=/; two words=y', None),
    ],
)
def test_cookies_are_read(field: str, cookies: list[tuple[str, str]] | None) -> None:
    odd = [("j", '{"k":[1, 2]}'), ("p[0]", "x"), ("path", "/"), ("two words", "y")]
    assert list(read_cookies(field)) == (odd if cookies is None else cookies)


def test_first_cookie_with_a_value_counts() -> None:
    assert cookie_named("a=; b=1; a=2; a=3", "a") == "2"
    assert cookie_named("A=1", "a") is None
