"""Compile a normalised document to an `Api`, once at start."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from emulator.http.messages import Json
from emulator.openapi.document.augment import MARK, augment
from emulator.openapi.document.encodings import compile_encodings
from emulator.openapi.document.examples import compile_example
from emulator.openapi.document.fields import METHODS
from emulator.openapi.document.model import (
    Api,
    Example,
    HeaderObject,
    MediaType,
    Operation,
    Parameter,
    RequestBody,
    ResponseObject,
    SecurityRequirement,
)
from emulator.openapi.document.requirements import Requirements, compile_schemes
from emulator.openapi.document.sequences import of_all
from emulator.openapi.document.servers import base_paths, paths_of, server_doubts
from emulator.openapi.document.templates import template_doubts, undescribed
from emulator.openapi.document.usual_errors import usual_error
from emulator.schema.collect import SchemaCollector
from emulator.schema.notices import Notice
from emulator.schema.pointers import follow, pointer_of

#: Header parameters that OpenAPI 3.x leaves to other parts of the document (4.8.12.2).
IGNORED_HEADERS = frozenset(("accept", "content-type", "authorization"))

_NOT_ASCII = "it is sent in ISO 8859-1 or UTF-8, and clients may read either (RFC 9110, 5.5)"


def compile_api(
    name: str,
    file: str,
    document: Mapping[str, Json],
    notices: tuple[Notice, ...] = (),
    files: tuple[Path, ...] = (),
) -> Api:
    """Compile a normalised, self-contained document (see `emulator.openapi.document.load`).

    `name` is how the API is called on the command line, in fixtures and in the control plane.
    """
    usual = usual_error(document)
    augmented, added = augment(document, file, usual)
    api = _ApiCompiler(name, file, augmented, [*notices, *added], files).api()
    return replace(api, usual_errors=usual.places) if usual is not None else api


def compile_sent(api: Api, items: Mapping[str, Json]) -> Api:
    """Compile path items whose requests the API sends and whose responses it gets.

    Schemas are read the other way round: bodies of requests as what the API shows. Only the
    security that an operation has itself is meant for it.
    """
    compiler = _ApiCompiler(api.name, api.file, {**api.document, "security": ()}, [], ())
    compiler.requests = SchemaCollector(api.document, "response")
    compiler.responses = SchemaCollector(api.document, "request")
    return compiler.api(items)


@dataclass(slots=True)
class _ApiCompiler:
    name: str
    file: str
    document: Mapping[str, Json]
    notices: list[Notice]
    files: tuple[Path, ...]
    requests: SchemaCollector = field(init=False)
    responses: SchemaCollector = field(init=False)
    requirements: Requirements = field(init=False)
    security: SecurityRequirement = field(init=False)

    def __post_init__(self) -> None:
        self.requests = SchemaCollector(self.document, "request")
        self.responses = SchemaCollector(self.document, "response")
        self.requirements = Requirements(self.file, compile_schemes(self.document), self.notices)
        self.security = self.requirements.compile(self.document.get("security"), ("security",))
        self._doubt_servers(self.document.get("servers"), ("servers",))

    def api(self, items: Mapping[str, Json] | None = None) -> Api:
        info = self.document.get("info") or {}
        paths = self.document.get("paths") or {}
        operations = tuple(self._operations(paths if items is None else items))
        return Api(
            name=self.name,
            title=str(info.get("title") or self.name),
            version=str(info.get("version") or ""),
            file=self.file,
            document=self.document,
            prefixes=base_paths(self.document),
            operations=operations,
            schemes={**self.requirements.schemes, **self.requirements.undefined},
            requests=self.requests.compile(),
            responses=self.responses.compile(),
            notices=tuple(self.notices),
            files=self.files,
            own_prefixes=tuple(dict.fromkeys(p for each in operations for p in each.prefixes)),
        )

    def _operations(self, items: Mapping[str, Json]) -> Iterator[Operation]:
        taken: set[str] = set()
        for path, raw_item in items.items():
            item = self._path_item(raw_item)
            for method, raw in _methods(item):
                yield self._operation(path, method, item, raw, taken)

    def _path_item(self, raw: Json) -> Mapping[str, Json]:
        """A path item, with what it refers to: what stands beside its `$ref` counts, and wins."""
        item = self._deref(raw)
        if not isinstance(raw, dict) or "$ref" not in raw or len(raw) == 1:
            return item
        own = {name: value for name, value in raw.items() if name != "$ref"}
        parameters = [*(item.get("parameters") or ()), *(own.get("parameters") or ())]
        return {**item, **own, **({"parameters": parameters} if parameters else {})}

    def _operation(
        self, path: str, method: str, item: Json, raw: Mapping[str, Json], taken: set[str]
    ) -> Operation:
        # Additional operations are sent as they are written (OpenAPI 3.2, 4.8.2).
        named = method.upper() if method in METHODS else method
        key = f"{named} {path}"
        operation_id = str(raw.get("operationId") or _derived_id(method, path))
        if operation_id in taken:
            pointer = pointer_of(("paths", path, method, "operationId"))
            message = f"{operation_id!r} is used before"
            self.notices.append(Notice(self.file, pointer, "operation-id-repeated", message))
            operation_id = _derived_id(method, path)
        taken.add(operation_id)
        responses = raw.get("responses") or {}
        described = map(self._deref, responses.values())
        parameters = tuple(self._parameters(key, item, raw))
        in_path = {each.name for each in parameters if each.location == "path"}
        doubts, place = template_doubts(path, in_path), pointer_of(("paths", path, method))
        self.notices += (Notice(self.file, place, code, message) for code, message in doubts)
        parameters += tuple(undescribed(path, in_path))
        return Operation(
            key=key,
            id=operation_id,
            method=named,
            path=path,
            summary=str(raw.get("summary") or ""),
            parameters=parameters,
            request_body=self._request_body(key, raw.get("requestBody")),
            responses={each.key: each for each in self._responses(key, responses)},
            security=self._security(path, method, raw),
            links=tuple(name for each in described for name in each.get("links") or ()),
            callbacks=tuple(raw.get("callbacks") or ()),
            prefixes=self._prefixes(path, method, item, raw),
        )

    def _prefixes(self, path: str, method: str, item: Json, raw: Json) -> tuple[str, ...]:
        """The base paths of an operation with servers of its own; those of its path come next."""
        if raw.get("servers"):
            self._doubt_servers(raw["servers"], ("paths", path, method, "servers"))
            return paths_of(raw["servers"])
        self._doubt_servers(item.get("servers"), ("paths", path, "servers"))
        return paths_of(item.get("servers"))

    def _doubt_servers(self, servers: Json, place: tuple[str, ...]) -> None:
        for tokens, message in server_doubts(servers):
            notice = Notice(self.file, pointer_of((*place, *tokens)), "server-paths", message)
            if notice not in self.notices[-9:]:  # a path's servers are those of each of its methods
                self.notices.append(notice)

    def _parameters(self, key: str, item: Json, raw: Json) -> Iterator[Parameter]:
        merged: dict[tuple[str, str], Mapping[str, Json]] = {}
        for entry in [*(item.get("parameters") or ()), *(raw.get("parameters") or ())]:
            parameter = self._deref(entry)
            if isinstance(parameter.get("name"), str) and isinstance(parameter.get("in"), str):
                merged[parameter["name"], parameter["in"]] = parameter
        for (name, location), parameter in merged.items():
            if location == "header" and name.lower() in IGNORED_HEADERS:
                continue
            schema = parameter.get("schema")
            if schema is None and isinstance(parameter.get("content"), dict):
                media_type = self._deref(next(iter(parameter["content"].values()), {}))
                schema = media_type.get("schema")
            free = schema is None or schema is True or schema == {}
            schema_key = None if free else self.requests.add(f"{key} {location} {name}", schema)
            required = parameter.get("required") is True or location == "path"
            yield Parameter(name, location, required, schema_key, parameter)

    def _request_body(self, key: str, raw: Json) -> RequestBody | None:
        body = self._deref(raw)
        if not body:
            return None
        content = self._content(f"{key} body", body.get("content") or {}, self.requests)
        return RequestBody(body.get("required") is True, content)

    def _responses(self, key: str, raw: Json) -> Iterator[ResponseObject]:
        for raw_status, value in raw.items():
            status = str(raw_status)
            if status.startswith("x-"):
                continue
            response = self._deref(value)
            status = status.upper() if status != "default" else status
            here = f"{key} {status}"
            yield ResponseObject(
                key=status,
                description=str(response.get("description") or ""),
                content=self._content(here, response.get("content") or {}, self.responses),
                headers=tuple(self._headers(here, response.get("headers") or {})),
                source=str(response.get("x-emulator-source") or "documented"),
                augmented=response.get(MARK) is True,
            )

    def _content(
        self, key: str, content: Mapping[str, Json], collector: SchemaCollector
    ) -> tuple[MediaType, ...]:
        described = {name: self._deref(raw) for name, raw in content.items()}
        return tuple(
            MediaType(
                name=name,
                schema_key=_add(collector, f"{key} {name}", each.get("schema")),
                item_key=_add(collector, f"{key} {name} item", each.get("itemSchema")),
                sequence_key=_add(collector, f"{key} {name} all", of_all(name, each, self._deref)),
                examples=tuple(self._examples(each, name)),
                encodings=compile_encodings(f"{key} {name}", each, self._deref, collector),
            )
            for name, each in described.items()
        )

    def _examples(self, raw: Mapping[str, Json], media_type: str = "") -> Iterator[Example]:
        if "example" in raw:
            yield Example("example", raw["example"])
        named = raw.get("examples")
        for name, value in named.items() if isinstance(named, dict) else ():
            example = compile_example(name, self._deref(value), media_type)
            if example is not None:
                yield example

    def _headers(self, key: str, raw: Mapping[str, Json]) -> Iterator[HeaderObject]:
        for name, value in raw.items():
            header = self._deref(value)
            if name.lower() == "content-type":
                continue
            content = header.get("content")
            media_type, described = None, header
            if isinstance(content, dict) and content and "schema" not in header:
                media_type, described = next(iter(content.items()))
            schema_key = _add(self.responses, f"{key} header {name}", described.get("schema"))
            found = (*self._examples(described), *(self._examples(header) if media_type else ()))
            schema = described.get("schema")
            told = schema if isinstance(schema, dict) else {}
            texts = [(e.value, (e.content or b"").decode(errors="replace")) for e in found]
            if media_type is None and not f"{texts}{told.get('const')}{told.get('enum')}".isascii():
                # In words: where it stands may be a component that others share.
                message = f"{key} has header {name} with a value that is not ASCII: {_NOT_ASCII}"
                self.notices.append(Notice(self.file, "/paths", "header-not-ascii", message))
            yield HeaderObject(
                name=name,
                required=header.get("required") is True,
                schema_key=schema_key,
                examples=found,
                media_type=media_type,
                explode=header.get("explode") is True,
            )

    def _security(self, path: str, method: str, raw: Json) -> SecurityRequirement:
        if "security" not in raw:
            return self.security
        return self.requirements.compile(raw["security"], ("paths", path, method, "security"))

    def _deref(self, raw: Json) -> Mapping[str, Json]:
        """The object itself, behind any `$ref`s; {} where there is none."""
        try:
            found = follow(self.document, raw)
        except KeyError:
            return {}
        return found if isinstance(found, dict) else {}


def _add(collector: SchemaCollector, key: str, schema: Json) -> str | None:
    return None if schema is None else collector.add(key, schema)


def _methods(item: Mapping[str, Json]) -> Iterator[tuple[str, Mapping[str, Json]]]:
    for method in METHODS:
        if isinstance(item.get(method), dict):
            yield method, item[method]
    additional = item.get("additionalOperations")
    for method, raw in additional.items() if isinstance(additional, dict) else ():
        if isinstance(raw, dict):
            yield method, raw


def _derived_id(method: str, path: str) -> str:
    """`GET /pets/{id}` → `get-pets-id`: readable, a valid folder name, unique like the path."""
    return "-".join([method.lower(), *re.findall(r"[A-Za-z0-9_.]+", path)])
