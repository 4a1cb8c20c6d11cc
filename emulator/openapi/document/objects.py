"""Check OpenAPI objects other than schemas: what each must have, and what can be fixed."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias

from emulator.http.media_types import is_token
from emulator.http.messages import Json
from emulator.http.nearest import nearest
from emulator.schema.locations import Place
from emulator.schema.notices import Notices

Object: TypeAlias = dict[str, Json]

_LOCATIONS = ("path", "query", "header", "cookie", "querystring")
_STATUS = re.compile(r"[1-5](?:[0-9][0-9]|XX)|default")
_FLOWS = frozenset(["implicit", "password", "clientCredentials", "authorizationCode"])
# Fields without which a security scheme of the type means nothing.
_SCHEME_FIELDS = {
    "apiKey": ("name", "in"),
    "http": ("scheme",),
    "mutualTLS": (),
    "oauth2": ("flows",),
    "openIdConnect": (),
}


_NO_FIELD = "is no name of a header field (RFC 9110, 5.1)"
_EXAMPLE_VALUES = frozenset(["value", "dataValue", "serializedValue", "externalValue"])


class UnusableError(Exception):
    """An object can't be used; the message says why."""


def check_name(names: str, name: str) -> str:
    """The name of an object in a map, fixed; raises UnusableError if it can't be one."""
    if names == "path" and not name.startswith("/"):
        raise UnusableError("must start with a slash")
    if names == "status" and not _STATUS.fullmatch(name):
        if not _STATUS.fullmatch(name.upper()):
            raise UnusableError("must be a status such as 404, a range such as 4XX, or `default`")
        return name.upper()
    if names == "header" and not is_token(name):
        raise UnusableError(_NO_FIELD)
    return name


def _parameter(value: Object, place: Place, notices: Notices) -> None:
    name = value.get("name")
    if not name:
        raise UnusableError("has no `name`")
    location = _word(value, "in", _LOCATIONS, place, notices)
    if location == "path" and value.get("required") is not True:
        value["required"] = True
        notices.add(place, "path-parameter-optional", f"path parameter {name!r} is always required")
    if location == "header" and not is_token(name):
        raise UnusableError(f"{name!r} {_NO_FIELD}")
    _serialised(value, place, notices)
    if location == "querystring" and not value.get("content"):
        raise UnusableError("is the whole query and needs one media type in `content`")


def _serialised(value: Object, place: Place, notices: Notices) -> None:
    """A parameter or header has either a schema or one media type."""
    content = value.get("content")
    if "schema" in value and content is not None:
        del value["content"]
        notices.add(place, "schema-and-content", "has `schema` and `content`; `schema` counts")
    elif content is not None and len(content) != 1:
        value["content"] = dict(list(content.items())[:1])
        notices.add((place, "content"), "content-size", "must have exactly one media type")
    if "schema" not in value and not value.get("content"):
        if content is None:
            message = "has neither `schema` nor `content`: any value is as good as another"
            notices.add(place, "no-schema", message)
        value.pop("content", None)
        value["schema"] = {}


def _request_body(value: Object, place: Place, notices: Notices) -> None:
    if "content" not in value:
        notices.add(place, "no-content", "has no `content`, so no body is described")
        value["content"] = {}


def _security_scheme(value: Object, place: Place, notices: Notices) -> None:
    kind = _word(value, "type", _SCHEME_FIELDS, place, notices)
    for name in _SCHEME_FIELDS[kind]:
        if value.get(name) in (None, ""):
            raise UnusableError(f"has no `{name}`")
    if kind == "apiKey":
        location = _word(value, "in", ("query", "header", "cookie"), place, notices)
        if location == "header" and not is_token(value["name"]):
            raise UnusableError(f"{value['name']!r} {_NO_FIELD}")
    elif kind == "http" and not is_token(value["scheme"]):
        message = f"{value['scheme']!r} is no authentication scheme (RFC 9110, 11.1)"
        raise UnusableError(message)
    elif kind == "mutualTLS":
        message = "client certificates are not checked: every client is let in as if it had one"
        notices.add(place, "security-unchecked", message)


def _word(value: Object, field: str, known: Collection[str], place: Place, notices: Notices) -> str:
    """A field's word, which must be a known one; in other capitals it is read as that."""
    written = value.get(field)
    if written in known:
        return str(written)
    meant = nearest(str(written), known)
    if meant.lower() != str(written).lower():
        hint = f"; did you mean {meant!r}?" if meant else ""
        message = f"has {written!r:.40} as `{field}`, which is none of {', '.join(known)}"
        raise UnusableError(message + hint)
    value[field] = meant
    notices.add((place, field), "value-mended", f"`{field}` is read as {meant!r}")
    return meant


def _flows(value: Object, place: Place, notices: Notices) -> None:
    for name in [n for n in value if n not in _FLOWS and not n.startswith("x-")]:
        notices.add((place, name), "unknown-flow", f"{name!r} is no OAuth 2 flow")


def _example(value: Object, place: Place, notices: Notices) -> None:
    if "$ref" not in value and _EXAMPLE_VALUES.isdisjoint(value):
        message = "an Example Object without `value` is no example"
        notices.add(place, "no-value", f"{message}; put what it holds below `value`")
    for name in ("dataValue", "serializedValue"):
        if "value" in value and name in value:
            counts = "`dataValue` counts" if name == "dataValue" else "`serializedValue` is sent"
            message = f"has `value` and `{name}`, which exclude each other; {counts}"
            notices.add((place, "value"), "example-values", message)


def _security_requirement(value: Object, place: Place, notices: Notices) -> None:
    for name, scopes in value.items():
        if not isinstance(scopes, list) or not all(isinstance(s, str) for s in scopes):
            notices.add((place, name), "wrong-shape", "scopes must be a list of strings")
            value[name] = []


def as_requirements(item: Json) -> Json:
    """What is meant by security requirements that stand as names alone, or without a list.

    To ignore these would let everybody in.
    """
    each = item if isinstance(item, list) else [item] if item else item
    if not isinstance(each, list):
        return item
    return [{name: []} if isinstance(name, str) and name else name for name in each]


def _server(value: Object, place: Place, notices: Notices) -> None:
    if "url" not in value:
        raise UnusableError("has no `url`")


def _unique_parameters(value: Object, place: Place, notices: Notices) -> None:
    seen: set[tuple[str, str]] = set()
    parameters = value.get("parameters", [])
    kept = []
    for index, parameter in enumerate(parameters):
        key = (parameter.get("in", ""), parameter.get("name", ""))
        if "$ref" not in parameter and key in seen:
            message = f"the {key[0]} parameter {key[1]!r} stands twice; the first counts"
            notices.add(((place, "parameters"), index), "parameter-twice", message)
            continue
        seen.add(key)
        kept.append(parameter)
    parameters[:] = kept


#: By kind, what fixes an object in place, with notices; raises UnusableError if it is of no use.
OBJECT_CHECKS: Mapping[str, Callable[[Object, Place, Notices], None]] = {
    "parameter": _parameter,
    "header": _serialised,
    "requestBody": _request_body,
    "securityScheme": _security_scheme,
    "flows": _flows,
    "example": _example,
    "securityRequirement": _security_requirement,
    "server": _server,
    "pathItem": _unique_parameters,
    "operation": _unique_parameters,
}
