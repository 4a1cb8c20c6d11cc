"""Secrets of a request's body that its response shows."""

import json
from typing import Any

import pytest

from emulator.contract.check.exchanges import CheckedExchange
from emulator.contract.check.sent_secrets import (
    documented_secrets,
    returned_secrets,
    shows_credential,
)
from emulator.http.known_secrets import Mask
from emulator.http.messages import Request, Response
from emulator.openapi.document.compile import compile_api

USER: Any = {
    "type": "object",
    "properties": {
        "login": {"$ref": "#/components/schemas/Login"},
        "name": {"type": "string"},
        "more": {"allOf": [{"properties": {"hint": {"type": "string", "writeOnly": True}}}]},
    },
}
CONTENT = {"application/json": {"schema": USER}}
PIN = {"type": "object", "properties": {"pin": {"type": "string", "examples": ["4711"]}}}
SHOWN = {"application/json": {"schema": PIN, "example": {"user": {"password": "s3cret"}}}}
API = compile_api(
    "t",
    "t.yaml",
    {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {
            "/users": {
                "post": {
                    "requestBody": {"content": CONTENT},
                    "responses": {"200": {"description": "a user", "content": SHOWN}},
                }
            }
        },
        "components": {
            "schemas": {"Login": {"properties": {"code": {"type": "integer", "writeOnly": True}}}}
        },
    },
)


BY_NAME = ", which is a secret by its name"
HIDDEN = ", which is writeOnly"


@pytest.mark.parametrize(
    ("sent", "got", "titles"),
    [
        (
            {"password": "x1"},
            {"user": {"password": "x1"}},
            ["password" + BY_NAME],
        ),
        (
            {"clientSecret": "x1"},
            [{"clientSecret": "x1"}],
            ["clientSecret" + BY_NAME],
        ),
        ({"login": {"code": 77}}, {"code": 77}, ["code" + HIDDEN]),
        ({"more": {"hint": "x1"}}, {"more": {"hint": "x1"}}, ["hint" + HIDDEN]),
        ({"password": "x1"}, {"password": "********"}, []),
        ({"password": "x1"}, {"name": "x1"}, []),
        ({"a": {"b": {"password": "x1"}}}, {"a": {"b": {"password": "x1"}}}, []),
        ({"password": ""}, {"password": ""}, []),
        (
            {"password": "x1y2-x3y4-z5"},
            {"name": "x1y2-x3y4-z5"},
            ["the value of password" + BY_NAME],
        ),
        (
            {"login": {"code": "x1y2-x3y4-z5"}},
            ["no: x1y2-x3y4-z5!"],
            ["the value of code" + HIDDEN],
        ),
        ({"password": "x1y2-x3y4-z5", "name": "x1y2-x3y4-z5"}, {"name": "x1y2-x3y4-z5"}, []),
        ({"password": "production"}, {"stage": "production"}, []),
        ({"name": "x1", "token": "y"}, {"name": "x1", "token": "y"}, []),
        ("text", {"password": "x1"}, []),
        # The document's own examples may be there whatever was sent.
        ({"password": "s3cret", "pin": "4711"}, {"password": "s3cret", "pin": "4711"}, []),
        ({"password": "4711"}, {"password": "4711"}, ["password" + BY_NAME]),
    ],
    ids=repr,
)
def test_secrets_that_come_back(sent: Any, got: Any, titles: list[str]) -> None:
    request = Request("POST", "/users", body=json.dumps(sent).encode())
    response = Response(200, (("content-type", "application/json"),), json.dumps(got).encode())
    exchange = CheckedExchange("POST /users", request, response)
    found = returned_secrets(exchange, documented_secrets(API.operations[0], API))
    assert [each.title.removeprefix("The response shows ") for each in found] == titles


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"you sent": "pass"}', True),
        ("Basic pass!", True),
        ('{"valley": "bright compass"}', False),
        ("passing", False),
        ("all is well", False),
    ],
)
def test_credential_is_a_word_of_its_own(text: str, shown: bool) -> None:
    assert shows_credential(text, Request("GET", "/"), Mask(("pass",))) == shown
    sent = Request("POST", "/", body=b'{"word": "pass"}')
    assert not shows_credential(text, sent, Mask(("pass",)))
