"""Stub mappings: what can be one, and where the error is in what can't."""

from typing import Any

import pytest

from emulator.faults.table import FAULTS
from emulator.http.messages import Request
from emulator.schema.chance import chance_of
from emulator.stubs.faults import WIREMOCK_FAULTS
from emulator.stubs.stub import Stub, parse_stub

Json = Any
ENDLESS = "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}"


def stub(raw: Json) -> Stub:
    parsed = parse_stub(raw, "made")
    assert isinstance(parsed, Stub), parsed
    return parsed


def response(**fields: Json) -> Json:
    return {"response": fields}


def templated(**fields: Json) -> Json:
    return response(transformers=["response-template"], **fields)


@pytest.mark.parametrize(
    ("raw", "pointer", "said"),
    [
        (None, "", "not of type"),
        ([], "", "not of type"),
        ({"requests": {}}, "/requests", "no such field"),
        ({"id": "a/b"}, "/id", "does not match"),
        ({"priority": 0}, "/priority", "less than the minimum"),
        ({"newScenarioState": "x"}, "", "scenarioName"),
        ({"request": {"urlPattern": "("}}, "/request/urlPattern", "regular expression"),
        ({"request": {"method": 1}}, "/request/method", "not of type"),
        (
            {"request": {"bodyPatterns": [{"matchesJsonPath": "$["}]}},
            "/request/bodyPatterns/0/matchesJsonPath",
            "JSONPath",
        ),
        ({"request": {"headers": {"A": {"is": 1}}}}, "/request/headers/A/is", "no such field"),
        (response(status=99), "/response/status", "less than the minimum"),
        (response(body="a", jsonBody={}), "/response/jsonBody", "one body"),
        (response(base64Body="?"), "/response/base64Body", "Base64"),
        (response(bodyFileName="a"), "/response/bodyFileName", "--mappings"),
        (response(headers={"a b": "c"}), "/response/headers", "does not match"),
        (response(headers={"a": "b\r\nc: d"}), "/response/headers/a", "not valid under"),
        (response(fault="NOPE"), "/response/fault", "EMPTY_RESPONSE"),
        (response(fixedDelayMilliseconds=-1), "/response/fixedDelayMilliseconds", "minimum"),
        (
            response(delayDistribution={"type": "uniform", "lower": 9, "upper": 1}),
            *("/response/delayDistribution/lower", "more than upper"),
        ),
        (
            response(
                delayDistribution={"type": "lognormal", "median": 9, "sigma": 1, "maxValue": 1}
            ),
            *("/response/delayDistribution/maxValue", "less than the median"),
        ),
        (response(delayDistribution={"type": "uniform"}), "/response/delayDistribution", "oneOf"),
        (response(transformers=["nope"]), "/response/transformers/0", "response-template"),
        (response(proxyBaseUrl="http://x"), "/response/proxyBaseUrl", "no such field"),
        (templated(body="{{ x( }}"), "/response/body", "not a template"),
        (templated(jsonBody={"a": ["{{ x( }}"]}), "/response/jsonBody/a/0", "not a template"),
        (templated(headers={"A": "{% x %}"}), "/response/headers/A", "not a template"),
        (templated(body=ENDLESS), "/response/body", "does too much"),
        (templated(body="{{ request.body | truncate(1) }}"), "/response/body", "length >= 3"),
        (templated(jsonBody=["", {"b": ENDLESS}]), "/response/jsonBody/1/b", "does too much"),
        (templated(body="{{randomValue(length=99999999)}}"), "/response/body", "does too much"),
        (templated(body="{{ a + 1 }}" * 3_000), "/response/body", "20000 characters"),
        (templated(jsonBody=["{{ a }}"] * 21_000), "/response", "20000 characters"),
        (templated(headers={"A": ENDLESS}), "/response/headers/A", "does too much"),
    ],
    ids=lambda v: repr(v)[:50],
)
def test_what_is_no_stub_is_pointed_at(raw: Json, pointer: str, said: str) -> None:
    errors = parse_stub(raw, "made")
    assert isinstance(errors, tuple)
    assert errors[0].pointer == pointer
    assert said in errors[0].message


@pytest.mark.parametrize(
    "expression", ["1e400", "9" * 5_000, "randomValue(length=1, length=2)", "1 +", "x | nope"]
)
@pytest.mark.parametrize("field", ["body", "jsonBody", "headers"])
def test_text_that_is_no_template_is_pointed_at(field: str, expression: str) -> None:
    text = "{{ " + expression + " }}"
    errors = parse_stub(templated(**{field: {"X": text} if field == "headers" else text}), "s")
    assert isinstance(errors, tuple)
    assert errors[0].pointer == f"/response/{field}" + ("/X" if field == "headers" else "")
    assert "is not a template" in errors[0].message


@pytest.mark.parametrize("value", ["a\u0001", "\u007f", "a\nb"])
def test_header_holds_no_control_characters(value: str) -> None:
    assert isinstance(parse_stub(response(headers={"X": value}), "s"), tuple)


def test_what_the_server_writes_itself_is_told() -> None:
    headers = {"Date": "Thu, 01 Jan 2026 00:00:00 GMT", "Content-Length": "1", "X": "y"}
    made = stub(response(headers=headers, statusMessage="Fine"))
    places = [
        "/response/statusMessage",
        "/response/headers/Date",
        "/response/headers/Content-Length",
    ]
    assert [notice.pointer for notice in made.notices] == places
    assert [name for name, _ in made.response.fixture.headers] == ["x"]


LATIN = "text/plain; charset=iso-8859-1"


@pytest.mark.parametrize(
    ("raw", "pointers"),
    [
        *(({"status": status, "body": "x"}, ["/response/body"]) for status in (204, 205, 304)),
        ({"status": 205, "jsonBody": {}}, ["/response/jsonBody"]),
        ({"status": 204, "base64Body": "YQ=="}, ["/response/base64Body"]),
        ({"status": 204, "body": ""}, []),
        ({"status": 201, "body": "x"}, []),
        ({"headers": {"content-type": LATIN}, "body": "caf\xe9 \u20ac"}, ["/response/body"]),
        ({"headers": {"content-type": LATIN}, "body": "caf\xe9"}, []),
        ({"headers": {"content-type": LATIN}, "jsonBody": "\u20ac"}, []),
        ({"headers": {"Content-Type": "text/xml; charset=ascii"}, "body": "<a>\xe9</a>"}, []),
        (
            {"headers": {"Content-type": "text/plain; charset=latin-99"}, "body": "x"},
            ["/response/headers/Content-type"],
        ),
        ({"jsonBody": {"{{request.path}}": 1}}, []),
        (
            {
                "jsonBody": {"a": [{"{{request.path}}": {"{{request.id}}": 1}}]},
                "transformers": ["response-template"],
            },
            [
                "/response/jsonBody/a/0/{{request.path}}",
                "/response/jsonBody/a/0/{{request.path}}/{{request.id}}",
            ],
        ),
    ],
)
def test_what_is_not_sent_as_it_is_written_is_told(raw: Json, pointers: list[str]) -> None:
    assert [notice.pointer for notice in stub(response(**raw)).notices] == pointers


def test_all_mistakes_are_told_at_once() -> None:
    errors = parse_stub({"request": {"urlPattern": "("}, **response(fault="NOPE")}, "made")
    assert isinstance(errors, tuple)
    assert [each.pointer for each in errors] == ["/request/urlPattern", "/response/fault"]


def test_stub_has_an_id_and_the_least_urgent_priority() -> None:
    assert (stub({}).id, stub({}).priority, stub({}).raw) == (
        "made",
        5,
        {"id": "made", "uuid": "made"},
    )
    assert stub({"uuid": "mine"}).raw["id"] == "mine"


@pytest.mark.parametrize(
    ("fields", "least", "most"),
    [
        ({}, 0, 0),
        ({"fixedDelayMilliseconds": 30}, 30, 30),
        ({"delayDistribution": {"type": "fixed", "milliseconds": 40}}, 40, 40),
        ({"delayDistribution": {"type": "uniform", "lower": 10, "upper": 20}}, 10, 20),
        (
            {"delayDistribution": {"type": "lognormal", "median": 80, "sigma": 4, "maxValue": 90}},
            0,
            90,
        ),
        (
            {
                "fixedDelayMilliseconds": 100,
                "delayDistribution": {"type": "uniform", "lower": 1, "upper": 2},
            },
            101,
            102,
        ),
    ],
    ids=repr,
)
def test_delay_is_drawn_from_the_seed(fields: Json, least: int, most: int) -> None:
    delay = stub(response(**fields)).response.delay
    drawn = [delay.draw_ms(chance_of("seed", str(n))) for n in range(50)]
    assert all(least <= ms <= most for ms in drawn)
    assert drawn == [delay.draw_ms(chance_of("seed", str(n))) for n in range(50)]
    assert len(set(drawn)) > 1 or least == most


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("CONNECTION_RESET_BY_PEER", "connection-reset"),
        ("EMPTY_RESPONSE", "empty-reply"),
        ("MALFORMED_RESPONSE_CHUNK", "malformed-chunk"),
        ("RANDOM_DATA_THEN_CLOSE", "garbage"),
        ("short-body", "short-body"),
    ],
)
def test_fault_is_named_as_wiremock_or_we_do(name: str, fault: str) -> None:
    assert [each.name for each in stub(response(fault=name)).response.faults] == [fault]


def test_dribble_is_the_fault_of_this_name() -> None:
    made = stub(response(chunkedDribbleDelay={"numberOfChunks": 3, "totalDuration": 90}))
    fault = made.response.faults[0]
    assert (fault.name, fault.parameters["chunks"], fault.parameters["over_ms"]) == (
        "dribble",
        3,
        90,
    )


def test_path_that_is_the_only_one_is_known() -> None:
    assert stub({"request": {"url": "/a?b=c"}}).path == "/a"
    assert stub({"request": {"urlPath": "/a"}}).path == "/a"
    assert stub({"request": {"urlPathPattern": "/a"}}).path is None
    assert stub({"request": {"urlPath": "/a"}}).pattern.matches(Request("GET", "/a", "b=c"))


def test_names_of_wiremock() -> None:
    assert WIREMOCK_FAULTS == {
        "EMPTY_RESPONSE": "empty-reply",
        "MALFORMED_RESPONSE_CHUNK": "malformed-chunk",
        "RANDOM_DATA_THEN_CLOSE": "garbage",
        "CONNECTION_RESET_BY_PEER": "connection-reset",
    }
    assert set(WIREMOCK_FAULTS.values()) <= FAULTS.keys()


def test_xpath_is_said_to_be_unsupported() -> None:
    pattern = {"bodyPatterns": [{"matchesXPath": "//pet"}]}
    (error,) = parse_stub({"request": pattern, "response": {}}, "1")  # type: ignore[misc]
    assert error.pointer == "/request/bodyPatterns/0/matchesXPath"
    assert "XPath is not supported" in error.message
    assert "JsonPath" not in error.message
