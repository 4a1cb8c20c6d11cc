"""The shape of OpenAPI documents as a table: which object has which fields."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Literal, TypeAlias

from msgspec import Struct

from emulator.schema.keywords import DEFINITIONS, MANY, NAMED, ONE, words

Form: TypeAlias = Literal["one", "map", "list", "text", "flag", "names"]


class FieldShape(Struct, frozen=True):
    """What a field holds: an object of a kind, several by name or in a list, or plain values.

    `names` is what the names in a map must be: paths, statuses, header fields or, if empty,
    anything.
    """

    form: Form
    kind: str = ""
    names: Literal["", "path", "status", "header"] = ""


def _objects(form: Form, **fields: str) -> dict[str, FieldShape]:
    return {name: FieldShape(form, kind) for name, kind in fields.items()}


def _values(form: Form, *fields: str) -> dict[str, FieldShape]:
    return dict.fromkeys(fields, FieldShape(form))


_one, _map, _list = partial(_objects, "one"), partial(_objects, "map"), partial(_objects, "list")
_text, _flag = partial(_values, "text"), partial(_values, "flag")
#: Where what other files hold is put, below `components`.
BUNDLED = "x-bundled"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")

_DESCRIBED = _text("summary", "description")
_SERIALISED = (
    _text("style")
    | _flag("explode", "allowReserved")
    | _one(schema="schema")
    | _map(content="mediaType", examples="example")
)
_HEADERS = {"headers": FieldShape("map", "header", "header")}
_HEADER = _text("description") | _flag("required", "deprecated") | _SERIALISED

#: The fields of each kind of object, as of OpenAPI 3.2; what is not listed is kept as it is.
KINDS: Mapping[str, Mapping[str, FieldShape]] = {
    "document": _one(info="info", components="components")
    | _map(webhooks="pathItem")
    | {"paths": FieldShape("map", "pathItem", "path")}
    | _list(servers="server", security="securityRequirement", tags="tag"),
    "info": _text("title", "summary", "description", "version"),
    "tag": _text("name", "summary", "description"),
    "server": _text("url", "name", "description") | _map(variables="serverVariable"),
    "serverVariable": _text("default", "description") | {"enum": FieldShape("names")},
    "components": _map(
        schemas="schema",
        responses="response",
        parameters="parameter",
        examples="example",
        requestBodies="requestBody",
        headers="header",
        securitySchemes="securityScheme",
        links="link",
        callbacks="callback",
        pathItems="pathItem",
        mediaTypes="mediaType",
    ),
    "pathItem": _DESCRIBED
    | dict.fromkeys(METHODS, FieldShape("one", "operation"))
    | _map(additionalOperations="operation")
    | _list(parameters="parameter", servers="server"),
    "operation": _DESCRIBED
    | _text("operationId")
    | _flag("deprecated")
    | {"tags": FieldShape("names")}
    | _one(requestBody="requestBody")
    | _map(callbacks="callback")
    | {"responses": FieldShape("map", "response", "status")}
    | _list(parameters="parameter", servers="server", security="securityRequirement"),
    "parameter": _HEADER | _text("name", "in") | _flag("allowEmptyValue"),
    "header": _HEADER,
    "requestBody": _text("description") | _flag("required") | _map(content="mediaType"),
    "mediaType": _one(schema="schema", itemSchema="schema", itemEncoding="encoding")
    | _map(examples="example", encoding="encoding")
    | _list(prefixEncoding="encoding"),
    "encoding": _text("contentType", "style")
    | _flag("explode", "allowReserved")
    | _one(itemEncoding="encoding")
    | _HEADERS
    | _map(encoding="encoding")
    | _list(prefixEncoding="encoding"),
    "response": _DESCRIBED | _HEADERS | _map(content="mediaType", links="link"),
    "example": _DESCRIBED | _text("externalValue"),
    "link": _text("operationRef", "operationId", "description") | _one(server="server"),
    "securityScheme": _text(
        "type", "description", "name", "in", "scheme", "bearerFormat", "openIdConnectUrl"
    )
    | _one(flows="flows"),
    "flows": _one(
        implicit="flow", password="flow", clientCredentials="flow", authorizationCode="flow"
    ),
    "flow": _text("authorizationUrl", "tokenUrl", "refreshUrl"),
    "securityRequirement": {},
    # All fields of these two are of one kind, whatever their names: see `field_shape`.
    "callback": {},
}

#: The section of `components` for each kind of object.
SECTION_OF: Mapping[str, str] = {
    shape.kind: section for section, shape in KINDS["components"].items() if shape.kind
}
#: Further fields, whose values are not looked into, as of OpenAPI 3.2.
_PLAIN_FIELDS: Mapping[str, str] = {
    "document": "openapi $self jsonSchemaDialect externalDocs",
    "info": "termsOfService contact license",
    "tag": "externalDocs parent kind",
    "serverVariable": "",
    "components": "x-bundled",
    "pathItem": "$ref",
    "operation": "externalDocs",
    "parameter": "example",
    "header": "example",
    "mediaType": "example",
    "example": "value dataValue serializedValue",
    "link": "parameters requestBody",
    "securityScheme": "oauth2MetadataUrl deprecated",
    "flows": "deviceAuthorization",
    "flow": "scopes deviceAuthorizationUrl",
}


def fields_of(kind: str) -> frozenset[str]:
    """Every field that an object of a kind may have; empty where any name may be one."""
    if kind not in KINDS or not KINDS[kind]:
        return frozenset()
    return frozenset((*KINDS[kind], *_PLAIN_FIELDS.get(kind, "").split()))


#: Kinds that a Reference Object may stand for (a path item has a `$ref` of its own).
REFERENCEABLE = words(
    "schema response parameter example requestBody header securityScheme link callback "
    "pathItem mediaType"
)


def field_shape(kind: str, field: str) -> FieldShape | None:
    """What a field of an object holds; None if the table doesn't say."""
    if kind == "callback" and not field.startswith("x-"):
        return FieldShape("one", "pathItem")
    if kind == "schema":
        if field in ONE:
            return FieldShape("one", "schema")
        form: Form = "list" if field in MANY else "map"
        return FieldShape(form, "schema") if field in MANY | NAMED | DEFINITIONS else None
    return KINDS[kind].get(field)


def kind_below(kind: str, tokens: Iterable[str]) -> str | None:
    """The kind of what a pointer leads to from an object of a kind.

    None if that is nothing the table knows; "" if it is no object, but a list or map of objects.
    """
    shape: FieldShape | None = FieldShape("one", kind)
    for token in tokens:
        if shape is None or shape.form in ("text", "flag", "names"):
            return None
        alone = shape.form == "one"
        shape = field_shape(shape.kind, token) if alone else FieldShape("one", shape.kind)
    if shape is None:
        return None
    return shape.kind if shape.form == "one" else ""
