"""Requests every documented response from the emulator, and validates each a second time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import httpx

from emulator.contract.coverage.items import CoverageItem, ItemResult, items_of
from emulator.contract.coverage.requests import preferences, requests_for, with_trigger
from emulator.contract.coverage.second_validator import SecondValidator
from emulator.mock.exchange import Service
from emulator.openapi.document.fields import METHODS
from emulator.openapi.document.model import Operation
from emulator.openapi.requests.make import UnmakeableError
from emulator.openapi.requests.parts import RequestParts
from emulator.schema.pointers import escape

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
        headers, query = preferences(item, dynamic=dynamic)
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


def _pointer(operation: Operation) -> str:
    method = operation.method.lower()
    last = method if method in METHODS else f"additionalOperations/{operation.method}"
    return f"{_URI}#/paths/{escape(operation.path).replace('%', '%25')}/{last}"
