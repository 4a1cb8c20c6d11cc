"""Requests every documented response from the emulator, and validates each a second time."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

import httpx

from emulator.contract.coverage.items import CoverageItem, ItemResult, items_of
from emulator.contract.coverage.second_validator import SecondValidator
from emulator.fixtures.triggers import TriggerCondition
from emulator.http.messages import Json
from emulator.mock.exchange import Service
from emulator.openapi.document.fields import METHODS
from emulator.openapi.document.model import Api, Operation
from emulator.openapi.requests.make import (
    USUAL,
    Extent,
    RequestMaker,
    UnmakeableError,
    examples_of,
)
from emulator.openapi.requests.parts import RequestParts
from emulator.schema.pointers import escape, parts_of

_URI = "file:///document"
_MOST = 120  # characters of a rejection that are reported


@dataclass(frozen=True)
class CoverageRun:
    """Requests the items of one service with a client of an emulator that serves it.

    `credentials` are pairs of security scheme and value.
    """

    service: Service
    client: httpx.Client
    credentials: tuple[tuple[str, str], ...]

    @cached_property
    def _validator(self) -> SecondValidator:
        return SecondValidator({_URI: self.service.api.document})

    def items(self) -> Iterator[ItemResult]:
        """The result of every item, operation by operation, each in a scope of its own."""
        for number, operation in enumerate(self.service.api.operations):
            scope = f"coverage-{number}"
            items = list(items_of(self.service, operation))
            request, obstacle = self._accepted(operation, items, scope)
            for item in items:
                if request is None:
                    yield ItemResult(item, False, obstacle)
                elif item.code < 200:
                    yield ItemResult(item, False, "an informational status is no final answer")
                else:
                    yield self._item(operation, item, request, scope)

    def _accepted(
        self, operation: Operation, items: list[CoverageItem], scope: str
    ) -> tuple[RequestParts | None, str]:
        """A request that the emulator accepts, or why it rejects all that were made."""
        obstacle = ""
        wanted = CoverageItem("", "", "", "", max([200, *(item.code for item in items[:1])]))
        try:
            for parts in requests_for(self.service.api, operation):
                request = replace(parts, credentials=self.credentials)
                try:
                    response = self._send(request, scope, wanted)
                except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                    obstacle = obstacle or f"no request could be made: {error!r:.{_MOST}}"
                    continue
                answered_by = response.headers.get("emulator-operation", operation.id)
                if answered_by != operation.id:
                    return None, f"another operation answers at this path: {answered_by}"
                if response.headers.get("emulator-rule") != "refusal":
                    return request, ""
                obstacle = obstacle or f"no valid request was found: {response.text:.{_MOST}}"
        except UnmakeableError as error:
            obstacle = obstacle or f"no request could be made: {error}"
        return None, obstacle

    def _item(
        self, operation: Operation, item: CoverageItem, request: RequestParts, scope: str
    ) -> ItemResult:
        for trigger in self.service.fixtures.triggers if item.trigger else ():
            if trigger.name == item.trigger:
                request = with_trigger(request, trigger.when)
        reason = ""
        # What is stored is of one media type; the others are generated.
        for dynamic in (False, True) if item.kind == "answer" else (False,):
            try:
                response = self._send(request, scope, item, dynamic=dynamic)
            except httpx.HTTPError as error:
                return ItemResult(item, False, f"no answer came: {error!r:.{_MOST}}")
            wrong = self._reason(operation, item, response)
            if not wrong:
                return ItemResult(item, True, "", response.headers.get("emulator-source", ""))
            reason = reason or wrong
        return ItemResult(item, False, reason)

    def _reason(self, operation: Operation, item: CoverageItem, response: httpx.Response) -> str:
        """Why a response is not the one wanted, or not valid; empty where it is both."""
        if response.status_code != item.code:
            problem = response.headers.get("emulator-problem", "")
            return f"answered with {response.status_code}" + (f" ({problem})" if problem else "")
        sent = response.headers.get("content-type", "")
        if response.content and not item.has_type(sent):
            return f"answered as {sent or 'nothing'}"
        if item.trigger and response.headers.get("emulator-rule") != "trigger":
            return f"chosen by {response.headers.get('emulator-rule')}, not by the trigger"
        return "; ".join(self._validator.complaints(_pointer(operation), response))

    def _send(
        self, parts: RequestParts, scope: str, item: CoverageItem, *, dynamic: bool = False
    ) -> httpx.Response:
        headers, query = _preferences(item, dynamic=dynamic)
        request = parts.request(self.service.api.prefixes[0])
        target = request.target
        if query:
            target += ("&" if "?" in target else "?") + query
        fields = {**dict(request.headers), **headers, "emulator-scope": scope}
        return self.client.request(
            request.method,
            self.client.base_url.copy_with(raw_path=target.encode()),
            headers=[(name.encode(), value.encode("latin-1")) for name, value in fields.items()],
            content=request.body,
        )


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


def _preferences(item: CoverageItem, *, dynamic: bool) -> tuple[Mapping[str, str], str]:
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


def _pointer(operation: Operation) -> str:
    method = operation.method.lower()
    last = method if method in METHODS else f"additionalOperations/{operation.method}"
    return f"{_URI}#/paths/{escape(operation.path).replace('%', '%25')}/{last}"
