"""JSON Schemas of a cassette's files: `cassette.yaml`, and one file an exchange."""

from emulator.messages import Json
from emulator.recording.match import PARTS
from emulator.recording.recorded import FAILURES

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Json = {"type": "string"}
_TEXTS: Json = {"type": "array", "items": _TEXT}
_LINE: Json = {"type": "string", "pattern": "^[^\\x00-\\x08\\x0a-\\x1f\\x7f]*$"}
_HEADERS: Json = {
    "type": "object",
    "propertyNames": {"pattern": "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"},
    "additionalProperties": {"anyOf": [_LINE, {"type": "array", "items": _LINE}]},
    "description": "Fields by name; a list where one is repeated.",
}
_BODY: Json = {
    "body": {"description": "A JSON body as a value."},
    "body_text": {"type": "string", "description": "Any other body that is UTF-8."},
    "body_base64": {"type": "string", "contentEncoding": "base64"},
}
_EVENT: Json = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "after_ms": {
            "type": "integer",
            "minimum": 0,
            "description": "How much later than what stands before it.",
        },
        "id": _TEXT,
        "event": _TEXT,
        "retry_ms": {"type": "integer", "minimum": 0},
        "comment": _TEXT,
        "data": {"description": "A text, or JSON."},
    },
}


def _object(properties: Json, *required: str, description: str = "") -> Json:
    said = {"description": description} if description else {}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": properties,
        **said,
    }


CASSETTE_SCHEMA: Json = {
    "$schema": _DIALECT,
    "title": "The rules of a cassette",
    **_object(
        {
            "match_on": {
                "type": "array",
                "minItems": 1,
                "description": "What must be the same in a request for a recorded one to answer.",
                "items": {
                    "anyOf": [
                        {"enum": [part for part in PARTS if part != "headers"]},
                        {
                            "type": "object",
                            "minProperties": 1,
                            "maxProperties": 1,
                            "propertyNames": {"enum": ["query", "headers", "body"]},
                            "additionalProperties": {
                                "anyOf": [_TEXTS, _object({"except": _TEXTS}, "except")]
                            },
                        },
                    ]
                },
            },
            "redact": {
                **_TEXTS,
                "description": "Names, and pointers into JSON bodies, of what is taken out too.",
            },
        }
    ),
}

EXCHANGE_SCHEMA: Json = {
    "$schema": _DIALECT,
    "title": "A recorded exchange",
    **_object(
        {
            "description": _TEXT,
            "source": {"const": "recorded"},
            "recorded": _object(
                {
                    "number": {
                        "type": "integer",
                        "minimum": 1,
                        "description": "Its place: the same request again gets the next answer.",
                    },
                    "at": {"type": "string", "format": "date-time"},
                    "upstream": _TEXT,
                    "document": {"type": "string", "description": "Title and version."},
                    "operation": _TEXT,
                    "took_ms": {"type": "integer", "minimum": 0},
                    "failure": {
                        "enum": list(FAILURES),
                        "description": "How it went wrong on the wire.",
                    },
                    "length": {
                        "type": "integer",
                        "minimum": 0,
                        "description": "Content-Length of a body that did not come whole.",
                    },
                    "violations": {
                        "type": "array",
                        "description": "How the exchange broke the document.",
                        "items": _object(
                            {"location": _TEXT, "pointer": _TEXT, "keyword": _TEXT},
                            *("location", "pointer", "keyword"),
                        ),
                    },
                },
                "number",
            ),
            "request": {
                **_object(
                    {
                        "method": _TEXT,
                        "path": {"type": "string", "pattern": "^[/*]"},
                        "query": {"type": "string", "description": "As it is sent."},
                        "headers": _HEADERS,
                        "credentials": {
                            **_TEXTS,
                            "description": "Security schemes it shows a credential for.",
                        },
                        **_BODY,
                    },
                    *("method", "path"),
                ),
            },
            "status": {"type": "integer", "minimum": 200, "maximum": 999},
            "media_type": {**_LINE, "description": "Content-Type."},
            "headers": _HEADERS,
            **_BODY,
            "events": _object(
                {
                    "retry_ms": {"type": "integer", "minimum": 0},
                    "items": {"type": "array", "items": _EVENT},
                },
                "items",
            ),
        },
        *("recorded", "request"),
    ),
    "anyOf": [
        {"required": ["status"]},
        {"properties": {"recorded": {"required": ["failure"]}}},
    ],
}
