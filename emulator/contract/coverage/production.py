"""Asking the emulator for every documented answer, and what the second validator says of each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import httpx

from emulator.contract.coverage.cases import Case, Produced, cases_of
from emulator.contract.coverage.judge import Answer, Judge
from emulator.contract.coverage.requests import requests_for, with_trigger
from emulator.http.media_types import base_type, matches
from emulator.mock.exchange import Service
from emulator.openapi.document.compile import METHODS
from emulator.openapi.document.model import Operation
from emulator.openapi.requests.make import UnmakeableError
from emulator.openapi.requests.parts import RequestParts
from emulator.schema.pointers import escape

_URI = "file:///document"
_MOST = 120  # characters of a refusal that are told


@dataclass(frozen=True, slots=True)
class Production:
    """Asks for the cases of one service, with a client of an emulator that serves it.

    `credentials` are pairs of security scheme and value.
    """

    service: Service
    client: httpx.Client
    credentials: tuple[tuple[str, str], ...]
    judge: Judge

    def cases(self) -> Iterator[Produced]:
        """Every case with what came of it, operation by operation, each in a scope of its own."""
        for number, operation in enumerate(self.service.api.operations):
            scope = f"coverage-{number}"
            cases = list(cases_of(self.service, operation))
            request, obstacle = self._taken(operation, cases, scope)
            for case in cases:
                if request is None:
                    yield Produced(case, False, obstacle)
                elif case.code < 200:
                    yield Produced(case, False, "an informational status is no final answer")
                else:
                    yield self._case(operation, case, request, scope)

    def _taken(
        self, operation: Operation, cases: list[Case], scope: str
    ) -> tuple[RequestParts | None, str]:
        """A request that the emulator takes, or why it refuses all that were made."""
        obstacle = ""
        wish = Case("", "", "", "", max([200, *(case.code for case in cases[:1])]))
        try:
            for parts in requests_for(self.service.api, operation):
                request = replace(parts, credentials=self.credentials)
                try:
                    answer = self._ask(request, scope, wish)
                except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                    obstacle = obstacle or f"no request could be made: {error!r:.{_MOST}}"
                    continue
                asked = answer.headers.get("emulator-operation", operation.id)
                if asked != operation.id:
                    return None, f"another operation answers at this path: {asked}"
                if answer.headers.get("emulator-rule") != "refusal":
                    return request, ""
                obstacle = obstacle or f"no valid request was found: {answer.text:.{_MOST}}"
        except UnmakeableError as error:
            obstacle = obstacle or f"no request could be made: {error}"
        return None, obstacle

    def _case(
        self, operation: Operation, case: Case, request: RequestParts, scope: str
    ) -> Produced:
        for trigger in self.service.fixtures.triggers if case.trigger else ():
            if trigger.name == case.trigger:
                request = with_trigger(request, trigger.when)
        reason = ""
        # What is stored is of one media type; the others are generated.
        for dynamic in (False, True) if case.kind == "answer" else (False,):
            try:
                answer = self._ask(request, scope, case, dynamic=dynamic)
            except httpx.HTTPError as error:
                return Produced(case, False, f"no answer came: {error!r:.{_MOST}}")
            wrong = self._reason(operation, case, answer)
            if not wrong:
                return Produced(case, True, "", answer.headers.get("emulator-source", ""))
            reason = reason or wrong
        return Produced(case, False, reason)

    def _reason(self, operation: Operation, case: Case, answer: httpx.Response) -> str:
        """Why an answer is not the one wanted, or not valid; empty where it is both."""
        if answer.status_code != case.code:
            problem = answer.headers.get("emulator-problem", "")
            return f"answered with {answer.status_code}" + (f" ({problem})" if problem else "")
        sent = answer.headers.get("content-type", "")
        if case.media_type is not None and answer.content and not _is(case.media_type, sent):
            return f"answered as {sent or 'nothing'}"
        if case.trigger and answer.headers.get("emulator-rule") != "trigger":
            return f"chosen by {answer.headers.get('emulator-rule')}, not by the trigger"
        headers = tuple((name.lower(), value) for name, value in answer.headers.multi_items())
        judged = Answer(answer.status_code, headers, answer.content, operation.method)
        return "; ".join(self.judge.complaints(_pointer(operation), judged))

    def _ask(
        self, parts: RequestParts, scope: str, case: Case, *, dynamic: bool = False
    ) -> httpx.Response:
        headers, query = _wishes(case, dynamic=dynamic)
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


def judge_of(service: Service) -> Judge:
    """The judge of a service's answers."""
    return Judge({_URI: service.api.document})


def _wishes(case: Case, *, dynamic: bool) -> tuple[Mapping[str, str], str]:
    """Headers and query that ask for a case; none for a trigger, which needs no wish."""
    if case.trigger:
        return {}, ""
    name = case.example.partition(".")[2]
    if not name.isascii():
        return {}, urlencode({"__code": case.code, "__example": name})
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    prefer = f"code={case.code}" + (f', example="{quoted}"' if name else "")
    prefer += ", dynamic=true" if dynamic else ""
    accepts = case.media_type is not None and not name and "*" not in case.media_type
    return {"prefer": prefer} | ({"accept": case.media_type or ""} if accepts else {}), ""


def _is(documented: str, sent: str) -> bool:
    """Whether a Content-Type is the one documented, or one of the range."""
    return matches(documented, sent) or base_type(documented) == base_type(sent)


def _pointer(operation: Operation) -> str:
    method = operation.method.lower()
    last = method if method in METHODS else f"additionalOperations/{operation.method}"
    return f"{_URI}#/paths/{escape(operation.path).replace('%', '%25')}/{last}"
