import re

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.schema.regex.classes import PROPERTIES
from emulator.schema.regex.translate import Translation, refusal, translate

LINEAR = jsonschema_rs.RegexOptions()
TRANSLATED = {
    r"^\/a\-b\_\:$": "^/a-b_:$",
    r"[\w\-\.]": r"[\w\-.]",
    r"[+\-=]": r"[+\-=]",
    r"[\w-.]": r"[\w\-.]",
    r"[--/]": r"[\--/]",
    r"[^]": r"[\s\S]",
    "[]": r"[^\s\S]",
    "[a[b]": r"[a\[b]",
    "[a&&b~~]": r"[a\&\&b\~\~]",
    "a]}{": r"a\]\}\{",
    r"(?<year>\d)(?P<day>\d)": r"(\d)(\d)",
    r"(?<n>a)\k<n>1": r"(a)(?:\1)1",
    r"(?=a)(b)\1": r"(?=a)(b)\1",
    r"(a)\1\x31": r"(a)(?:\1)1",
    r"\u0041\x42\cC\0": r"AB\x03\x00",
    r"\ud83d\ude00\u{1F600}": "😀😀",
    r"[\b\t]": r"[\x08\x09]",
    r"\Aa\z|\Ab\Z": "^a$|^b$",
    "[[:alpha:]_]": "[A-Za-z_]",
    "/^a$/": "^a$",
    "/^a$/gi": "(?i)^a$",
    "(?i)a|(?i:b)": "(?i)a|(?i:b)",
    r"\p{L}\P{Script=Greek}": r"\p{L}\P{Script=Greek}",
    "a{2}b{2,}c{2,3}?": "a{2}b{2,}c{2,3}?",
}
NO_PATTERN = [
    "(", ")", "*", "a**", "a++", "^*", "[", "[z-a]", "a{2,1}", "a{,5}", "{2}", "\\", r"\q", r"\x4",
    r"\8", r"(a)\2", r"\k<n>", r"\ud800", r"\u{110000}", r"\p{Foo}", r"\p", r"\p{Foo=L}",
    "(?>a)", "(?#c)",
    "(?x)a", "a(?i)b", "(?<n>a)|(?<n>b)", "[[:foo:]]", "(?:)*", "(?", "[\\", r"\u{}", r"[\B]",
    "(a{1,1000}){1,1000}", r"\p{L}{0,4000}", r"[\s\S]{0,9000}|[\s\S]{0,9001}",
    "(?i)(?:" + "a" * 9_999 + "){9}", "a" * 20_001,
    "(" * 100 + ")" * 100,
]  # fmt: skip
# Which cases each of them accepts, so that a translation that changes the meaning is caught.
MEANINGS = [
    (r"^[\w\-\.]+$", "a-b.c", "a+b"),
    (r"^[+\-=]$", "-", ","),
    (r"^[\w-.]$", "-", "/"),
    (r"^a{2,3}$", "aaa", "aaaa"),
    (r"^{.*}$", "{x}", "x"),
    (r"^\u{1F600}$", "😀", "x"),
    (r"^[^]$", "\n", ""),
    (r"^[[:digit:]]$", "5", ":"),
    ("/^a$/i", "A", "b"),
    (r"^(?!x)\w+$", "ab", "xb"),
    (r"^(?<q>['\"])a\k<q>$", "'a'", "'a\""),
]


def text_of(pattern: str) -> str | None:
    translation = translate(pattern)
    return translation.text if translation else None


@pytest.mark.parametrize(("pattern", "expected"), TRANSLATED.items())
def test_translation(pattern: str, expected: str) -> None:
    assert text_of(pattern) == expected
    assert jsonschema_rs.Draft202012Validator({"pattern": expected})


@pytest.mark.parametrize("pattern", NO_PATTERN, ids=lambda pattern: pattern[:20])
def test_what_no_engine_compiles_has_no_translation(pattern: str) -> None:
    assert translate(pattern) is None


@pytest.mark.parametrize(("pattern", "match", "other"), MEANINGS)
def test_translation_means_the_same(pattern: str, match: str, other: str) -> None:
    translation = text_of(pattern)
    validator = jsonschema_rs.Draft202012Validator({"pattern": translation})
    assert (validator.is_valid(match), validator.is_valid(other)) == (True, False)
    assert re.search(translation or "", match)
    assert not re.search(translation or "", other)


@pytest.mark.parametrize("pattern", [r"a(?=b)", r"a(?!b)", r"(?<=a)b", r"(?<!a)b", r"(a)\1"])
def test_what_needs_backtracking_is_told_apart(pattern: str) -> None:
    assert translate(pattern) == Translation(pattern, linear=False)


@pytest.mark.parametrize("pattern", ["^.{1,2048}$", r"^[\s\S]{0,9000}$", r"^\w{0,1000}$", ""])
def test_long_repetitions_are_supported(pattern: str) -> None:
    assert translate(pattern) == Translation(pattern, linear=True)
    assert jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=LINEAR)


@pytest.mark.parametrize("name", PROPERTIES)
def test_properties_compile(name: str) -> None:
    prefix = f"{name}=" if name else ""
    pattern = "".join(rf"\p{{{prefix}{value}}}" for value in PROPERTIES[name])
    assert jsonschema_rs.Draft202012Validator({"pattern": pattern})


TOKENS = (
    r"\d \S \b \p{L} (?: (?= (?<! (?<n> \k<n> \1 {2,3} {0,2000} [^ [a-z \u0041 \x41 (?i) (?i: \- "
    r"[:alpha:] \Z \0"
)
PARTS = st.sampled_from([*"ab-^$.*+?()[]{}|\\,019é😀/ &~:!<=>\n", *TOKENS.split()])


@settings(deadline=None)
@given(st.lists(PARTS, max_size=12).map("".join))
def test_every_translation_compiles_and_is_its_own(pattern: str) -> None:
    translation = translate(pattern)
    if translation is not None:
        options = LINEAR if translation.linear else None
        assert jsonschema_rs.Draft202012Validator(
            {"pattern": translation.text}, pattern_options=options
        )
        assert translate(translation.text) == translation


def test_pattern_too_large_is_told_from_one_that_is_none() -> None:
    assert "too much" in refusal("^(a{1000}){1000}$")
    assert "no regular expression" in refusal("(")
