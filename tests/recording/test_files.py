"""A recorded exchange survives its file, and the file says what is wrong with it."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from emulator.errors import FixtureError
from emulator.messages import Event, EventStream, Headers, Request, Response, Violation
from emulator.recording.cassette import load_cassette, save
from emulator.recording.files import read_exchange, write_exchange
from emulator.recording.recorded import FAILURES, Origin, Recorded
from emulator.recording.schema import CASSETTE_SCHEMA, EXCHANGE_SCHEMA
from emulator.recording.yaml_text import yaml_text
from emulator.spec.yaml12 import parse_yaml

NOW = datetime(2026, 4, 28, 14, 30, tzinfo=UTC)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=12)
LINE = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)
NAMES = st.sampled_from(["x-a", "x-b", "content-type", "set-cookie"])
HEADERS = st.lists(st.tuples(NAMES, LINE), max_size=4).map(
    lambda fields: tuple(dict(fields).items())
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
BODIES = (
    st.binary(max_size=20)
    | TEXT.map(str.encode)
    | VALUES.map(lambda value: json.dumps(value, separators=(",", ":")).encode())
)
EVENTS = st.builds(
    Event,
    data=TEXT | VALUES.map(json.dumps),
    id=st.none() | TEXT,
    event=st.none() | TEXT,
    retry_ms=st.none() | st.integers(0, 9_000),
    after_ms=st.integers(0, 9_000),
) | st.builds(Event, data=st.just(""), comment=TEXT)
ANSWERS = st.builds(Response, st.integers(200, 599), HEADERS, BODIES) | st.builds(
    EventStream,
    st.just(200),
    st.just((("content-type", "text/event-stream"),)),
    st.lists(EVENTS, max_size=3).map(tuple),
)
RECORDED = st.builds(
    Recorded,
    api=st.just("pets"),
    number=st.integers(1, 9_999),
    request=st.builds(
        Request,
        method=st.sampled_from(["GET", "POST"]),
        path=LINE.map(lambda text: f"/{text}"),
        query=LINE,
        headers=HEADERS,
        body=BODIES,
    ),
    credentials=st.none() | st.lists(LINE, max_size=2).map(tuple),
    answer=ANSWERS,
    at=st.integers(0, 10**9).map(lambda ms: NOW + timedelta(milliseconds=ms)),
    origin=st.builds(Origin, LINE, LINE),
    operation=LINE,
    failure=st.sampled_from(["", *FAILURES]),
    length=st.none() | st.integers(0, 99),
    took_ms=st.integers(0, 99),
    violations=st.lists(st.builds(Violation, LINE, LINE, LINE, st.just("")), max_size=2).map(tuple),
)


@given(RECORDED)
def test_exchange_survives_its_file(recorded: Recorded) -> None:
    raw = parse_yaml(yaml_text(write_exchange(recorded)), "x.yaml")
    assert _plain(read_exchange("pets", raw, "x.yaml")) == _plain(recorded)


def _plain(recorded: Recorded) -> Any:
    """What must be the same: JSON as a value, header fields in any order."""
    request, answer = recorded.request, recorded.answer
    assert answer is not None
    said: Any = answer.events if isinstance(answer, EventStream) else _body(answer)
    return (
        (recorded.number, recorded.credentials, recorded.at, recorded.origin, recorded.operation),
        (recorded.failure, recorded.length, recorded.took_ms, recorded.violations),
        (request.method, request.path, request.query, set(request.headers), _body(request)),
        (answer.status, set(answer.headers), said),
    )


def _body(message: Request | Response) -> Any:
    is_json = dict(message.headers).get("content-type", "").startswith("application/json")
    return json.loads(message.body) if is_json and message.body else message.body


@given(VALUES)
def test_json_body_is_the_same_value(value: Any) -> None:
    headers: Headers = (("content-type", "application/json"),)
    body = json.dumps(value).encode()
    answer = Response(200, headers, body)
    recorded = Recorded("pets", 1, Request("GET", "/"), (), answer, NOW, Origin("", ""))
    raw = parse_yaml(yaml_text(write_exchange(recorded)), "x.yaml")
    read = read_exchange("pets", raw, "x.yaml").answer
    assert isinstance(read, Response)
    assert json.loads(read.body) == value


@given(VALUES | st.text(st.characters(codec="utf-8")))
def test_yaml_is_read_as_it_was_by_two_parsers(value: Any) -> None:
    text = yaml_text({"value": value})
    assert parse_yaml(text, "x.yaml") == {"value": value}
    assert yaml.safe_load(text) == {"value": value}


EXCHANGE: Any = {
    "source": "recorded",
    "recorded": {"number": 1},
    "request": {"method": "GET", "path": "/pets"},
    "status": 200,
    "body": [],
}


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"status": 100}, "/status"),
        ({"status": "200"}, "/status"),
        ({"color": 1}, "/color"),
        ({"recorded": {"number": 0}}, "/recorded/number"),
        ({"recorded": {"number": 1, "failure": "rain"}}, "/recorded/failure"),
        ({"recorded": {"number": 1, "at": "yesterday"}}, "/recorded/at"),
        ({"request": {"method": "GET"}}, "/request"),
        ({"request": {"method": "GET", "path": "pets"}}, "/request/path"),
        ({"headers": {"x": "a\nb"}}, "/headers/x"),
        ({"body_base64": "%"}, "/body_base64"),
        ({"events": {"items": [{"color": 1}]}}, "/events/items/0/color"),
    ],
)
def test_file_says_what_is_wrong_with_it(wrong: Any, pointer: str, tmp_path: Path) -> None:
    file = tmp_path / "pets" / "listPets" / "200.0001.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(EXCHANGE | wrong))
    with pytest.raises(FixtureError) as caught:
        load_cassette(tmp_path)
    assert (caught.value.file, caught.value.pointer) == (str(file), pointer)


@pytest.mark.parametrize(
    ("rules", "pointer"),
    [
        ({"match_on": []}, "/match_on"),
        ({"match_on": ["color"]}, "/match_on/0"),
        ({"match_on": [{"path": ["a"]}]}, "/match_on/0"),
        ({"matchon": ["path"]}, "/matchon"),
        ({"redact": ["two words"]}, "/redact"),
    ],
)
def test_rules_say_what_is_wrong_with_them(rules: Any, pointer: str, tmp_path: Path) -> None:
    (tmp_path / "cassette.yaml").write_text(json.dumps(rules))
    with pytest.raises(FixtureError) as caught:
        load_cassette(tmp_path)
    assert caught.value.pointer.startswith(pointer)


def test_number_stands_in_one_file_only(tmp_path: Path) -> None:
    recorded = read_exchange("pets", EXCHANGE, "x.yaml")
    save(tmp_path, recorded)
    other = tmp_path / "pets" / "other" / "200.0001.yaml"
    other.parent.mkdir()
    other.write_text(json.dumps(EXCHANGE))
    with pytest.raises(FixtureError, match="the number 1 stands in"):
        load_cassette(tmp_path)


@pytest.mark.parametrize("operation", ["../../x", "/etc", ".", "..", "a/b", "", "ä ö"])
def test_file_is_below_the_cassette_whatever_the_operation_is_called(
    operation: str, tmp_path: Path
) -> None:
    raw = {**EXCHANGE, "recorded": {"number": 1, "operation": operation}}
    tape = save(tmp_path / "cassette", read_exchange("pets", raw, "x.yaml"))
    assert tape.file.resolve().parent.parent == (tmp_path / "cassette" / "pets").resolve()
    assert load_cassette(tmp_path / "cassette").tapes == (tape,)


PAGE = Path(__file__).parents[2] / "docs" / "recording.md"
#: The exchange, then the rules.
SHOWN = [yaml.safe_load(each) for each in re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.S)]


@pytest.mark.parametrize(
    ("value", "schema"), [*zip(SHOWN, (EXCHANGE_SCHEMA, CASSETTE_SCHEMA), strict=True)], ids=str
)
def test_file_of_the_page_keeps_its_schema(value: Any, schema: Any) -> None:
    assert list(Draft202012Validator(schema).iter_errors(value)) == []


@pytest.mark.parametrize("schema", [CASSETTE_SCHEMA, EXCHANGE_SCHEMA], ids=["cassette", "exchange"])
def test_schema_is_one(schema: Any) -> None:
    Draft202012Validator.check_schema(schema)
