"""JSON Schemas of the files below `fixtures/`, for editors: `emulator schema tool` prints one.

They say what can be said of a file alone; reading it finds the rest (`emulator lint`).
"""

from collections.abc import Mapping

from emulator.catalogue.fixtures import SOURCES
from emulator.catalogue.state import COUNTED_BY
from emulator.catalogue.tool_files import EXTENDING
from emulator.catalogue.tools import SIDE_EFFECTS
from emulator.catalogue.triggers import LOCATIONS
from emulator.limits import KINDS
from emulator.messages import Json

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def _text(description: str, **more: Json) -> Json:
    return {"type": "string", "description": description, **more}


def _any(description: str) -> Json:
    return {"description": description}


def _object(properties: Mapping[str, Json], *required: str, **more: Json) -> Json:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": properties,
        **more,
    }


def _file(title: str, schema: Json) -> Json:
    return {"$schema": _DIALECT, "title": title, **schema}


_SOURCE = {"enum": list(SOURCES), "description": "How well founded this is."}
_TEXTS = {"type": "array", "items": {"type": "string"}}
_CHANGE = {
    "oneOf": [
        _object(
            {
                "put": _text("The collection."),
                "id": _any("The record's id; may be an expression."),
                "record": _any("The record; strings may hold expressions."),
            },
            *("put", "id", "record"),
        ),
        _object(
            {"remove": _text("The collection."), "id": _any("The id, or a list of them.")},
            *("remove", "id"),
        ),
    ]
}
_HAPPENING = _object(
    {"type": _text("The type."), "data": _any("The payload; strings may hold expressions.")},
    *("type", "data"),
)
_OUTCOME = _object(
    {
        "name": _text("What this way to end is called."),
        "description": _text("When and why it ends so."),
        "source": _SOURCE,
        "when": {
            "type": ["string", "boolean"],
            "description": "An expression over arguments, request, records; none always holds.",
        },
        "fixture": _text("A stored response by its id, such as 500.default."),
        "result": _any("What the tool gives; strings may hold expressions."),
        "error": _any("A failure: a text, or JSON shown as one; strings may hold expressions."),
        "deltas": {"type": "array", "description": "Parts of the result that come before it."},
        "changes": {"type": "array", "items": _CHANGE, "description": "Records put or removed."},
        "events": {
            "type": "array",
            "items": _HAPPENING,
            "description": "What happens then, for those who listen by webhook.",
        },
        "executes": {
            "type": "boolean",
            "description": "Whether the tool did what it does; by default if it does not fail.",
        },
        "example": {"type": "object", "description": "Arguments that lead to this outcome."},
    },
    anyOf=[{"required": ["fixture"]}, {"required": ["result"]}, {"required": ["error"]}],
)
_TOOL = _object(
    {
        "slug": _text("The name callers use.", minLength=1, pattern="^[^/]*$"),
        "extends": _text("A provider's tool that it stands on: <provider>/<tool>."),
        "arguments": {
            "type": "object",
            "description": "The other's arguments, made of this tool's; same names need no word.",
        },
        "examples": {
            "type": "object",
            "additionalProperties": {"type": "object"},
            "description": "Arguments of this tool that lead to the other's outcomes, by name.",
        },
        "toolkit": _text("The integration it belongs to."),
        "name": _text("The name people read."),
        "description": _text("What it does."),
        "source": _SOURCE,
        "side_effect": {"enum": list(SIDE_EFFECTS), "description": "What it does to the world."},
        "versions": _TEXTS,
        "deprecated": {"type": "boolean"},
        "scopes": _TEXTS,
        "tags": _TEXTS,
        "latency_ms": {"type": "integer", "minimum": 0, "maximum": 600_000},
        "require_approval": {"type": "boolean"},
        "input": {"type": "object", "description": "JSON Schema of the arguments."},
        "output": {"type": ["object", "boolean"], "description": "JSON Schema of results."},
        "values": {
            "type": "object",
            "propertyNames": {"pattern": r"^[A-Za-z_]\w*$"},
            "description": "Named values that the outcomes' expressions share.",
        },
        "outcomes": {"type": "array", "minItems": 1, "items": _OUTCOME},
        "result": _any("This tool's result, made of the other's `result`."),
        "error": _any("This tool's error, made of the other's `error`."),
        "events": {
            "type": "array",
            "items": _HAPPENING,
            "description": "What happens once the other has done what it does.",
        },
    },
    anyOf=[
        {"title": "A tool that extends another", "required": ["extends"]},
        {
            "title": "A tool written out",
            "required": ["input", "outcomes"],
            "not": {"anyOf": [{"required": [field]} for field in EXTENDING]},
        },
    ],
    # A result of its own needs a schema of its own.
    dependentRequired={"result": ["output"]},
)
_EVENT = {
    "type": "object",
    "required": ["data"],
    "properties": {
        "id": {},
        "event": {},
        "data": {},
        "after_ms": {
            "type": "integer",
            "minimum": 0,
            "description": "How much later than what stands before it it is sent.",
        },
    },
}
_HEADERS = {
    "type": "object",
    "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
}
_FIXTURE = _object(
    {
        "description": _text("When this is answered."),
        "source": _SOURCE,
        "status": {"type": "integer", "minimum": 100, "maximum": 599},
        "media_type": _text("Content-Type; by default the first documented one that fits."),
        "headers": _HEADERS,
        "yields": {
            "type": "boolean",
            "description": "Whether the document's own examples go first, where nobody names it.",
        },
        "body": _any("The body; strings may hold expressions."),
        "body_text": _text("The body as text, with expressions."),
        "body_base64": _text("The body as bytes.", contentEncoding="base64"),
        "events": _object(
            {
                "retry_ms": {"type": "integer", "minimum": 0},
                "items": {
                    "anyOf": [
                        {"type": "array", "items": _EVENT},
                        {"type": "string", "pattern": r"^\s*\{\{"},
                    ],
                },
            },
            "items",
        ),
    },
)
_CONDITION = _object(
    {
        "in": {"enum": list(LOCATIONS)},
        "name": _text("The parameter."),
        "pointer": _text("A JSON pointer into the body."),
        "equals": {"type": ["string", "number", "boolean"]},
    },
    *("in", "equals"),
)
_TRIGGERS = {
    "type": "array",
    "items": _object(
        {
            "name": _text("The row's own name."),
            "operation": _text("An operationId."),
            "status": {"type": "integer"},
            "answer": _text("A fixture's id, such as 404.default."),
            "when": {"type": "array", "minItems": 1, "items": _CONDITION},
            "description": _text("What the value stands for."),
            "source": _SOURCE,
        },
        *("name", "operation", "status", "answer", "when"),
    ),
}
_LIMIT = _object(
    {
        "name": _text("What the limit is called."),
        "limit": {"type": "integer", "minimum": 1, "description": "Requests in one window."},
        "window_s": {"type": "integer", "minimum": 1, "description": "Seconds of one window."},
        "kind": {"enum": list(KINDS), "description": "How requests are counted."},
        "by": {
            "type": "array",
            "items": {"enum": list(COUNTED_BY)},
            "description": "What is counted apart; by default all requests together.",
        },
        "enforced": {
            "type": "boolean",
            "description": "Whether requests above it are refused; by default they are.",
        },
        "description": _text("Whose limit it is."),
    },
    *("name", "limit", "window_s"),
)
_STATE = _object(
    {
        "credentials": {
            "type": ["array", "null"],
            "items": {
                "type": "object",
                "required": ["scheme"],
                "properties": {
                    "scheme": _text("A security scheme of the document."),
                    "value": _text("The credential as it is sent."),
                    "jwt": {"type": "object", "description": "Claims of tokens minted for it."},
                    "description": _text("What it is for."),
                },
                "anyOf": [{"required": ["value"]}, {"required": ["jwt"]}],
            },
        },
        "collections": {
            "type": ["object", "null"],
            "additionalProperties": {"type": "object"},
            "description": "Records by collection and id.",
        },
        "limits": {
            "type": ["array", "null"],
            "items": _LIMIT,
            "description": "How many requests are let through.",
        },
    }
)

#: The schema of each kind of file.
FILE_SCHEMAS: Mapping[str, Json] = {
    "tool": _file("A service's tool, or a provider's", _TOOL),
    "fixture": _file("A stored response", _FIXTURE),
    "triggers": _file("A trigger table", _TRIGGERS),
    "headers": _file("Headers of every answer", _HEADERS),
    "state": _file("What a service knows at start", _STATE),
}
