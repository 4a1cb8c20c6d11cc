"""The HTTP Archive: valid against a schema of HAR 1.2, whatever was asked and answered."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.messages import AnyResponse, Event, EventStream, Request, Response
from emulator.mock.outcome import Outcome, Trace
from emulator.server.journal.journal import Journal
from emulator.server.journal.serialize import har
from tests.support.paths import DATA

SCHEMA = json.loads((DATA / "har.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(
    SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
JSON = (("content-type", "application/json"),)
FORM = (("content-type", "application/x-www-form-urlencoded"),)
IMAGE = (("content-type", "image/png"),)
MOVED = (("location", "/b"),)
COOKIE = (("set-cookie", "a=b"),)


def archived(request: Request, answer: AnyResponse) -> Any:
    """The one entry of an archive that is valid."""
    journal = Journal()
    journal.add("s", request, Outcome(answer, Trace(), delay_ms=5), NOW)
    archive = json.loads(json.dumps(har(journal.entries("s"))))
    VALIDATOR.validate(archive)
    return archive["log"]["entries"][0]


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (Request("GET", "/"), Response(204)),
        (Request("GET", "/a%2Fb", "x=1&x=&token=t", root="/~s"), Response(200, JSON, b"{}")),
        (Request("POST", "/a", headers=JSON, body=b'{"password": "p"}'), Response(201, JSON, b"1")),
        (Request("POST", "/a", headers=FORM, body=b"a=1&b=%20"), Response(302, MOVED)),
        (Request("PUT", "/a", headers=IMAGE, body=b"\x89PNG\xff"), Response(299, IMAGE, b"\xff")),
        (Request("GET", "/", headers=(("cookie", "a=b"),)), Response(200, COOKIE)),
        (Request("GET", "/"), EventStream(200, (), (Event("x", id="1"), Event("y")))),
    ],
    ids=["nothing", "query", "JSON", "form", "bytes", "cookies", "stream"],
)  # fmt: skip
def test_archive_is_valid(request_: Request, answer: AnyResponse) -> None:
    entry = archived(request_, answer)
    assert (entry["time"], entry["timings"]["wait"]) == (5, 5)
    assert entry["response"]["status"] == answer.status


def test_bytes_are_kept_as_base64() -> None:
    entry = archived(
        Request("PUT", "/a", headers=IMAGE, body=b"\xff\x00"), Response(200, IMAGE, b"\xff\x01")
    )
    sent, content = entry["request"]["postData"], entry["response"]["content"]
    assert (sent["_encoding"], base64.b64decode(sent["text"])) == ("base64", b"\xff\x00")
    assert (content["encoding"], base64.b64decode(content["text"])) == ("base64", b"\xff\x01")


NAMES = st.from_regex(r"[a-z][a-z-]{0,9}", fullmatch=True)
FIELDS = st.lists(st.tuples(NAMES, st.text(st.characters(codec="ascii"), max_size=20)), max_size=4)


@given(
    body=st.binary(max_size=50),
    fields=FIELDS,
    query=st.from_regex(r"[a-z0-9=&%+]{0,20}", fullmatch=True),
)
def test_any_exchange_makes_a_valid_archive(
    body: bytes, fields: list[tuple[str, str]], query: str
) -> None:
    headers = tuple(fields)
    archived(Request("POST", "/a", query, headers, body), Response(200, headers, body))
