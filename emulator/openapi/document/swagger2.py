"""Convert Swagger 2.0 to the shape of OpenAPI 3.0, object by object.

What differs: bodies and forms are parameters, media types are beside what they are about, types
are in parameters and headers without a schema, and components have other names. A value of the
wrong shape is passed on as it is; whoever checks shapes afterwards will say so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from emulator.errors import DocumentError
from emulator.http.messages import Json
from emulator.openapi.document.fields import METHODS
from emulator.schema.keywords import words
from emulator.schema.locations import Place, Sources, tokens_of
from emulator.schema.notices import Notices
from emulator.schema.pointers import lookup, parts_of_reference, reference_to

Object = dict[str, Json]

#: Where 3.0 has what is a section of its own in 2.0.
SECTIONS: Mapping[tuple[str, str], str] = {
    ("components", "schemas"): "definitions",
    ("components", "responses"): "responses",
    ("components", "securitySchemes"): "securityDefinitions",
}
_FLOWS = {"accessCode": "authorizationCode", "application": "clientCredentials"}
_SCHEMA_FIELDS = words(
    "type format items default maximum exclusiveMaximum minimum exclusiveMinimum maxLength "
    "minLength pattern maxItems minItems uniqueItems enum multipleOf x-nullable"
)
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
# How the parts of an array are put together: `collectionFormat` to style and explode.
_IN_QUERY = {
    "csv": ("form", False),
    "multi": ("form", True),
    "ssv": ("spaceDelimited", False),
    "pipes": ("pipeDelimited", False),
}
_BODIES = frozenset(("body", "formData"))
_MAX_LEVELS = 10
_ELSEWHERE = {"csv": ("simple", False)}
_MAX_MEDIA_TYPES = 20  # each has a copy of the schema
_REPLACED = words(
    "swagger host basePath schemes consumes produces definitions parameters responses "
    "securityDefinitions"
)


@dataclass(frozen=True, slots=True)
class Swagger:
    """A Swagger 2.0 document, whose objects are converted one at a time."""

    sources: Sources
    notices: Notices

    def upgrade(self, kind: str, value: Object, place: Place) -> Object:
        """The object in the shape of 3.0; what it contains may still be in that of 2.0."""
        match kind:
            case "document":
                return _document(value)
            case "pathItem":
                return self._path_item(value, place)
            case "response":
                return _response(value, self._media_types("produces", {}))
            case "header" if "schema" not in value and "$ref" not in value:
                return _without_schema(value) | {"schema": _schema_of(value)}
            case "securityScheme":
                return _security_scheme(value)
        return value

    def _path_item(self, value: Object, place: Place) -> Object:
        shared = self._parameters(value.get("parameters"), (place, "parameters"))
        bodies = [p for p in shared if p.get("in") in _BODIES]
        result = dict(value)
        if isinstance(value.get("parameters"), list):
            result["parameters"] = self._converted(shared, (place, "parameters"))
        for method in METHODS:
            if isinstance(operation := value.get(method), dict):
                result[method] = self._operation(operation, bodies, (place, method))
        return result

    def _operation(self, value: Object, bodies: list[Object], place: Place) -> Object:
        result = _without(value, "consumes", "produces", "schemes")
        where = (place, "parameters")
        own = self._parameters(value.get("parameters"), where)
        if isinstance(value.get("parameters"), list):
            result["parameters"] = self._converted(own, where)
        consumes = self._media_types("consumes", value)
        # An operation's own body replaces the path's, since there can be only one.
        kinds = {p.get("in") for p in own} & _BODIES or {p["in"] for p in bodies}
        if len(kinds) > 1:
            self.notices.add(where, "body-and-form", "has a body and a form; the body counts")
        for candidates in (own, bodies):
            if body := [p for p in candidates if p.get("in") == "body"]:
                result["requestBody"] = _json_body(body[0], consumes)
                break
            if form := [p for p in candidates if p.get("in") == "formData"]:
                result["requestBody"] = _form_body(form, consumes)
                break
        if isinstance(responses := value.get("responses"), dict):
            result["responses"] = {
                status: self._response(response, value, ((place, "responses"), status))
                for status, response in responses.items()
            }
        return result

    def _response(self, response: Json, operation: Object, place: Place) -> Json:
        if not isinstance(response, dict):
            return response
        if isinstance(response.get("$ref"), str):
            if "produces" not in operation:
                return response
            # The media types are the operation's: what is referred to has to be copied.
            if not (resolved := self._resolve(response, place)):
                return response
            response = resolved
        return _response(response, self._media_types("produces", operation))

    def _parameters(self, items: Json, place: Place) -> list[Object]:
        """The parameters, references replaced by what they lead to."""
        parameters: list[Object] = []
        for index, item in enumerate(items if isinstance(items, list) else []):
            if isinstance(item, dict) and isinstance(item.get("$ref"), str):
                item = self._resolve(item, (place, index))
                if item is None:
                    message = "the reference leads to no parameter; it is ignored"
                    self.notices.add((place, index), "dangling-reference", message)
                    continue
            parameters.append(item if isinstance(item, dict) else {})
        return parameters

    def _converted(self, parameters: list[Object], place: Place) -> list[Object]:
        return [
            _parameter(parameter, (place, index), self.notices)
            for index, parameter in enumerate(parameters)
            if parameter.get("in") not in _BODIES
        ]

    def _resolve(self, reference: Object, place: Place) -> Object | None:
        """What a reference leads to, with its schema as a reference to where it is."""
        file, _ = tokens_of(place)
        remote = ""
        for _ in range(10):  # a reference may lead to a reference, but hardly to ten
            url, _, fragment = reference["$ref"].partition("#")
            try:
                if url:
                    file = self.sources.open(file, unquote(url))
                    remote = "?" if remote else url
                tokens = parts_of_reference(fragment)
                found = lookup(self.sources.trees[file], tokens)
            except (DocumentError, LookupError):
                return None
            if not isinstance(found, dict) or remote == "?":
                return None
            if not isinstance(found.get("$ref"), str):
                break
            reference = found
        else:
            return None
        # Copied once for each of a thousand uses, a large schema would be a bomb.
        if "schema" in found:
            return {**found, "schema": {"$ref": remote + reference_to((*tokens, "schema"))}}
        return found

    def _media_types(self, field: str, operation: Object) -> list[str]:
        document = self.sources.trees[self.sources.root]
        types = operation.get(field, document.get(field))
        types = types[:_MAX_MEDIA_TYPES] if isinstance(types, list) else []
        return [t for t in types if isinstance(t, str)]


def _document(value: Object) -> Object:
    result = _without(value, *_REPLACED)
    result["servers"] = _servers(value)
    result["components"] = {new[1]: value[old] for new, old in SECTIONS.items() if old in value}
    return result


def _servers(value: Object) -> list[Object]:
    base, host, schemes = value.get("basePath"), value.get("host"), value.get("schemes")
    path = "/" + base.strip("/") if isinstance(base, str) else "/"
    if not isinstance(host, str) or not host:
        return [{"url": path}]
    names = [s for s in schemes if isinstance(s, str)] if isinstance(schemes, list) else []
    return [{"url": f"{name}://{host}{path.rstrip('/')}"} for name in names or ["https"]]


def _response(value: Object, produces: list[str]) -> Object:
    if "$ref" in value or "content" in value:
        return value
    result = _without(value, "schema", "examples")
    examples = value["examples"] if isinstance(value.get("examples"), dict) else {}
    schema = value.get("schema")
    if schema is None and not examples:
        return result
    is_file = isinstance(schema, dict) and schema.get("type") == "file"
    types = produces or ["application/octet-stream" if is_file else "application/json"]
    result["content"] = {
        media_type: ({} if schema is None else {"schema": schema})
        | ({"example": examples[media_type]} if media_type in examples else {})
        for media_type in dict.fromkeys([*types, *examples])
    }
    return result


def _security_scheme(value: Object) -> Object:
    if value.get("type") == "basic":
        return {**value, "type": "http", "scheme": "basic"}
    flow = value.get("flow")
    if value.get("type") != "oauth2" or not isinstance(flow, str):
        return value
    parts = ("authorizationUrl", "tokenUrl", "scopes")
    details = {key: value[key] for key in parts if key in value}
    details.setdefault("scopes", {})
    return {**_without(value, "flow", *parts), "flows": {_FLOWS.get(flow, flow): details}}


def _without(value: Object, *keys: str) -> Object:
    gone = frozenset(keys)
    return {key: item for key, item in value.items() if key not in gone}


def _schema_of(value: Object) -> Object:
    """The schema in a parameter or header that has its keywords itself."""
    return {key: item for key, item in value.items() if key in _SCHEMA_FIELDS}


def _without_schema(value: Object) -> Object:
    """The parameter or header without its schema's keywords."""
    rest = _without(value, *_SCHEMA_FIELDS, "collectionFormat", "x-example")
    return rest | ({"example": value["x-example"]} if "x-example" in value else {})


def _parameter(value: Object, place: Place, notices: Notices) -> Object:
    """A parameter in path, query or header; a style that 3.0 lacks stays as an extension."""
    if "schema" in value or not value:
        return value
    result = _without_schema(value) | {"schema": _schema_of(value)}
    if value.get("type") != "array":
        return result
    styles = _IN_QUERY if value.get("in") == "query" else _ELSEWHERE
    result |= _style(value, styles)
    if "x-collectionFormat" in result:
        written = result["x-collectionFormat"]
        message = f"collectionFormat {written!r:.40} has no equal in OpenAPI 3"
        notices.add(place, "collection-format", f"{message}; it is kept as an extension")
    return result


def _style(value: Object, styles: Mapping[str, tuple[str, bool]]) -> Object:
    """Style and explode of an array, and the formats where these don't say all.

    They are listed from the array to the arrays within its items.
    """
    formats = [value.get("collectionFormat", "csv")]
    items = value.get("items")
    while isinstance(items, dict) and items.get("type") == "array" and len(formats) < _MAX_LEVELS:
        formats.append(items.get("collectionFormat", "csv"))
        items = items.get("items")
    known = formats[0] if isinstance(formats[0], str) and formats[0] in styles else ""
    style, explode = styles[known or "csv"]
    found: Object = {"style": style, "explode": explode}
    if len(formats) > 1 or not known:
        found["x-collectionFormat"] = formats if len(formats) > 1 else formats[0]
    return found


def _json_body(value: Object, consumes: list[str]) -> Object:
    """The request body that a parameter in `body` describes."""
    result = _without(value, "in", "name", "schema", "x-example", "x-examples")
    media_type: Object = {"schema": value.get("schema", {})}
    if "x-example" in value:
        media_type["example"] = value["x-example"]
    result["content"] = dict.fromkeys(consumes or ["application/json"], media_type)
    return result


def _form_body(parameters: list[Object], consumes: list[str]) -> Object:
    """The request body that parameters in `formData` describe together."""
    schema: Object = {"type": "object", "properties": {}}
    encoding: Object = {}
    for value in parameters:
        name = value.get("name")
        if not isinstance(name, str):
            continue
        about = {"description": value["description"]} if "description" in value else {}
        schema["properties"][name] = _schema_of(value) | about
        if value.get("type") == "array":
            encoding[name] = _style(value, _IN_QUERY)
    required = [p["name"] for p in parameters if p.get("required") is True and "name" in p]
    if required:
        schema["required"] = required
    media_type = {"schema": schema} | ({"encoding": encoding} if encoding else {})
    types = [t for t in consumes if t.split(";")[0].strip().lower() in _FORMS]
    if any(value.get("type") == "file" for value in parameters):
        types = [t for t in types if t.lower().startswith(_FORMS[0])] or [_FORMS[0]]
    content = dict.fromkeys(types or [_FORMS[1]], media_type)
    return {"content": content} | ({"required": True} if required else {})
