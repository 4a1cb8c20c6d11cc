"""JSON Schemas of WireMock's stub mappings and settings."""

from emulator.http.messages import Json
from emulator.stubs.matching.matchers import MATCHER_SCHEMA
from emulator.stubs.matching.pattern import PATTERN_SCHEMA

_TEXT: Json = {"type": "string"}
_MS: Json = {"type": "integer", "minimum": 0, "maximum": 600_000}
_DIALECT = "https://json-schema.org/draft/2020-12/schema"

_DISTRIBUTION: Json = {
    "type": "object",
    "required": ["type"],
    "additionalProperties": False,
    "properties": {
        "type": {"enum": ["fixed", "uniform", "lognormal"]},
        "milliseconds": _MS,
        "lower": _MS,
        "upper": _MS,
        "median": {"type": "number", "minimum": 0, "maximum": 600_000},
        "sigma": {"type": "number", "minimum": 0, "maximum": 100},
        "maxValue": _MS,
    },
    "oneOf": [
        {"properties": {"type": {"const": "fixed"}}, "required": ["milliseconds"]},
        {"properties": {"type": {"const": "uniform"}}, "required": ["lower", "upper"]},
        {"properties": {"type": {"const": "lognormal"}}, "required": ["median", "sigma"]},
    ],
}

_RESPONSE: Json = {
    "type": "object",
    "additionalProperties": False,
    "description": "What is answered; 200 without a body where nothing is said.",
    "properties": {
        "status": {"type": "integer", "minimum": 200, "maximum": 599},
        "statusMessage": {"type": "string", "description": "Kept, but not sent."},
        "headers": {
            "type": "object",
            "propertyNames": {"pattern": "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"},
            "additionalProperties": {
                "anyOf": [
                    {"$ref": "#/$defs/line"},
                    {"type": "array", "items": {"$ref": "#/$defs/line"}},
                ]
            },
        },
        "body": {"type": "string", "description": "The body as text."},
        "jsonBody": {"description": "The body as JSON."},
        "base64Body": {"type": "string", "description": "The body as bytes."},
        "bodyFileName": {"type": "string", "description": "A file below __files."},
        "fixedDelayMilliseconds": _MS,
        "delayDistribution": {"$ref": "#/$defs/distribution"},
        "chunkedDribbleDelay": {
            "type": "object",
            "required": ["numberOfChunks", "totalDuration"],
            "additionalProperties": False,
            "properties": {
                "numberOfChunks": {"type": "integer", "minimum": 1, "maximum": 10_000},
                "totalDuration": _MS,
            },
        },
        "fault": {"type": "string", "description": "One of WireMock's names, or of ours."},
        "transformers": {
            "type": "array",
            "items": {"enum": ["response-template"]},
            "description": "response-template: texts are templates over the request.",
        },
        "transformerParameters": {
            "type": "object",
            "description": "What templates see as `parameters`.",
        },
        "fromConfiguredStub": {"type": "boolean"},
        "metadata": {"type": "object"},
    },
}

#: JSON Schema of a stub mapping; what can't be compiled, `parse_stub` says.
STUB_SCHEMA: Json = {
    "$schema": _DIALECT,
    "title": "A stub",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "id": {"$ref": "#/$defs/id"},
        "uuid": {"$ref": "#/$defs/id"},
        "name": _TEXT,
        "request": {"$ref": "#/$defs/pattern"},
        "response": _RESPONSE,
        "priority": {
            "type": "integer",
            "minimum": 1,
            "description": "1 is asked first; 5 where none is given.",
        },
        "persistent": {"type": "boolean", "description": "Kept; POST /mappings/save writes all."},
        "scenarioName": _TEXT,
        "requiredScenarioState": _TEXT,
        "newScenarioState": _TEXT,
        "metadata": {"type": "object", "description": "Anything."},
        "$schema": {"type": "string", "description": "For editors."},
        "insertionIndex": {"type": "integer", "description": "Written by WireMock's recorder."},
    },
    "dependentRequired": {
        "requiredScenarioState": ["scenarioName"],
        "newScenarioState": ["scenarioName"],
    },
    "$defs": {
        "id": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
        "line": {"type": "string", "pattern": "^[^\\x00-\\x08\\x0a-\\x1f\\x7f]*$"},
        "distribution": _DISTRIBUTION,
        "pattern": PATTERN_SCHEMA,
        "matcher": MATCHER_SCHEMA,
    },
}

#: JSON Schema of the settings of a scope.
SETTINGS_SCHEMA: Json = {
    "$schema": _DIALECT,
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "fixedDelay": {**_MS, "type": ["integer", "null"]},
        "delayDistribution": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/distribution"}]},
        "extended": {"type": "object", "description": "Anything."},
    },
    "$defs": {"distribution": _DISTRIBUTION},
}
