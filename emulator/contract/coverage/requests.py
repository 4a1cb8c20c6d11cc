"""Requests for documented responses: valid ones, and what chooses each response."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import urlencode

from emulator.contract.coverage.items import CoverageItem
from emulator.fixtures.triggers import TriggerCondition
from emulator.http.messages import Json
from emulator.openapi.document.model import Api, Operation
from emulator.openapi.requests.make import USUAL, Extent, RequestMaker, examples_of
from emulator.openapi.requests.parts import RequestParts
from emulator.schema.pointers import parts_of


def requests_for(api: Api, operation: Operation) -> Iterator[RequestParts]:
    """Valid requests, the most telling first; raises UnmakeableError where there is none."""
    maker = RequestMaker(api, operation)
    for parts in maker.alternatives("", USUAL):
        yield _with_examples(parts)
    yield from maker.alternatives("", USUAL)
    yield from maker.alternatives("", Extent(body=False, example=None))


def with_trigger(parts: RequestParts, conditions: Iterable[TriggerCondition]) -> RequestParts:
    """The request with a trigger's values in their places."""
    for condition in conditions:
        value = condition.equals
        if condition.location == "credential":
            own = tuple((scheme, str(value)) for scheme, _ in parts.credentials)
            parts = replace(parts, credentials=own)
        elif condition.location == "body":
            parts = parts.with_body(_placed(parts.body, parts_of(condition.name), value))
        else:
            parts = parts.with_parameter(condition.location, condition.name, value)
    return parts


def _with_examples(parts: RequestParts) -> RequestParts:
    """The request with each optional parameter whose example leaves it valid."""
    for parameter in parts.operation.parameters:
        for example in examples_of(parameter) if not parameter.required else ():
            more = parts.with_parameter(parameter.location, parameter.name, example)
            if more.is_valid:
                parts = more
                break
    return parts


def _placed(body: Json, parts: list[str], value: Json) -> Json:
    """A copy of a body with the value at a pointer."""
    if not parts:
        return value
    if isinstance(body, list):
        return [*body[: int(parts[0])], _placed(None, parts[1:], value)]
    own = body if isinstance(body, dict) else {}
    return {**own, parts[0]: _placed(own.get(parts[0]), parts[1:], value)}


def preferences(item: CoverageItem, *, dynamic: bool) -> tuple[Mapping[str, str], str]:
    """Headers and query that choose an item; none for a trigger, which needs no preference."""
    if item.trigger:
        return {}, ""
    name = item.example.partition(".")[2]
    if not name.isascii():
        return {}, urlencode({"__code": item.code, "__example": name})
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    prefer = f"code={item.code}" + (f', example="{quoted}"' if name else "")
    prefer += ", dynamic=true" if dynamic else ""
    accepts = item.media_type is not None and not name and "*" not in item.media_type
    return {"prefer": prefer} | ({"accept": item.media_type or ""} if accepts else {}), ""
