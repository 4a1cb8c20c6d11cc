"""Servers are judged by what requests say, not by what the engine meant."""

from collections.abc import Mapping
from typing import Any

import pytest

from emulator.contract.check.engine.as_written import WrittenRequests
from emulator.http.messages import Request
from tests.support.apis import api_of, operation

TAGGED = {
    "type": "object",
    "required": ["tags"],
    "properties": {"tags": {"type": "array", "items": {"type": "string"}}},
}
EITHER = {
    "oneOf": [{"type": "object"}, {"required": ["kind"]}],
    "discriminator": {"propertyName": "kind"},
}
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
LIST = {"type": "array", "items": {"type": "integer"}, "minItems": 1}


def _body(**schemas: Any) -> Any:
    return {"required": True, "content": {n: {"schema": each} for n, each in schemas.items()}}


API = api_of(
    {
        "/things": {
            "put": operation(requestBody=_body(**{FORM: TAGGED, JSON: TAGGED})),
            "patch": operation(requestBody=_body(**{JSON: EITHER})),
        },
        "/things/mine": {"get": operation()},
        "/things/{id}": {"delete": operation(parameters=[ID])},
        "/lists": {
            "get": operation(
                parameters=[{"name": "ids", "in": "query", "required": True, "schema": LIST}]
            )
        },
        "/plain": {
            "get": operation(
                parameters=[{"name": "n", "in": "query", "schema": {"type": "integer"}}]
            )
        },
    }
)
ACCEPTED, REJECTED = "negative_data_rejection", "positive_data_acceptance"


def _put(kind: str, body: bytes) -> Request:
    return Request("PUT", "/v1/things", headers=(("content-type", kind),), body=body)


def _get(path: str, query: str = "", **headers: str) -> Request:
    named: Mapping[str, str] = {name.replace("_", "-"): each for name, each in headers.items()}
    return Request("GET", f"/v1{path}", query, tuple(named.items()))


@pytest.mark.parametrize(
    ("check", "asked", "excused"),
    [
        (ACCEPTED, _put(FORM, b"tags=0"), True),
        (REJECTED, _put(FORM, b"name=a"), True),
        # What is right as it is written has to be taken, and what is wrong refused.
        (REJECTED, _put(FORM, b"tags=0"), False),
        (ACCEPTED, _put(FORM, b"name=a"), False),
        # JSON says what it means.
        (ACCEPTED, _put(JSON, b'{"tags": ["0"]}'), False),
        (REJECTED, _put(JSON, b'{"tags": 0}'), False),
        (ACCEPTED, _get("/lists", "ids=7"), True),
        (ACCEPTED, _get("/plain", "n=7"), False),
        (ACCEPTED, _get("/plain", "n=7", x_schemathesis_unknown_property="42"), True),
        (ACCEPTED, _get("/plain", "n=a", x_schemathesis_unknown_property="42"), False),
    ],
)
def test_what_a_askeddoes_not_say_is_excused(check: str, asked: Request, excused: bool) -> None:
    assert WrittenRequests(API, "/v1").excuses(check, asked, None) is excused


@pytest.mark.parametrize(("name", "excused"), [("Authorization", True), ("X-Key", False)])
def test_header_parameters_that_count_for_nothing_are_not_missed(name: str, excused: bool) -> None:
    written = WrittenRequests(API, "/v1")
    assert written.excuses("missing_required_header", _get("/plain"), name) is excused


def test_a_discriminator_does_not_choose_what_is_valid() -> None:
    head = (("content-type", JSON),)
    request = Request("PATCH", "/v1/things", headers=head, body=b'{"kind": "a"}')
    assert WrittenRequests(API, "/v1").excuses(REJECTED, request, None)


@pytest.mark.parametrize(("path", "excused"), [("/things/mine", True), ("/lists", False)])
def test_another_template_may_have_the_method(path: str, excused: bool) -> None:
    request = Request("DELETE", f"/v1{path}")
    assert WrittenRequests(API, "/v1").excuses("unsupported_method", request, None) is excused
