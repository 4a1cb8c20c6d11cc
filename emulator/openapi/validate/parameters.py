"""An operation's parameters: decoded by style, completed, validated by schema."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from emulator.http.messages import Json, Request, Violation
from emulator.openapi.document.model import Api, Operation, Parameter
from emulator.openapi.validate.parameter_style import ParameterStyle, compile_style
from emulator.openapi.validate.querystring import (
    Querystring,
    compile_querystring,
    decode_querystring,
)
from emulator.openapi.validate.styles import (
    Decoded,
    decode_cookie,
    decode_header,
    decode_path,
    decode_query,
)
from emulator.schema.pointers import escape

#: Values of parameters by location (path, query, querystring, header, cookie), then by name.
Values = Mapping[str, Mapping[str, Json]]


@dataclass(frozen=True, slots=True)
class CompiledParameter:
    """One parameter with its style, and the key of its schema where that can refuse anything."""

    parameter: Parameter
    style: ParameterStyle
    schema_key: str | None


@dataclass(frozen=True, slots=True)
class CompiledQuerystring:
    """A parameter that is the whole query (OpenAPI 3.2, `in: querystring`)."""

    parameter: Parameter
    querystring: Querystring
    schema_key: str | None


@dataclass(frozen=True, slots=True)
class ParameterPlan:
    """An operation's parameters by location, compiled."""

    api: Api
    path: tuple[CompiledParameter, ...]
    query: tuple[CompiledParameter, ...]
    header: tuple[CompiledParameter, ...]
    cookie: tuple[CompiledParameter, ...]
    query_styles: tuple[ParameterStyle, ...]
    cookie_styles: tuple[ParameterStyle, ...]
    whole_query: CompiledQuerystring | None = None

    def decode(
        self, request: Request, path: Mapping[str, str]
    ) -> tuple[Values, tuple[Violation, ...]]:
        """Every value sent, by location and name, and everything wrong with them."""
        found: list[Violation] = []
        values = {
            "path": self._path(path, found),
            "query": self._query(request, found),
            "querystring": self._whole_query(request, found),
            "header": self._header(request, found),
            "cookie": self._cookie(request, found),
        }
        return values, tuple(found)

    def _path(self, raw: Mapping[str, str], found: list[Violation]) -> dict[str, Json]:
        values = {}
        for compiled in self.path:
            name = compiled.parameter.name
            if name in raw:
                value, violations = decode_path(raw[name], compiled.style)
                if violations:
                    found += violations
                else:
                    values[name] = value
                    self._validate(compiled, value, found)
        return values

    def _query(self, request: Request, found: list[Violation]) -> Mapping[str, Json]:
        if not self.query:
            return {}
        decoded = decode_query(request.query, self.query_styles)
        return self._named(decoded, self.query, found)

    def _whole_query(self, request: Request, found: list[Violation]) -> dict[str, Json]:
        compiled = self.whole_query
        if compiled is None:
            return {}
        if not request.query:
            _miss(compiled.parameter, found)
            return {}
        value, violations = decode_querystring(request.query, compiled.querystring)
        found += violations
        if not violations:
            self._validate(compiled, value, found)
        return {compiled.parameter.name: value}

    def _header(self, request: Request, found: list[Violation]) -> dict[str, Json]:
        values = {}
        for compiled in self.header:
            raw = request.header(compiled.parameter.name.lower())
            if raw is None:
                _miss(compiled.parameter, found)
                continue
            value, violations = decode_header(raw, compiled.style)
            if violations:
                found += violations
            else:
                values[compiled.parameter.name] = value
                self._validate(compiled, value, found)
        return values

    def _cookie(self, request: Request, found: list[Violation]) -> Mapping[str, Json]:
        if not self.cookie:
            return {}
        decoded = decode_cookie(request.header("cookie") or "", self.cookie_styles)
        return self._named(decoded, self.cookie, found)

    def _named(
        self, decoded: Decoded, all_compiled: Iterable[CompiledParameter], found: list[Violation]
    ) -> Mapping[str, Json]:
        found += decoded.violations
        broken = {violation.pointer for violation in decoded.violations}
        for compiled in all_compiled:
            name = compiled.parameter.name
            if name in decoded.values:
                self._validate(compiled, decoded.values[name], found)
            elif name not in decoded.unused and f"/{escape(name)}" not in broken:
                _miss(compiled.parameter, found)
        return decoded.values

    def _validate(
        self, compiled: CompiledParameter | CompiledQuerystring, value: Json, found: list[Violation]
    ) -> None:
        if compiled.schema_key is not None:
            parameter = compiled.parameter
            for violation in self.api.requests.violations(
                compiled.schema_key, value, parameter.location
            ):
                pointer = f"/{escape(parameter.name)}{violation.pointer}"
                found.append(
                    Violation(parameter.location, pointer, violation.keyword, violation.message)
                )


def compile_parameters(api: Api, operation: Operation) -> ParameterPlan:
    """The plan for an operation's parameters."""
    by_location: dict[str, list[CompiledParameter]] = {}
    whole_query = None
    for parameter in operation.parameters:
        raw = _with_schema(api, parameter)
        definitions, key = api.requests.definitions, parameter.schema_key
        if parameter.location == "querystring":
            whole_query = CompiledQuerystring(parameter, compile_querystring(raw, definitions), key)
        else:
            compiled = CompiledParameter(parameter, compile_style(raw, definitions), key)
            by_location.setdefault(parameter.location, []).append(compiled)
    query = tuple(by_location.get("query", ()))
    cookie = tuple(by_location.get("cookie", ()))
    return ParameterPlan(
        api=api,
        path=tuple(by_location.get("path", ())),
        query=query,
        header=tuple(by_location.get("header", ())),
        cookie=cookie,
        query_styles=tuple(compiled.style for compiled in query),
        cookie_styles=tuple(compiled.style for compiled in cookie),
        whole_query=whole_query,
    )


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


def _miss(parameter: Parameter, found: list[Violation]) -> None:
    if parameter.required:
        message = f"{parameter.location} parameter {parameter.name!r} is required"
        pointer = f"/{escape(parameter.name)}"
        found.append(Violation(parameter.location, pointer, "required", message))
