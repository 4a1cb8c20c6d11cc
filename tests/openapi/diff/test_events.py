"""Changes of webhooks and callbacks: clients get the requests, and send the responses."""

from copy import deepcopy
from typing import Any

import pytest

from emulator.http.messages import Json
from emulator.openapi.diff.changes import Change
from emulator.openapi.diff.compare import compare
from emulator.openapi.document.compile import compile_api
from emulator.openapi.document.model import Api
from emulator.schema.pointers import lookup, parts_of

JSON = "application/json"
EXPRESSION = "{$request.body#/url}"
PET: Json = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string", "maxLength": 40},
        "kind": {"type": "string", "enum": ["cat", "dog"]},
        "secret": {"type": "string", "writeOnly": True},
    },
}
RECEIPT: Json = {
    "type": "object",
    "properties": {"note": {"type": "string"}, "mood": {"type": "string", "enum": ["ok", "bad"]}},
}


def of(name: str) -> Json:
    return {JSON: {"schema": {"$ref": f"#/components/schemas/{name}"}}}


SENT: Json = {
    "post": {
        "parameters": [
            {"name": "Signature", "in": "header", "required": True, "schema": {"type": "string"}},
            {"name": "try", "in": "query", "schema": {"type": "integer", "maximum": 9}},
        ],
        "requestBody": {"required": True, "content": of("Pet")},
        "security": [{"key": []}],
        "responses": {
            "200": {
                "description": "taken",
                "headers": {"Receipt": {"schema": {"type": "string", "maxLength": 9}}},
                "content": of("Receipt"),
            },
            "4XX": {"description": "not taken"},
        },
    }
}
SCHEMAS = "/components/schemas"
DOCUMENT: Json = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "security": [{"token": []}],
    "components": {
        "schemas": {"Pet": PET, "Receipt": RECEIPT},
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "x-key"},
            "token": {"type": "http", "scheme": "bearer"},
        },
        "callbacks": {"Shared": {EXPRESSION: deepcopy(SENT)}},
    },
    "paths": {
        "/subscriptions": {
            "post": {
                "callbacks": {"onPet": {"$ref": "#/components/callbacks/Shared"}},
                "responses": {"201": {"description": "made"}},
            }
        }
    },
    "webhooks": {"newPet": deepcopy(SENT)},
}
HOOK = "/webhooks/newPet/post"
CALLBACK = "/components/callbacks/Shared"
AT = f"{CALLBACK}/{{$request.body#~1url}}/post"
GONE = object()

Told = set[tuple[str, str, str]]
#: (pointer below an event, new value, what is said: severity, rule without its kind, place)
EVENTS: dict[str, tuple[str, Any, Told]] = {
    "parameter removed": ("/parameters/1", GONE,
                          {("breaking", "request-parameter-removed", "")}),
    "parameter optional": ("/parameters/0/required", False,
                           {("breaking", "request-parameter-became-optional", "")}),
    "parameter always there": ("/parameters/1/required", True,
                               {("non-breaking", "request-parameter-became-required", "")}),
    "parameter written otherwise": ("/parameters/1/style", "deepObject",
                                    {("breaking", "request-parameter-style-changed", "")}),
    "parameter wider": ("/parameters/1/schema/maximum", 99,
                        {("breaking", "request-range-widened", "")}),
    "parameter narrower": ("/parameters/1/schema/maximum", 5,
                           {("non-breaking", "request-range-narrowed", "")}),
    "body removed": ("/requestBody", GONE, {("breaking", "request-body-removed", "")}),
    "body optional": ("/requestBody/required", False,
                      {("breaking", "request-body-became-optional", "")}),
    "a further type comes": ("/requestBody/content/text~1csv", {},
                             {("breaking", "request-media-type-added", "")}),
    "credentials changed": ("/security", [{"token": []}],
                            {("breaking", "security-changed", "")}),
    "credentials gone": ("/security", [], {("breaking", "security-changed", "")}),
    "credentials added": ("/security", [{"token": [], "key": []}],
                          {("non-breaking", "security-added", "")}),
    "an answer is no longer taken": ("/responses", {"201": {"description": "taken"}},
                                     {("breaking", "response-status-removed", ""),
                                      ("unknown", "response-status-removed", ""),
                                      ("non-breaking", "response-status-added", "")}),
    "a further answer": ("/responses/204", {"description": "taken"},
                         {("non-breaking", "response-status-added", "")}),
    "an answer of another type": ("/responses/200/content", {"text/plain": {}},
                                  {("breaking", "response-media-type-removed", ""),
                                   ("non-breaking", "response-media-type-added", "")}),
    "an answer's header required": ("/responses/200/headers/Receipt/required", True,
                                    {("breaking", "response-header-became-required", "")}),
    "an answer's header new and required": (
        "/responses/200/headers/Mark", {"required": True, "schema": {}},
        {("breaking", "response-required-header-added", "")}),
    "an answer's header narrower": ("/responses/200/headers/Receipt/schema/maxLength", 5,
                                    {("breaking", "response-length-narrowed", "")}),
    "description": ("/description", "A pet.", set()),
}  # fmt: skip
#: The same of the schemas that webhooks and callbacks share.
SHARED: dict[str, tuple[str, Any, Told]] = {
    "property optional": (f"{SCHEMAS}/Pet/required", ["id"],
                          {("breaking", "request-property-became-optional", "/name")}),
    "property removed": (f"{SCHEMAS}/Pet/properties/kind", GONE,
                         {("breaking", "request-property-removed", "/kind")}),
    "property added and required": (
        f"{SCHEMAS}/Pet", {**PET, "required": ["id", "name", "age"],
                           "properties": {**PET["properties"], "age": {"type": "integer"}}},
        {("non-breaking", "request-required-property-added", "/age")}),
    "enum wider": (f"{SCHEMAS}/Pet/properties/kind/enum", ["cat", "dog", "emu"],
                   {("breaking", "request-enum-value-added", "/kind")}),
    "enum narrower": (f"{SCHEMAS}/Pet/properties/kind/enum", ["cat"],
                      {("non-breaking", "request-enum-value-removed", "/kind")}),
    "read-only property": (f"{SCHEMAS}/Pet/properties/id/type", "number",
                           {("breaking", "request-type-widened", "/id")}),
    "write-only property": (f"{SCHEMAS}/Pet/properties/secret/maxLength", 9, set()),
    "answer's property required": (f"{SCHEMAS}/Receipt/required", ["note"],
                                   {("breaking", "response-property-became-required", "/note")}),
    "answer's enum narrower": (f"{SCHEMAS}/Receipt/properties/mood/enum", ["ok"],
                               {("breaking", "response-enum-value-removed", "/mood")}),
    "answer's enum wider": (f"{SCHEMAS}/Receipt/properties/mood/enum", ["ok", "bad", "so"],
                            {("non-breaking", "response-enum-value-added", "/mood")}),
}  # fmt: skip
#: The same with the whole rule, of webhooks and callbacks themselves.
THEMSELVES: dict[str, tuple[str, Any, Told]] = {
    "webhook removed": ("/webhooks", {}, {("breaking", "webhook-removed", "")}),
    "webhook added": ("/webhooks/gone", {"post": {}}, {("non-breaking", "webhook-added", "")}),
    "webhook's method": ("/webhooks/newPet", {"put": {}},
                         {("breaking", "webhook-removed", ""),
                          ("non-breaking", "webhook-added", "")}),
    "an extension": ("/webhooks/x-notes", {"post": {}}, set()),
    "callback removed": ("/paths/~1subscriptions/post/callbacks", {},
                         {("breaking", "callback-removed", "")}),
    "callback added": ("/paths/~1subscriptions/post/callbacks/onEnd",
                       {"{$request.body#/end}": {"post": {}}},
                       {("non-breaking", "callback-added", "")}),
    "callback elsewhere": (CALLBACK, {"{$request.query.url}": SENT},
                           {("breaking", "callback-address-changed", "")}),
    "operation with a callback removed": ("/paths/~1subscriptions", {},
                                          {("breaking", "operation-removed", "")}),
}  # fmt: skip


def api(document: Json) -> Api:
    return compile_api("pets", "pets.yaml", document)


def changed(pointer: str, value: Any) -> Json:
    document = deepcopy(DOCUMENT)
    *parents, last = parts_of(pointer)
    holder = lookup(document, parents)
    key = int(last) if isinstance(holder, list) else last
    if value is GONE:
        del holder[key]
    else:
        holder[key] = value
    return document


OLD = api(DOCUMENT)


def told(changes: tuple[Change, ...]) -> Told:
    return {(str(change.severity), change.rule, change.at) for change in changes}


def of_kinds(expected: Told, *kinds: str) -> Told:
    return {(severity, f"{kind}-{rule}", at) for severity, rule, at in expected for kind in kinds}


@pytest.mark.parametrize(("inner", "value", "expected"), EVENTS.values(), ids=EVENTS)
@pytest.mark.parametrize(("kind", "at"), [("webhook", HOOK), ("callback", AT)])
def test_change_of_an_event(kind: str, at: str, inner: str, value: Any, expected: Told) -> None:
    assert told(compare(OLD, api(changed(at + inner, value)))) == of_kinds(expected, kind)


@pytest.mark.parametrize(("pointer", "value", "expected"), SHARED.values(), ids=SHARED)
def test_change_of_what_events_share(pointer: str, value: Any, expected: Told) -> None:
    changes = compare(OLD, api(changed(pointer, value)))
    assert told(changes) == of_kinds(expected, "webhook", "callback")
    for change in changes:
        assert change.counterexample or str(change.severity) != "breaking"


@pytest.mark.parametrize(("pointer", "value", "expected"), THEMSELVES.values(), ids=THEMSELVES)
def test_change_of_the_events_themselves(pointer: str, value: Any, expected: Told) -> None:
    assert told(compare(OLD, api(changed(pointer, value)))) == expected


def test_a_change_is_told_with_its_places() -> None:
    document = changed(f"{SCHEMAS}/Pet/properties/kind/enum", ["cat", "dog", "emu"])
    hook, callback = sorted(compare(OLD, api(document)), key=lambda each: each.rule, reverse=True)
    assert hook.operation == "POST newPet (webhook)"
    assert hook.place == "request body application/json"
    assert hook.new == callback.new == f"{SCHEMAS}/Pet/properties/kind/enum"
    expected = f"POST {EXPRESSION} (callback onPet of POST /subscriptions)"
    assert callback.operation == expected
    (removed,) = compare(OLD, api(changed("/webhooks", {})))
    assert removed.old == HOOK
    (added,) = compare(OLD, api(changed(f"{AT}/responses/204", {"description": "taken"})))
    assert added.new == f"{AT}/responses/204"
