"""Requests and verdicts made from a document alone, without the code under test.

The document is read with PyYAML, requests are built from its examples, and answers are judged as
`emulator coverage` judges them, by `jsonschema`: what the emulator's own parser, generator or
validator gets wrong shows here.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import httpx

from emulator.contract.coverage.second_validator import SecondValidator
from tests.support.paths import ROOT
from tests.support.yaml_files import read_yaml

SERVICES = ("paragon", "composio", "agentflow")


@dataclass(frozen=True)
class Call:
    """A request in parts, so that single values can be replaced."""

    method: str
    path: str
    parameters: Mapping[str, Mapping[str, Any]]
    credential: tuple[str, str]
    body: Any = None

    def with_value(self, location: str, name: str, value: Any) -> "Call":
        """The same call with one value replaced; `name` is a pointer in bodies."""
        if location == "credential":
            header, sent = self.credential
            scheme = sent.rpartition(" ")[0]
            return replace(self, credential=(header, f"{scheme} {value}".strip()))
        if location == "body":
            return replace(self, body=_placed(self.body, name.split("/")[1:], value))
        changed = {**self.parameters.get(location, {}), name: value}
        return replace(self, parameters={**self.parameters, location: changed})

    def send(self, client: httpx.Client, **headers: str) -> httpx.Response:
        """Send it; keyword arguments are further headers."""
        path = self.path
        for name, value in self.parameters.get("path", {}).items():
            path = path.replace("{" + name + "}", quote(str(value), safe=""))
        query = {name: _text(value) for name, value in self.parameters.get("query", {}).items()}
        own = {name: _text(value) for name, value in self.parameters.get("header", {}).items()}
        sent = dict([self.credential]) | own | headers
        return client.request(self.method, path, params=query or None, headers=sent, json=self.body)


@dataclass(frozen=True)
class Operation:
    """One operation of a document, with a valid call made of its examples.

    `ids` are the path parameters that any word would do for.
    """

    api: str
    id: str
    call: Call
    responses: Mapping[str, Any]
    pointer: str
    document: "Document" = field(repr=False)
    ids: tuple[str, ...] = ()

    @property
    def statuses(self) -> tuple[int, ...]:
        """Every documented status."""
        return tuple(int(status) for status in self.responses)

    @property
    def success(self) -> int:
        """The lowest documented status."""
        return min(self.statuses)

    def complaints(self, answer: httpx.Response) -> list[str]:
        """Everything the document finds wrong with this answer, judged by `jsonschema`."""
        return self.document.validator.complaints(self.pointer, answer)


@dataclass(frozen=True)
class Document:
    """A document as written, in one file or several: by URI, every `$ref` written out in full."""

    files: Mapping[str, Any]

    def follow(self, value: Any, pointer: str = "") -> tuple[str, Any]:
        """(URI with pointer, value) behind `$ref`s."""
        while "$ref" in value:
            pointer = value["$ref"]
            uri, _, path = pointer.partition("#")
            value = self.files[uri]
            for part in path.split("/")[1:]:
                value = value[part.replace("~1", "/").replace("~0", "~")]
        return pointer, value

    @cached_property
    def validator(self) -> SecondValidator:
        """The product's judge, on these files."""
        return SecondValidator(self.files)


@cache
def operations(api: str) -> tuple[Operation, ...]:
    """Every operation of a built-in service, with the state file's credential that it asks for."""
    return tuple(_operations(api))


def _operations(api: str) -> Iterator[Operation]:
    root = (ROOT / "specs" / f"{api}.yaml").as_uri()
    document = Document(dict(_files(root, set())))
    raw = document.files[root]
    prefix = urlsplit(raw["servers"][0]["url"]).path
    credentials = read_yaml(ROOT / "fixtures" / api / "state.yaml")["credentials"]
    for path, entry in raw["paths"].items():
        pointer, item = document.follow(entry, f"{root}#/paths/{path.replace('/', '~1')}")
        for method in ("get", "post", "put", "patch", "delete"):
            if method not in item:
                continue
            operation = item[method]
            entries = [*item.get("parameters", ()), *operation.get("parameters", ())]
            parameters: dict[str, dict[str, Any]] = {}
            ids = []
            for entry in entries:
                _, parameter = document.follow(entry)
                name = (
                    parameter["name"].lower() if parameter["in"] == "header" else parameter["name"]
                )
                if "example" in parameter:
                    parameters.setdefault(parameter["in"], {})[name] = parameter["example"]
                _, schema = document.follow(parameter.get("schema", {}))
                if parameter["in"] == "path" and not {"enum", "format"} & set(schema):
                    ids.append(name)
            _, body = document.follow(operation.get("requestBody", {}))
            call = Call(
                method.upper(),
                prefix + path,
                parameters,
                _credential(credentials, raw, operation.get("security") or raw["security"]),
                _first_example(body),
            )
            yield Operation(
                api,
                operation["operationId"],
                call,
                operation["responses"],
                f"{pointer}/{method}",
                document,
                tuple(ids),
            )


def _placed(body: Any, parts: list[str], value: Any) -> Any:
    """A copy of a body with the value at a pointer."""
    if not parts:
        return value
    if isinstance(body, list):
        return [*body[: int(parts[0])], _placed(None, parts[1:], value)]
    return {**(body or {}), parts[0]: _placed((body or {}).get(parts[0]), parts[1:], value)}


def _files(uri: str, seen: set[str]) -> Iterator[tuple[str, Any]]:
    """The file at a URI, and all that it refers to."""
    seen.add(uri)
    raw = read_yaml(Path(urlsplit(uri).path))
    referred: list[str] = []
    yield uri, _written_out(raw, uri, referred)
    for other in referred:
        if other not in seen:
            yield from _files(other, seen)


def _written_out(value: Any, uri: str, referred: list[str]) -> Any:
    """A copy whose `$ref`s are whole URIs; the files they name are put into `referred`."""
    if isinstance(value, list):
        return [_written_out(each, uri, referred) for each in value]
    if not isinstance(value, dict):
        return value
    copy = {name: _written_out(each, uri, referred) for name, each in value.items()}
    if isinstance(copy.get("$ref"), str):
        copy["$ref"] = urljoin(uri, copy["$ref"])
        referred.append(copy["$ref"].partition("#")[0])
    return copy


def _credential(
    credentials: list[Any], raw: Mapping[str, Any], security: list[Mapping[str, Any]]
) -> tuple[str, str]:
    """(header, value) with the state file's first credential of a scheme that will do."""
    schemes = {name for requirement in security for name in requirement}
    known = next(each for each in credentials if each["scheme"] in schemes)
    scheme = raw["components"]["securitySchemes"][known["scheme"]]
    if scheme["type"] == "apiKey":
        return scheme["name"], known["value"]
    return "Authorization", f"Bearer {known['value']}"


def _first_example(body: Mapping[str, Any]) -> Any:
    if not body:
        return None
    content = body["content"]["application/json"]
    if "example" in content:
        return content["example"]
    return next(iter(content["examples"].values()))["value"]


def _text(value: Any) -> str:
    """A parameter's value in style form or simple, not exploded."""
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return value if isinstance(value, str) else json.dumps(value)
