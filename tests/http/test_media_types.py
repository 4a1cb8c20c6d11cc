"""Media types: parsing, matching, and negotiation against a naive reading of RFC 9110."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.media_types import base_type, best_match, find, is_json, is_xml, matches, parse


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        ("application/json", True),
        (" Application/JSON ; charset=utf-8", True),
        ("text/json", True),
        ("application/problem+json", True),
        ("application/vnd.api+json; version=1", True),
        ("application/json-seq", False),
        ("application/geo+json-seq", False),
        ("application/jsonl", False),
        ("application/x-ndjson", False),
        ("text/plain", False),
        ("+json", False),
        ("", False),
    ],
)
def test_json_is_recognised(media_type: str, expected: bool) -> None:
    assert is_json(media_type) is expected


def test_xml_is_recognised() -> None:
    assert is_xml("application/soap+xml; charset=utf-8")
    assert not is_xml("application/xml-dtd")


def test_base_type_has_no_parameters() -> None:
    assert base_type(" Text/HTML ;charset=utf-8") == "text/html"


@pytest.mark.parametrize(
    "malformed", ["", "json", "application/", "/json", "*/json", "a b/c", "a/b/c", "application/é"]
)
def test_malformed_media_type_has_no_parts(malformed: str) -> None:
    assert parse(malformed) is None


def test_quoted_parameters_are_read() -> None:
    parsed = parse('multipart/form-data; boundary="a;b\\"c"; Charset=UTF-8')
    assert parsed is not None
    assert parsed.parameters == {"boundary": 'a;b"c', "charset": "UTF-8"}


@pytest.mark.parametrize(
    ("pattern", "media_type", "expected"),
    [
        ("*/*", "text/plain", True),
        ("text/*", "text/plain", True),
        ("text/*", "image/png", False),
        ("application/*+json", "application/problem+json", True),
        ("application/*+json", "application/json", False),
        ("*/*+json", "image/x+json", True),
        ("Application/JSON", "application/json;charset=utf-8", True),
        ("application/json; charset=utf-8", "application/json", True),
        ("application/json; version=1", "application/json; version=1; charset=utf-8", True),
        ("application/json; version=1", "application/json", False),
        ("application/json", "application/json; version=1", True),
        ("nonsense", "text/plain", False),
        ("*/*", "nonsense", False),
    ],
)
def test_pattern_matches(pattern: str, media_type: str, expected: bool) -> None:
    assert matches(pattern, media_type) is expected


@pytest.mark.parametrize(
    ("offered", "content_type", "expected"),
    [
        (["*/*", "text/*", "text/plain"], "text/plain; charset=x", "text/plain"),
        (["*/*", "text/*", "text/plain"], "text/html", "text/*"),
        (
            ["*/*", "application/*", "application/*+json"],
            "application/a+json",
            "application/*+json",
        ),
        (["a/b", "a/b; v=1"], "a/b; v=1", "a/b; v=1"),
        (["a/b", "a/b; v=1"], "a/b; v=2", "a/b"),
        (["*/*"], "*/*", "*/*"),
        (["a/b; v=1", "a/*", "a/b"], "a/b; odd; v=1", "a/b; v=1"),
        (["a/b"], "a/c", None),
        (["a/b"], "malformed", None),
        ([], "a/b", None),
    ],
)
def test_most_specific_documented_type_is_found(
    offered: list[str], content_type: str, expected: str | None
) -> None:
    assert find(offered, content_type) == expected


JSON_HTML = ["application/json", "text/html"]


@pytest.mark.parametrize(
    ("offered", "accept", "expected"),
    [
        pytest.param(JSON_HTML, None, "application/json", id="no Accept"),
        pytest.param(JSON_HTML, "", "application/json", id="empty"),
        pytest.param(JSON_HTML, "*/*", "application/json", id="anything"),
        pytest.param(JSON_HTML, "text/html", "text/html", id="exact"),
        pytest.param(JSON_HTML, "TEXT/HTML;q=0.1", "text/html", id="case"),
        pytest.param(JSON_HTML, "application/json;q=0.5, text/*", "text/html", id="quality"),
        pytest.param(JSON_HTML, "text/html;q=0, */*", "application/json", id="zero excludes"),
        pytest.param(["text/html"], "text/html;q=0, */*", None, id="zero is more specific"),
        pytest.param(JSON_HTML, "*/*;q=1, application/json;q=0.1", "text/html", id="specificity"),
        pytest.param(JSON_HTML, "image/png", None, id="nothing fits"),
        pytest.param(JSON_HTML, "text/html, application/json", "application/json", id="tie"),
        pytest.param(JSON_HTML, "text/html;q=2", "application/json", id="malformed quality"),
        pytest.param(JSON_HTML, "text/html, *; q=.2", "application/json", id="as Java once did"),
        pytest.param(JSON_HTML, ",, text/html ,", "text/html", id="empty elements"),
        pytest.param(JSON_HTML, 'text/html;a="b,c";q=0.5', None, id="comma in quotes"),
        pytest.param(["text/*", "a/b"], "text/html;q=0.5, a/b;q=0.4", "text/*", id="range offered"),
        pytest.param(["a/b;v=1", "a/b;v=2"], "a/b;v=2", "a/b;v=2", id="parameter"),
        pytest.param(["malformed", "a/b"], "a/*", "a/b", id="malformed offer"),
        pytest.param([], "a/b", None, id="nothing offered"),
    ],
)
def test_best_match(offered: list[str], accept: str | None, expected: str | None) -> None:
    assert best_match(offered, accept) == expected


TYPES = st.sampled_from(["a/x", "a/y", "b/x", "b/y"])
RANGES = TYPES | st.sampled_from(["a/*", "b/*", "*/*"])
QUALITIES = st.sampled_from(["0", "0.2", "0.5", "1", "1.000"])


@given(st.lists(TYPES, min_size=1, unique=True), st.dictionaries(RANGES, QUALITIES, min_size=1))
def test_negotiation_agrees_with_the_naive_reading(
    offered: list[str], accepted: dict[str, str]
) -> None:
    def quality(media_type: str) -> float:
        for candidate in (media_type, media_type[0] + "/*", "*/*"):
            if candidate in accepted:
                return float(accepted[candidate])
        return 0.0

    best = max(offered, key=quality)
    accept = ", ".join(f"{media_range};q={q}" for media_range, q in accepted.items())
    assert best_match(offered, accept) == (best if quality(best) else None)


@given(st.lists(st.text(), max_size=3), st.text())
def test_no_text_makes_negotiation_raise(offered: list[str], accept: str) -> None:
    assert best_match(offered, accept) in (None, *offered)
    assert find(offered, accept) in (None, *offered)
