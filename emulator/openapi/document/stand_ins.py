"""Read an object of one kind as one of another, where a reference leads to the wrong kind.

A response that refers to a request body, a `schema` that refers to a parameter, or a media type
that refers to a schema: the other object has what is needed, and nothing else can be meant.
"""

from collections.abc import Mapping

from emulator.http.messages import Json
from emulator.schema.keywords import words
from emulator.schema.locations import Place, tokens_of
from emulator.schema.pointers import is_reference, reference_to

_JSON = "application/json"
_SCHEMA_WORDS = words(
    "type properties allOf anyOf oneOf items enum const additionalProperties not prefixItems format"
)
_OTHER_WORDS = words("content schema in headers")
_EXAMPLE_WORDS = words("value dataValue serializedValue externalValue $ref summary description")
#: Any of these makes an object one of the kind, for what a reference to it needs.
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "response": ("content", "headers"),
    "requestBody": ("content",),
    "mediaType": ("schema", "itemSchema", "example", "examples"),
    "header": ("schema", "content"),
}


def looks_like_schema(value: Json) -> bool:
    """Whether an object is rather a schema than another object of OpenAPI."""
    return (
        isinstance(value, dict)
        and not _SCHEMA_WORDS.isdisjoint(value)
        and _OTHER_WORDS.isdisjoint(value)
    )


def fits(kind: str, value: Json) -> bool:
    """Whether a value, of which only the kind wanted is known, may be of that kind as it stands."""
    if is_reference(value):
        return True
    match kind:
        case "schema":
            return looks_like_schema(value) or _schema_in(value) is None
        case "example":
            return isinstance(value, dict) and not _EXAMPLE_WORDS.isdisjoint(value)
        case "response" | "requestBody" | "mediaType" | "header":
            return not looks_like_schema(value)
    return True


def stand_in(kind: str, value: Json, place: Place) -> tuple[Json, Place] | None:
    """An object of a kind made of one of another kind, which is at a place, and its own place.

    None where the other lacks what is needed.
    """
    if is_reference(value):
        return value, place
    if kind == "example":
        return {"value": value}, place
    if not isinstance(value, dict):
        return None
    if kind == "schema":
        if (found := _schema_in(value)) is None:
            return None
        schema, steps = found
        for step in steps:
            place = (place, step)
        return schema, place
    if kind == "parameter":
        return (value, place) if "name" in value and "in" in value else None
    if looks_like_schema(value):
        made = _of_schema(kind, {"$ref": reference_to(tokens_of(place)[1])})
        return None if made is None else (made, place)
    return (value, place) if any(name in value for name in _NEEDED.get(kind, ())) else None


def _schema_in(value: Json) -> tuple[Json, tuple[str, ...]] | None:
    """The schema of a parameter, header or media type, or of the content of another object."""
    if not isinstance(value, dict):
        return None
    if isinstance(value.get("schema"), dict):
        return value["schema"], ("schema",)
    content = value.get("content")
    if isinstance(content, dict) and content:
        name = next((each for each in content if "json" in each), next(iter(content)))
        media_type = content[name]
        if isinstance(media_type, dict) and isinstance(media_type.get("schema"), dict):
            return media_type["schema"], ("content", name, "schema")
    return None


def _of_schema(kind: str, schema: Json) -> Json:
    """An object that has a schema, of one of the kinds that can."""
    if kind in ("mediaType", "header"):
        return {"schema": schema}
    if kind in ("response", "requestBody"):
        return {"description": "", "content": {_JSON: {"schema": schema}}}
    return None
