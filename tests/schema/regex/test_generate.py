import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.schema.regex import generate as patterns
from tests.support.chance import words_of

# pattern, least and most characters
SAMPLED = [
    ("^[a-z]{3,10}$", 0, 99),
    ("foo", 20, 30),
    (r"^\d{3}-\d{4}$", 8, 8),
    (r"^(?:\d{4})-(?:0[1-9]|1[0-2])$", 0, 99),
    (r"^\p{L}+$", 5, 5),
    (r"^\P{Lu}+$", 3, 9),
    (r"^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^\w\s]).{8,}$", 0, 64),
    (r"^(?!foo)[a-z]{3}$", 0, 9),
    ("^(a+)+$", 3, 40),
    ("^[a-z]+@[a-z]+$", 40, 44),
    (r"^(([a-z]+)\.)+[a-z]{2,}$", 0, 99),
    ("^#?([a-fA-F0-9]{6}|[a-fA-F0-9]{3})$", 0, 9),
    (r"^arn:aws[\w-]*:iam::\d{12}:role/[\w+=,.@-]{1,64}$", 0, 200),
    (r"^[^\s@]+@[^\s@]+\.[^\s@]+$", 0, 99),
    ("(?i)^ABC$", 0, 9),
    (r"^(\w)\1$", 0, 9),
    ("^$", 0, 9),
    ("", 4, 10),
    ("^[a-z]*$", 0, 0),
    (r"\S", 5, 5),
    (r"^\u00e9\x41\t$", 0, 9),
    (r"^.*\bfoo\b.*$", 0, 40),
    (r"^\/\-\.$", 0, 9),
    (r"^[\]\\^-]+$", 3, 3),
    (r"^-?\d+(\.\d{1,2})?$", 0, 9),
    ("^(a|b|)*$", 6, 6),
    ("^a??b*?$", 0, 5),
    ("^[^a-z]$", 0, 5),
    (r"^[\d_]+?$", 0, 9),
    ("^(?:[A-Z][a-z]+ ?){2,4}$", 10, 30),
    ("^.{400}$", 400, 400),
]


@pytest.mark.parametrize(
    ("pattern", "low", "high"), SAMPLED, ids=[row[0] or "empty" for row in SAMPLED]
)
def test_sample_matches_and_keeps_to_its_length(pattern: str, low: int, high: int) -> None:
    schema = {"pattern": pattern, "minLength": low, "maxLength": high}
    judge = jsonschema_rs.Draft202012Validator(schema)
    for seed in range(8):
        text = patterns.sample(pattern, words_of(seed), low, high)
        assert text is not None
        assert judge.is_valid(text), repr(text)


@pytest.mark.parametrize(
    "pattern",
    ["(", "[a", "a)", "*a", "a{3,1}", r"\p{Klingon}", "\\", r"\x4", r"\u{110000}", "(?<a", "(?q)a",
     "[b-a]", "(" * 200 + ")" * 200, "a" * 6000],
    ids=["open group", "open class", "closed group", "nothing to repeat", "counts", "property",
         "backslash", "hexadecimal", "code point", "name", "flag", "range", "deep", "long"],
)  # fmt: skip
def test_unreadable_pattern_has_no_sample_and_accepts_nothing(pattern: str) -> None:
    assert patterns.sample(pattern, words_of(1), 0, 100) is None
    assert not patterns.accepts(pattern, "a")


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("^a$", "a\n", False),
        (r"^\d$", "٣", False),
        (r"^\w$", "é", False),
        (r"^\s$", "\ufeff", True),
        ("^.$", "\n", False),
        (r"a\b", "ab", False),
        (r"a\B", "ab", True),
        ("(?<=a)b", "ab", True),
        ("(?<!a)b", "ab", False),
        (r"(?<n>a|b)\k<n>", "abb", True),
        (r"^(a)|(b)\1$", "xb", True),
        ("^a{,3}$", "aa", False),
        ("^a{,3}$", "a{,3}", True),
        ("a{x}", "a{x}", True),
        ("^(?i:A)b$", "ab", True),
        (r"^\cJ$", "\n", True),
        (r"^[\b]$", "\b", True),
        ("^[[:digit:]]$", "5", True),
        (r"^\ud83d\ude00$", "😀", True),
        ("(?i)^(?s:a)$", "A", True),
        ("(a*)*c", "aaab", False),
        ("^(a+)+$", "a" * 60 + "b", False),
        ("^(?:ab)+$", "ab" * 2000, False),
    ],
)  # fmt: skip
def test_matching_follows_ecma_262_and_ends(pattern: str, text: str, expected: bool) -> None:
    assert patterns.accepts(pattern, text) is expected


def test_group_that_refers_to_itself_does_not_grow_without_end() -> None:
    text = patterns.sample(r"^(a\1)+$", words_of(1), 100, 500)
    assert text is None or patterns.accepts(r"^(a\1)+$", text)


@given(st.text("ab.*+?()[]{}|^$\\dwpLk<>!=,-1", max_size=14), st.integers(0, 2**32))
def test_any_text_is_read_as_a_pattern_or_refused(pattern: str, seed: int) -> None:
    text = patterns.sample(pattern, words_of(seed), 0, 50)
    assert text is None or patterns.accepts(pattern, text)
