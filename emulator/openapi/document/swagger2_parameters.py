"""Convert parameters of Swagger 2.0 to parameters, request bodies and forms of 3.0."""

from collections.abc import Mapping

from emulator.http.messages import Json
from emulator.schema.keywords import words
from emulator.schema.locations import Place
from emulator.schema.notices import Notices

Object = dict[str, Json]

_SCHEMA_FIELDS = words(
    "type format items default maximum exclusiveMaximum minimum exclusiveMinimum maxLength "
    "minLength pattern maxItems minItems uniqueItems enum multipleOf x-nullable"
)
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
# How the parts of an array are put together: `collectionFormat` to style and explode.
_IN_QUERY: Mapping[str, tuple[str, bool]] = {
    "csv": ("form", False),
    "multi": ("form", True),
    "ssv": ("spaceDelimited", False),
    "pipes": ("pipeDelimited", False),
}
_ELSEWHERE: Mapping[str, tuple[str, bool]] = {"csv": ("simple", False)}


def schema_of(value: Object) -> Object:
    """The schema in a parameter or header that has its keywords itself."""
    return {key: item for key, item in value.items() if key in _SCHEMA_FIELDS}


def without_schema(value: Object) -> Object:
    """The parameter or header without its schema's keywords."""
    gone = {*_SCHEMA_FIELDS, "collectionFormat", "x-example"}
    rest = {key: item for key, item in value.items() if key not in gone}
    return rest | ({"example": value["x-example"]} if "x-example" in value else {})


def parameter(value: Object, place: Place, notices: Notices) -> Object:
    """A parameter in path, query or header; a style that 3.0 lacks stays as an extension."""
    if "schema" in value or not value:
        return value
    result = without_schema(value) | {"schema": schema_of(value)}
    if value.get("type") != "array":
        return result
    styles = _IN_QUERY if value.get("in") == "query" else _ELSEWHERE
    written = value.get("collectionFormat", "csv")
    if isinstance(written, str) and written in styles:
        result["style"], result["explode"] = styles[written]
    else:
        result["x-collectionFormat"] = written
        message = f"collectionFormat {written!r:.20} has no equal in OpenAPI 3; read as csv"
        notices.add(place, "collection-format", message)
        result["style"], result["explode"] = styles["csv"]
    return result


def json_body(value: Object, consumes: list[str]) -> Object:
    """The request body that a parameter in `body` describes."""
    gone = ("in", "name", "schema", "x-example", "x-examples")
    result = {key: item for key, item in value.items() if key not in gone}
    media_type: Object = {"schema": value.get("schema", {})}
    if "x-example" in value:
        media_type["example"] = value["x-example"]
    result["content"] = dict.fromkeys(consumes or ["application/json"], media_type)
    return result


def form_body(parameters: list[Object], consumes: list[str]) -> Object:
    """The request body that parameters in `formData` describe together."""
    schema: Object = {"type": "object", "properties": {}}
    encoding: Object = {}
    for value in parameters:
        name = value.get("name")
        if not isinstance(name, str):
            continue
        about = {"description": value["description"]} if "description" in value else {}
        schema["properties"][name] = schema_of(value) | about
        style = _IN_QUERY.get(str(value.get("collectionFormat", "csv")))
        if value.get("type") == "array" and style:
            encoding[name] = {"style": style[0], "explode": style[1]}
    required = [p["name"] for p in parameters if p.get("required") is True and "name" in p]
    if required:
        schema["required"] = required
    media_type = {"schema": schema} | ({"encoding": encoding} if encoding else {})
    types = [t for t in consumes if t.split(";")[0].strip().lower() in _FORMS]
    if any(value.get("type") == "file" for value in parameters):
        types = [t for t in types if t.lower().startswith(_FORMS[0])] or [_FORMS[0]]
    content = dict.fromkeys(types or [_FORMS[1]], media_type)
    return {"content": content} | ({"required": True} if required else {})
