"""The second opinion: what it finds wrong with an answer, and what it lets pass."""

import json
from typing import Any

import httpx
import pytest

from emulator.contract.coverage.second_validator import SecondValidator
from emulator.http.messages import Json

EVENT = {
    "type": "object",
    "required": ["data"],
    "properties": {
        "data": {"type": "string", "contentSchema": {"type": "object", "required": ["seq"]}},
        "id": {"type": "string"},
    },
}
#: In two files: whatever is referred to stands in the other one.
PETS: Json = {
    "paths": {
        "/pets/{id}": {
            "get": {
                "responses": {
                    "200": {
                        "description": "ok",
                        "headers": {
                            "Total": {"required": True, "schema": {"type": "integer"}},
                            "Tags": {"schema": {"type": "array", "items": {"enum": ["a", "b"]}}},
                        },
                        "content": {
                            "application/json": {"schema": {"$ref": "parts.yaml#/schemas/Pet"}},
                            "application/xml": {"schema": {"$ref": "parts.yaml#/schemas/Pet"}},
                            "text/plain": {"schema": {"type": "string", "maxLength": 5}},
                            "text/event-stream": {"itemSchema": EVENT},
                            "application/jsonl": {"schema": {"type": "integer"}},
                            "image/*": {},
                        },
                    },
                    "204": {"description": "nothing"},
                    "4XX": {"$ref": "parts.yaml#/responses/Error"},
                }
            }
        }
    }
}
PARTS: Json = {
    "schemas": {
        "Pet": {
            "type": "object",
            "required": ["name", "secret"],
            "properties": {
                "name": {"type": "string"},
                "secret": {"type": "string", "writeOnly": True},
                "born": {"type": "string", "format": "date"},
            },
        }
    },
    "responses": {"Error": {"description": "no"}},
}
VALIDATOR = SecondValidator({"file:///pets.yaml": PETS, "file:///parts.yaml": PARTS})
OPERATION = "file:///pets.yaml#/paths/~1pets~1{id}/get"
JSON, TOTAL = ("content-type", "application/json"), ("total", "3")


def answer(
    status: int, content: Any = b"", *headers: tuple[str, str], method: str = "GET"
) -> httpx.Response:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    request = httpx.Request(method, "http://pets.example")
    return httpx.Response(status, headers=list(headers), content=body, request=request)


def of_type(media_type: str, body: bytes) -> httpx.Response:
    return answer(200, body, ("content-type", media_type), TOTAL)


RIGHT = {
    "json": answer(200, {"name": "Rex", "born": "2020-02-02"}, JSON, TOTAL),
    "a charset": of_type("application/json; charset=utf-8", b'{"name": "Rex"}'),
    "header of a list": answer(200, {"name": "Rex"}, JSON, TOTAL, ("tags", "a, b")),
    "text": of_type("text/plain", b"Rex"),
    "a range": of_type("image/png", b"\x89PNG"),
    "xml": of_type("application/xml", b"<pet><name>Rex</name></pet>"),
    "events": of_type("text/event-stream", b'retry: 5\n\nid: 0\ndata: {"seq": 0}\n\n'),
    "lines": of_type("application/jsonl", b"1\n2\n"),
    "no body": answer(204),
    "a range of statuses": answer(418),
    "head": answer(200, b"", JSON, TOTAL, method="HEAD"),
}
WRONG = {
    "status": (answer(500), "500 is not documented"),
    "media type": (of_type("text/csv", b"a"), "'text/csv' is not documented"),
    "no media type": (answer(200, b"a", TOTAL), "'' is not documented"),
    "no json": (of_type("application/json", b"{"), "the body is no application/json"),
    "required": (answer(200, {}, JSON, TOTAL), "'name' is a required property"),
    "type": (answer(200, {"name": 3}, JSON, TOTAL), "$.name: 3 is not of type 'string'"),
    "format": (answer(200, {"name": "", "born": "1.2.20"}, JSON, TOTAL), "is not a 'date'"),
    "header missing": (answer(200, {"name": ""}, JSON), "the header Total is missing"),
    "header wrong": (answer(200, {"name": ""}, JSON, ("total", "x")), "header Total: "),
    "list in a header": (answer(200, {"name": ""}, JSON, TOTAL, ("tags", "a,c")), "header Tags: "),
    "text": (of_type("text/plain", b"longer than that"), "is too long"),
    "xml": (of_type("application/xml", b"<pet>"), "the body is no application/xml"),
    "event": (of_type("text/event-stream", b"data: {}\n\n"), "'seq' is a required property"),
    "line": (of_type("application/jsonl", b'1\n"a"\n'), "is not of type 'integer'"),
    "body unasked": (answer(418, {}, JSON), "a body is sent, but none is documented"),
    "body of 204": (answer(204, {}, JSON), "a body that HTTP does not allow"),
}


@pytest.mark.parametrize("right", RIGHT.values(), ids=RIGHT)
def test_right_answer(right: httpx.Response) -> None:
    assert VALIDATOR.complaints(OPERATION, right) == []


@pytest.mark.parametrize(("wrong", "message"), WRONG.values(), ids=WRONG)
def test_wrong_answer(wrong: httpx.Response, message: str) -> None:
    (complaint,) = VALIDATOR.complaints(OPERATION, wrong)
    assert message in complaint


def test_a_pattern_that_can_not_be_read_is_said() -> None:
    validator = SecondValidator({"file:///a": {"s": {"pattern": "(?<x"}}})
    (complaint,) = validator.value_complaints("file:///a#/s", "text")
    assert "can't be judged by the second validator" in complaint
