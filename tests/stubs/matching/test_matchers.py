"""WireMock's matchers: what each accepts and refuses, and what can't be one."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.encode import dump
from emulator.stubs.matching.matchers import Matcher, compile_matcher
from emulator.stubs.matching.pattern import parse_pattern
from emulator.stubs.matching.subject import Value

Json = Any


def matcher(raw: Json) -> Matcher:
    compiled = compile_matcher(raw, "")
    assert isinstance(compiled, Matcher), compiled
    return compiled


def values(texts: Json) -> list[Value]:
    """What a name has: nothing, one text (or JSON that stands for its text), or several."""
    if texts is None:
        return []
    listed = texts if isinstance(texts, list) else [texts]
    return [Value(t.encode() if isinstance(t, str) else dump(t)) for t in listed]


ANY_ORDER = {"equalToJson": [1, {"a": 2}, 3], "ignoreArrayOrder": True}
EXTRA = {"equalToJson": {"a": [1]}, "ignoreExtraElements": True}
BOTH = {
    "equalToJson": [{"a": 1}, {"a": 1, "b": 2}],
    "ignoreArrayOrder": True,
    "ignoreExtraElements": True,
}
UNIT = {
    "equalToJson": {
        "id": "${json-unit.any-string}",
        "n": "${json-unit.any-number}",
        "ok": "${json-unit.any-boolean}",
        "x": "${json-unit.ignore}",
        "key": "${json-unit.regex}[A-Z]+",
        "maybe": "${json-unit.ignore-element}",
    }
}
NUMBERS = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
STORE = {"book": [{"name": "Sagas", "price": 8}, {"name": "Moby", "price": 22}], "none": [], "n": 1}

TABLE: list[tuple[Json, list[Json], list[Json]]] = [
    # matcher, accepted, refused
    # numbers that no 64 bits hold
    (
        {"equalToJson": '{"n": 12345678901234567890123}'},
        ['{"n":12345678901234567890123}'],
        ['{"n":12345678901234567890124}'],
    ),
    (
        {"equalToJson": {"n": Decimal("0.10000000000000000001")}},
        ['{"n":0.100000000000000000010}'],
        ['{"n":0.10000000000000000002}', '{"n":0.1}'],
    ),
    (
        {"matchesJsonPath": "$[?(@.n == 0.10000000000000000001)]"},
        ['{"n":0.10000000000000000001}'],
        ['{"n":0.10000000000000000002}'],
    ),
    (
        {"matchesJsonPath": {"expression": "$.n", "equalTo": "12345678901234567890123"}},
        ['{"n":12345678901234567890123}'],
        ['{"n":12345678901234567890124}'],
    ),
    (
        {"matchesJsonSchema": {"properties": {"n": {"maximum": 2**64}}}},
        ['{"n":18446744073709551616}'],
        ['{"n":18446744073709551617}'],
    ),
    ({"equalTo": "a"}, ["a", ["b", "a"]], ["A", None, "ab"]),
    ({"equalTo": "Straße É", "caseInsensitive": True}, ["sTRAßE é"], ["STRASSE É", "Straße", None]),
    ({"binaryEqualTo": "AQI="}, ["\x01\x02"], ["\x01", None]),
    ({"contains": "b"}, ["abc"], ["ac", None]),
    ({"doesNotContain": "b"}, ["ac", None], ["abc"]),
    ({"matches": "a.*c"}, ["abc", "a\nc"], ["abcd", None]),
    ({"matches": "a|b"}, ["a", "b"], ["ab"]),
    ({"matches": "(?i)ABC"}, ["abc"], ["abd"]),
    ({"matches": "[a-c&&[^a]]+"}, ["bc"], ["ab", "&", "]"]),
    ({"matches": "[a-c[x-z]&&[^b]]+"}, ["axz"], ["b", "d"]),
    ({"matches": "[^a[b-c]]"}, ["d", "\n"], ["a", "b"]),
    ({"matches": "[[:alpha:]]+"}, ["a:"], ["b"]),
    ({"matches": "\\p{Alpha}+[\\p{Digit}_]\\P{Upper}"}, ["ab1x", "a_-"], ["ab1X", "1"]),
    ({"matches": "\\Qa.[b\\E.[\\h]"}, ["a.[bc "], ["aX[bc "]),
    ({"matches": "[]a]+[a-z-]"}, ["]a-"], ["b"]),
    ({"matches": "(?=a)..b"}, ["axb"], ["xab"]),
    ({"doesNotMatch": "a.*"}, ["b", None], ["ab"]),
    ({"equalToJson": {"a": 1}}, [{"a": 1}, {"a": 1.0}], [{"a": "1"}, {"a": True}, "{", None, {}]),
    ({"equalToJson": '{"a": null}'}, [{"a": None}], [{}, {"a": None, "b": 1}]),
    ({"equalToJson": [1, 2]}, ["[1, 2]"], ["[2, 1]", "[1]", "[1, 2, 3]"]),
    (ANY_ORDER, ['[3, 1, {"a": 2}]'], ['[3, 1, {"a": 1}]', "[1, 3]"]),
    (EXTRA, [{"a": [1], "b": 2}, {"a": [1, 2]}], [{"a": [2, 1]}, {"b": 1}]),
    (BOTH, ['[{"a": 1, "b": 2}, {"a": 1}]', '[{"a": 1, "b": 2}, 5, {"a": 1}]'], ['[{"a": 1}]']),
    (
        UNIT,
        [
            {"id": "x", "n": 1.5, "ok": False, "x": [], "key": "AB"},
            {"id": "", "n": 0, "ok": True, "x": None, "key": "A", "maybe": 1},
        ],
        [
            {"id": 1, "n": 1, "ok": True, "x": 1, "key": "A"},
            {"id": "", "n": True, "ok": True, "x": 1, "key": "A"},
            {"id": "", "n": 1, "ok": 1, "x": 1, "key": "A"},
            {"id": "", "n": 1, "ok": True, "key": "A"},
            {"id": "", "n": 1, "ok": True, "x": 1, "key": "a"},
        ],
    ),
    ({"matchesJsonPath": "$.book[0].name"}, [STORE], ["<a/>", {}, None, "7"]),
    ({"matchesJsonPath": "$.none"}, [{"none": 0}], [STORE, {"none": None}, {"none": {}}]),
    ({"matchesJsonPath": "$.book[?(@.price > 20)]"}, [STORE], [{"book": [{"price": 2}]}]),
    ({"matchesJsonPath": "$..[?(@.name =~ /mo.*/i)]"}, [STORE, {"name": "Moby"}], [{"n": "Moby"}]),
    ({"matchesJsonPath": "$.book[?match(@.name, 'M.*')]"}, [STORE], [{"book": [{"name": "aM"}]}]),
    ({"matchesJsonPath": "$.book[?search(@.name, 'ob')]"}, [STORE], [{"book": [{"name": "OB"}]}]),
    ({"matchesJsonPath": {"expression": "$.n", "equalTo": "1"}}, [STORE], [{"n": 2}, {}]),
    ({"matchesJsonPath": {"expression": "$.n", "absent": True}}, [{}, {"m": 1}], [STORE]),
    ({"matchesJsonPath": {"expression": "$..name", "equalTo": "Moby"}}, [STORE], [{"name": "x"}]),
    ({"matchesJsonPath": {"expression": "$.none", "equalToJson": []}}, [STORE], [{"none": [1]}]),
    ({"matchesJsonPath": {"expression": "$.book[*].price", "equalToJson": [8, 22]}}, [STORE], [{}]),
    ({"matchesJsonPath": {"expression": "$.a", "contains": '"b":1'}}, [{"a": {"b": 1}}], [STORE]),
    ({"matchesJsonSchema": NUMBERS}, [{"n": 1}], [{"n": "1"}, "x", None]),
    ({"matchesJsonSchema": dump(NUMBERS).decode(), "schemaVersion": "V7"}, [{"n": 1}], [{}]),
    ({"matchesJsonSchema": {"type": "string", "minLength": 2}}, ["ab"], ["a", "12"]),
    ({"equalToXml": "<a x='1' y='2'>t<b/><c/></a>"}, ['<a y="2" x="1"> t <c/><b/></a>'], ["<a/>"]),
    (
        {"equalToXml": "<a>t<b/>u</a>"},
        ["<a> t <b></b>u </a>"],
        ["<a>tu<b/></a>", "<a><b/>tu</a>", "<a>t<b/></a>", "<a>t u<b/></a>"],
    ),
    ({"equalToXml": "<a/>"}, ["<a></a>"], ["{}", "<!DOCTYPE a []><a/>", None]),
    ({"absent": True}, [None], ["", "a"]),
    ({"absent": False}, ["", "a"], [None]),
    ({"anything": "anything"}, [None, "", "a"], []),
    ({"before": "2026-01-01T00:00:00Z"}, ["2025-12-31T23:59:59Z"], ["2026-01-01T00:00:00Z", "x"]),
    ({"after": "2026-01-01"}, ["Fri, 02 Jan 2026 00:00:00 GMT"], ["2025-12-31", None]),
    (
        {"equalToDateTime": "2026-01-01T01:00:00+01:00"},
        ["2026-01-01T00:00:00Z"],
        ["2026-01-01T01:00Z"],
    ),
    ({"and": [{"contains": "a"}, {"contains": "b"}]}, ["ab"], ["a", None, ["a", "b"]]),
    ({"or": [{"equalTo": "a"}, {"absent": True}]}, ["a", None], ["b"]),
    ({"not": {"equalTo": "a"}}, ["b", None], ["a"]),
    ({"includes": [{"equalTo": "a"}, {"contains": "c"}]}, [["a", "b", "bc"]], [["a", "b"], None]),
    (
        {"hasExactly": [{"equalTo": "a"}, {"contains": "b"}]},
        [["ab", "a"]],
        [["a"], ["a", "b", "c"]],
    ),
    ({"hasExactly": []}, [None], ["a"]),
]
ROWS: list[tuple[Json, Json, bool]] = [
    (raw, texts, True) for raw, accepted, _ in TABLE for texts in accepted
]
ROWS += [(raw, texts, False) for raw, _, refused in TABLE for texts in refused]


@pytest.mark.parametrize(("raw", "texts", "accepted"), ROWS, ids=lambda v: repr(v)[:60])
def test_matcher_accepts(raw: Json, texts: Json, accepted: bool) -> None:
    # TABLE's JSON must keep the published schema as well.
    assert not isinstance(parse_pattern({"headers": {"X": raw}}), tuple)
    assert matcher(raw).accepts(values(texts)) is accepted


@pytest.mark.parametrize(
    ("raw", "pointer", "said"),
    [
        ({"equalsTo": "a"}, "/headers/X/equalsTo", "no such field"),
        ({"equalTo": 1}, "/headers/X/equalTo", "not of type"),
        ({}, "/headers/X", "has less than 1 property"),
        ({"caseInsensitive": True}, "/headers/X", "has none"),
        ({"equalTo": "a", "contains": "b"}, "/headers/X", "equalTo and contains"),
        ({"contains": "a", "caseInsensitive": True}, "/headers/X/caseInsensitive", "no option"),
        ({"matches": "("}, "/headers/X/matches", "regular expression"),
        ({"matches": "(a{1000}){1000}"}, "/headers/X/matches", "regular expression"),
        ({"doesNotMatch": "a++"}, "/headers/X/doesNotMatch", "regular expression"),
        ({"binaryEqualTo": "?"}, "/headers/X/binaryEqualTo", "Base64"),
        ({"equalToJson": "{"}, "/headers/X/equalToJson", "not JSON"),
        ({"equalToJson": "${json-unit.nope}"}, "/headers/X/equalToJson", "not JSON"),
        ({"equalToJson": ["${json-unit.nope}"]}, "/headers/X/equalToJson", "any-string"),
        ({"equalToJson": ["${json-unit.regex}("]}, "/headers/X/equalToJson", "regular expression"),
        ({"matchesJsonPath": "$["}, "/headers/X/matchesJsonPath", "JSONPath"),
        ({"matchesJsonPath": "$[?(@.a =~ /(/)]"}, "/headers/X/matchesJsonPath", "JSONPath"),
        ({"matchesJsonPath": "$" + "[?@" * 2000}, "/headers/X/matchesJsonPath", "JSONPath"),
        ({"matchesJsonPath": "$.a" * 9000}, "/headers/X/matchesJsonPath", "10000 characters"),
        (
            {"matchesJsonPath": {"expression": "$.nope()"}},
            "/headers/X/matchesJsonPath/expression",
            "JSONPath",
        ),
        (
            {"matchesJsonPath": {"expression": "$.a", "matches": "("}},
            "/headers/X/matchesJsonPath/matches",
            "regular expression",
        ),
        *(
            ({"matchesJsonPath": {"expression": "$.a", **raw}}, "/headers/X/matchesJsonPath", said)
            for raw, said in (
                ({"contains": True}, "not valid under any"),
                ({"equalsTo": "a"}, "not valid under any"),
                ({"and": [{"equalTo": 1}]}, "not valid under any"),
            )
        ),
        ({"matchesJsonSchema": {"type": 5}}, "/headers/X/matchesJsonSchema", "JSON Schema"),
        (
            {"matchesJsonSchema": {"$ref": "http://127.0.0.1/s"}},
            "/headers/X/matchesJsonSchema",
            "JSON Schema",
        ),
        ({"equalToXml": "<a"}, "/headers/X/equalToXml", "well-formed"),
        ({"matchesXPath": "//a"}, "/headers/X/matchesXPath", "no such field"),
        ({"before": "soon"}, "/headers/X/before", "no moment"),
        ({"and": [{"contains": "a"}, {"matches": "("}]}, "/headers/X/and/1/matches", "regular"),
        ({"not": {"matches": "("}}, "/headers/X/not/matches", "regular expression"),
        ({"or": []}, "/headers/X/or", "less than 1"),
    ],
    ids=lambda v: repr(v)[:40],
)
def test_what_is_no_matcher_is_pointed_at(raw: Json, pointer: str, said: str) -> None:
    errors = parse_pattern({"headers": {"X": raw}})
    assert isinstance(errors, tuple)
    assert errors[0].pointer == pointer
    assert said in errors[0].message


LONG = "a" * 30_000


@pytest.mark.parametrize(
    "raw",
    [
        {"matches": "(a+)+b"},
        {"matches": "(a|aa)+(?=b)\\1c"},
        {"matchesJsonPath": "$[?(@ =~ /(a+)+b/)]"},
        {"matchesJsonPath": "$[?match(@, '(a|aa)+(?=b)c')]"},
    ],
    ids=repr,
)
def test_no_regular_expression_takes_for_ever(raw: Json) -> None:
    assert not matcher(raw).accepts(values(dump([LONG]).decode() if "$" in str(raw) else LONG))


@pytest.mark.parametrize(
    "path", ["$..*..*..*..*..x", "$..[?@..[?@..[?@..x]]]", "$" + "[*,*,*]" * 30]
)
def test_query_that_explodes_finds_nothing(path: str) -> None:
    deep: Json = [1]
    for _ in range(60):
        deep = [deep, [1, 2, 3]]
    body = dump({"x": 1, "list": [list(range(50))] * 50, "deep": deep})
    assert not matcher({"matchesJsonPath": path}).accepts([Value(body)])


def test_query_goes_as_deep_as_the_document() -> None:
    body = b"[" * 500 + b'{"x": 1}' + b"]" * 500
    assert matcher({"matchesJsonPath": "$..x"}).accepts([Value(body)])


def objects(count: int, **more: Json) -> Json:
    return [{"id": number, "in": {"key": f"k{number}"}, **more} for number in range(count)]


ANY_STRING = "${json-unit.any-string}"


@pytest.mark.parametrize(
    ("expected", "actual", "extra", "same"),
    [
        (list(range(900)), list(range(900))[::-1], False, True),
        (list(range(900)), [*range(899), 0], False, False),
        ([1] * 3_000, [1] * 300_000, False, False),
        ([1] * 3_000, [1] * 300_000, True, True),
        ([1] * 3_001, [1] * 3_000 + [2] * 300_000, True, False),
        (objects(1_500), objects(1_500)[::-1], False, True),
        (objects(1_500), objects(1_500, new=1)[::-1], True, True),
        (objects(1_500, x=ANY_STRING), objects(1_500, x="a")[::-1], False, True),
        ([{"in": each["in"]} for each in objects(1_000)], objects(1_000)[::-1], True, True),
        (objects(1_500, new=1), objects(1_500)[::-1], True, False),
        ([[[1, 2], [3]]] * 500, [[[3], [2, 1]]] * 500, False, True),
        ([1, True, "1", 1.0], ["1", 1, 1, True], False, True),
        ([1, 1], [1, True], False, False),
        ([ANY_STRING, "a"], ["a", "b"], False, True),
        ([ANY_STRING, "a"], ["b", "c"], False, False),
        ([ANY_STRING] * 3_000, ["a"] * 3_000, False, True),
        ([{"a": [1]}, {"a": [1, 2]}], [{"a": [1, 2]}, {"a": [1]}], True, True),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_long_lists_are_compared_in_any_order(
    expected: Json, actual: Json, extra: bool, same: bool
) -> None:
    raw = {"equalToJson": expected, "ignoreArrayOrder": True, "ignoreExtraElements": extra}
    assert matcher(raw).accepts(values(dump(actual).decode())) is same


def test_what_takes_too_long_counts_as_different_and_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    lists: Json = [[number, ANY_STRING] for number in range(400)]
    raw = {"equalToJson": lists, "ignoreArrayOrder": True}
    body = Value(dump([[number, "a"] for number in range(400)][::-1]))
    equal = matcher(raw)
    assert not equal.accepts([body])
    assert not equal.accepts([body])
    assert "more than 200000 comparisons" in body.undecided
    (warning,) = caplog.messages
    assert warning.startswith("equalToJson of a stub or a pattern did not match: the lists take")
    path = matcher({"matchesJsonPath": {"expression": "$..*..*..*..*", "absent": True}})
    assert not path.accepts([Value(dump([[[[1] * 50] * 50] * 50]))])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON, st.booleans(), st.booleans())
def test_json_equals_itself(value: Json, order: bool, extra: bool) -> None:
    raw = {
        "equalToJson": [value],
        "ignoreArrayOrder": order,
        "ignoreExtraElements": extra,
    }
    assert matcher(raw).accepts([Value(dump([value]))])


@given(JSON, JSON)
def test_json_that_differs_is_not_equal(one: Json, other: Json) -> None:
    expected = dump(one) == dump(other) or sorted_json(one) == sorted_json(other)
    assert matcher({"equalToJson": [one]}).accepts([Value(dump([other]))]) is expected


def sorted_json(value: Json) -> Json:
    """JSON in which the order of members does not count, and 1 is not true."""
    if isinstance(value, dict):
        return sorted((name, sorted_json(part)) for name, part in value.items()) or "{}"
    if isinstance(value, list):
        return [sorted_json(part) for part in value] or "[]"
    return repr(value)


def test_the_nearer_a_text_the_smaller_its_distance() -> None:
    near = matcher({"equalTo": "abcdef"})
    distances = [near.distance(values(text)) for text in ("abcdef", "abcdex", "abxxxx", None)]
    assert distances == sorted(distances)
    assert (distances[0], distances[-1]) == (0.0, 1.0)


def test_json_paths_of_a_request_share_their_steps() -> None:
    body, path = Value(dump([[1]] * 20_000)), matcher({"matchesJsonPath": "$..a"})
    while not body.undecided:
        before = body.steps
        assert not path.accepts((body,))
        assert body.steps < before
    assert "left too few steps" in body.undecided
