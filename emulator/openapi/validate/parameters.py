"""An operation's parameters: decoded by style, completed, validated by schema."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from emulator.http.media_types import base_type
from emulator.http.messages import Json, Request, Violation
from emulator.http.percent import MalformedError, decode_form
from emulator.openapi.document.model import Api, Encodings, Operation, Parameter
from emulator.openapi.validate.forms import FormPlan, compile_form, decode_urlencoded
from emulator.openapi.validate.parameter_style import ParameterStyle, compile_style, read_content
from emulator.openapi.validate.styles import Decoded, decode_cookie, decode_query, decode_single
from emulator.schema.coerce.coercion import Shape
from emulator.schema.coerce.shapes import compile_shape
from emulator.schema.flatten.references import resolve_or_any
from emulator.schema.pointers import escape

#: Values of parameters by location (path, query, querystring, header, cookie), then by name.
Values: TypeAlias = Mapping[str, Mapping[str, Json]]

NO_VALUES: Values = {
    location: {} for location in ("path", "query", "querystring", "header", "cookie")
}


@dataclass(frozen=True, slots=True, eq=False)
class Querystring:
    """A parameter that is the whole query (OpenAPI 3.2, 4.12.1): a form, or text of a media type.

    The text is percent-encoded.
    """

    name: str
    media_type: str
    shape: Shape
    form: FormPlan | None
    required: bool = False
    schema_key: str | None = None
    location: str = "querystring"


@dataclass(frozen=True, slots=True)
class ParameterPlan:
    """An operation's parameters by location, compiled."""

    api: Api
    path: tuple[ParameterStyle, ...]
    query: tuple[ParameterStyle, ...]
    header: tuple[ParameterStyle, ...]
    cookie: tuple[ParameterStyle, ...]
    whole_query: Querystring | None

    def decode(
        self, request: Request, path: Mapping[str, str]
    ) -> tuple[Values, tuple[Violation, ...]]:
        """Every value sent, by location and name, and everything wrong with them."""
        found: list[Violation] = []
        values: dict[str, Mapping[str, Json]] = dict(NO_VALUES)
        if self.path:
            values["path"] = self._single(self.path, path, found)
        if self.query:
            decoded = decode_query(request.query, self.query)
            values["query"] = self._named(self.query, decoded, found)
        if self.whole_query:
            values["querystring"] = self._whole_query(self.whole_query, request.query, found)
        if self.header:
            values["header"] = self._single(self.header, request.fields, found)
        if self.cookie:
            decoded = decode_cookie(request.header("cookie") or "", self.cookie)
            values["cookie"] = self._named(self.cookie, decoded, found)
        return values, tuple(found)

    def judge(self, values: Values) -> tuple[Violation, ...]:
        """What the schemas refuse of decoded values."""
        found: list[Violation] = []
        for style in (*self.path, *self.query, *self.header):
            located = values[style.location]
            if style.name in located:
                self._validate(style, located[style.name], found)
        return tuple(found)

    def _single(
        self,
        styles: Iterable[ParameterStyle],
        sent: Mapping[str, str],
        found: list[Violation],
    ) -> dict[str, Json]:
        values: dict[str, Json] = {}
        for style in styles:
            raw = sent.get(style.sent_as)
            if raw is None:
                if style.location == "header":
                    _miss(style, found)
                continue
            value, violations = decode_single(raw, style)
            if violations:
                found += violations
            else:
                values[style.name] = value
                self._validate(style, value, found)
        return values

    def _whole_query(self, whole: Querystring, raw: str, found: list[Violation]) -> dict[str, Json]:
        if not raw:
            _miss(whole, found)
            return {}
        value, violations = decode_querystring(raw, whole)
        found += violations
        if not violations:
            self._validate(whole, value, found)
        return {whole.name: value}

    def _named(
        self, styles: Iterable[ParameterStyle], decoded: Decoded, found: list[Violation]
    ) -> Mapping[str, Json]:
        found += decoded.violations
        broken = {violation.pointer for violation in decoded.violations}
        for style in styles:
            if style.name in decoded.values:
                self._validate(style, decoded.values[style.name], found)
            elif style.name not in decoded.unused and "/" + escape(style.name) not in broken:
                _miss(style, found)
        return decoded.values

    def _validate(
        self, parameter: ParameterStyle | Querystring, value: Json, found: list[Violation]
    ) -> None:
        key, location = parameter.schema_key, parameter.location
        if key is None:
            return
        violations = self.api.requests.violations(key, value, location)
        if violations and _is_prefer(parameter) and self._may_be_ignored(key, value):
            return
        hint = self._hint(key, value) if violations and location == "query" else ""
        for each in violations:
            pointer = "/" + escape(parameter.name) + each.pointer
            found.append(Violation(location, pointer, each.keyword, each.message + hint))

    def _may_be_ignored(self, key: str, value: Json) -> bool:
        """Whether a list of preferences has a valid one, or none that the document names.

        Unknown ones are ignored (RFC 7240, 2).
        """
        preferences = value.split(",") if isinstance(value, str) else value
        if not isinstance(preferences, list) or not all(isinstance(p, str) for p in preferences):
            return False
        requests = self.api.requests
        if any(requests.is_valid(key, each.strip(" \t")) for each in preferences):
            return True
        schema = requests.roots[key]
        if isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
            schema = resolve_or_any(schema["$ref"], requests.definitions)
        known = set(re.findall(r"[\w-]+", str(schema).lower()))
        return known.isdisjoint(re.split(r"[=;]", each)[0].strip().lower() for each in preferences)

    def _hint(self, key: str, value: Json) -> str:
        """What to do where only a plus is missing, which form encoding takes for a blank."""
        meant = _with_plus(value)
        if meant == value or not self.api.requests.is_valid(key, meant):
            return ""
        return "; a `+` in a query is a blank: send a plus as %2B"


def _is_prefer(parameter: ParameterStyle | Querystring) -> bool:
    if not isinstance(parameter, ParameterStyle):
        return False
    return parameter.location == "header" and parameter.sent_as == "prefer"


def _with_plus(value: Json) -> Json:
    """The value, or its items, with a plus for each blank."""
    if isinstance(value, list):
        return [_with_plus(item) if isinstance(item, str) else item for item in value]
    return value.replace(" ", "+") if isinstance(value, str) else value


def compile_parameters(api: Api, operation: Operation) -> ParameterPlan:
    """The plan for an operation's parameters."""
    styles: dict[str, list[ParameterStyle]] = {"path": [], "query": [], "header": [], "cookie": []}
    whole_query = None
    for parameter in operation.parameters:
        raw, key = _with_schema(api, parameter), parameter.schema_key
        if parameter.location == "querystring":
            whole_query = compile_querystring(raw, api.requests.definitions, key)
        else:
            styles[parameter.location].append(compile_style(raw, api.requests.definitions, key))
    by_location = {location: tuple(found) for location, found in styles.items()}
    return ParameterPlan(api, **by_location, whole_query=whole_query)


def compile_querystring(
    parameter: Mapping[str, Json], definitions: Mapping[str, Json], schema_key: str | None = None
) -> Querystring:
    """The plan for a Parameter Object with `in: querystring`, which must have `content`."""
    media_type, described = next(iter(parameter["content"].items()))
    schema, form = described.get("schema", True), None
    if base_type(media_type) == "application/x-www-form-urlencoded":
        form = compile_form(
            media_type, schema, Encodings(described.get("encoding", {})), definitions
        )
    shape = form.shape if form else compile_shape(schema, definitions)
    required = parameter.get("required") is True
    return Querystring(parameter["name"], media_type, shape, form, required, schema_key)


def decode_querystring(raw: str, whole: Querystring) -> tuple[Json, tuple[Violation, ...]]:
    """The value of the whole query, without its `?`; None where violations say why."""
    pointer = "/" + escape(whole.name)
    if whole.form:
        value, violations = decode_urlencoded(raw, whole.form)
        return value, tuple(
            Violation("query", pointer + v.pointer, v.keyword, v.message) for v in violations
        )
    try:
        return read_content(decode_form(raw), whole.media_type, whole.shape), ()
    except MalformedError as error:
        return None, (error.as_violation("query", pointer),)


def _with_schema(api: Api, parameter: Parameter) -> Mapping[str, Json]:
    """The parameter with its schema as compiled, so that its `$ref`s lead into `$defs`."""
    schema = api.requests.roots[parameter.schema_key] if parameter.schema_key else True
    raw = dict(parameter.raw)
    if isinstance(raw.get("content"), dict) and raw["content"]:
        name, described = next(iter(raw["content"].items()))
        encoding = described.get("encoding") if isinstance(described, dict) else None
        raw["content"] = {name: {"schema": schema, "encoding": encoding or {}}}
    else:
        raw["schema"] = schema
    return raw


def _miss(parameter: ParameterStyle | Querystring, found: list[Violation]) -> None:
    if parameter.required:
        message = f"{parameter.location} parameter {parameter.name!r} is required"
        pointer = "/" + escape(parameter.name)
        found.append(Violation(parameter.location, pointer, "required", message))
