"""A check whose valid requests are turned away is none, and says whom it could not check."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from emulator.contract.check.acceptance import AnsweredRequest, acceptance_of
from emulator.contract.check.findings import CheckOptions, ExitCode, Finding
from emulator.contract.check.run import check
from emulator.openapi.document.compile import compile_api
from tests.support.pets import Answer, Asked, Pets, refused, target


def _operation(*statuses: str, security: bool = True) -> dict[str, Any]:
    said: dict[str, Any] = {"security": [{"key": []}]} if security else {}
    return {"responses": {status: {"description": "said"} for status in statuses}, **said}


def _body(member: str) -> dict[str, Any]:
    schema = {"allOf": [{"properties": {member: {"type": "string"}}}]}
    return {"requestBody": {"content": {"application/json": {"schema": schema}}}}


API = compile_api(
    "t",
    "t.yaml",
    {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "servers": [{"url": "/api/v1"}],
        "paths": {
            "/a": {"get": _operation("200", "401")},
            "/b": {"get": _operation("200")},
            "/c/{id}": {"get": _operation("200", "404")},
            "/never": {"get": _operation("410")},
            "/busy": {"get": _operation("200", "409")},
            "/moved": {"get": _operation("302", security=False)},
            "/cached": {"get": _operation("200", "304")},
            "/new": {"post": _operation("201") | _body("name")},
            "/order": {"post": _operation("201") | _body("petId")},
        },
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "query", "name": "k"}}},
    },
)
A, B, C = "GET /a", "GET /b", "GET /c/{id}"
LOGIN = "the credentials are missing or not accepted (--auth, --header)"
MAY = "the credentials may not do that (--auth, --header)"
RATE = "the server limits the rate (--rate)"
MOVED = "redirected: to a login (--auth, --header), or to another address (--against)?"
BELOW = (
    "is the base path of --against right? requests went below http://x.test/v2; "
    "the document's is /api/v1"
)

#: What was answered, and what is an error, or only a note.
RUNS: Mapping[str, tuple[Sequence[tuple[str, int, int]], tuple[str, ...], tuple[str, ...]]] = {
    "all accepted": ([(A, 200, 3), (B, 204, 1), ("GET /moved", 302, 1)], (), ()),
    "401 to everything": (
        [(A, 401, 3), (B, 401, 1)],
        (f"never accepted: {A}, {B} (401 to all 4 valid requests): {LOGIN}",),
        (),
    ),
    "401 to one operation": (
        [(A, 200, 3), (B, 401, 1)],
        (f"never accepted: {B} (401 to the one valid request): {LOGIN}",),
        (),
    ),
    "403 to one operation": (
        [(A, 200, 1), (B, 403, 2)],
        (f"never accepted: {B} (403 to all 2 valid requests): {MAY}",),
        (),
    ),
    "429 to everything": (
        [(A, 429, 3)],
        (f"never accepted: {A} (429 to all 3 valid requests): {RATE}",),
        (),
    ),
    "404 to everything": (
        [(A, 404, 1), (C, 404, 1)],
        (f"never accepted: {A}, {C} (404 to all 2 valid requests): {BELOW}",),
        (),
    ),
    "404 to made-up ids": (
        [(A, 200, 1), (C, 404, 2)],
        (),
        (f"never accepted: {C} (404 to all 2 valid requests): nothing fitting was there",),
    ),
    "409 to what is in no such state": (
        [(A, 200, 1), (C, 404, 1), (C, 409, 1)],
        (),
        (f"never accepted: {C} (404 or 409 to all 2 valid requests): nothing fitting was there",),
    ),
    "404 to what has no id": (
        [(A, 200, 1), (B, 404, 2)],
        (f"never accepted: {B} (404 to all 2 valid requests): {BELOW}",),
        (),
    ),
    "several statuses": (
        [(A, 409, 1), (A, 406, 1)],
        (f"never accepted: {A} (406 or 409 to all 2 valid requests)",),
        (),
    ),
    "an operation that only refuses": ([(A, 200, 1), ("GET /never", 410, 3)], (), ()),
    "409 that is documented": (
        [(A, 200, 1), ("GET /busy", 409, 2)],
        (),
        ("never accepted: GET /busy (409 to all 2 valid requests): nothing fitting was there",),
    ),
    "what is found is not said twice": ([(A, 200, 1), (B, 500, 3)], (), ()),
    "a token that expires": (
        [(A, 200, 2), (B, 200, 2), (A, 401, 3), (B, 401, 3)],
        (f"no longer accepted: {A}, {B} (401 since): {LOGIN}",),
        (),
    ),
    "a rate that is used up": (
        [(A, 200, 2), (A, 429, 9)],
        (f"no longer accepted: {A} (429 since): {RATE}",),
        (),
    ),
    "rights that are withdrawn": (
        [(A, 200, 2), (B, 200, 2), (A, 403, 6), ("GET /moved", 302, 2), (B, 403, 6)],
        (f"no longer accepted: {A}, {B} (403 since): {MAY}",),
        (),
    ),
    "what belongs to others": ([(A, 200, 2), (C, 200, 1), (C, 403, 20), (B, 200, 1)], (), ()),
    "a login instead of everything": (
        [(A, 302, 2), (B, 303, 1), ("GET /cached", 304, 1), ("GET /moved", 302, 1)],
        (
            f"never accepted: {A} (302 to all 2 valid requests): {MOVED}",
            f"never accepted: {B} (303 to the one valid request): {MOVED}",
        ),
        (),
    ),
    "a login instead of what was accepted": (
        [(A, 200, 5), (A, 302, 3)],
        (f"no longer accepted: {A} (302 since): {MOVED}",),
        (),
    ),
    "a token that expires here and there": (
        [(A, 200, 5), *[(A, 401, 1), (A, 403, 1)] * 3],
        (f"no longer accepted: {A} (401 or 403 since): {LOGIN}",),
        (),
    ),
    "a token that expires on two of three": (
        [(A, 200, 5), *[(A, 401, 2), (A, 200, 1)] * 4],
        (f"no longer accepted: {A} (401 since): {LOGIN}",),
        (),
    ),
    "404 to what names nothing": (
        [(A, 200, 1), ("POST /new", 404, 2)],
        (f"never accepted: POST /new (404 to all 2 valid requests): {BELOW}",),
        (),
    ),
    "404 to what names another": (
        [(A, 200, 1), ("POST /order", 404, 2)],
        (),
        ("never accepted: POST /order (404 to all 2 valid requests): nothing fitting was there",),
    ),
    "409 to what there is already": (
        [(A, 200, 1), ("POST /new", 409, 2)],
        (),
        ("never accepted: POST /new (409 to all 2 valid requests): nothing fitting was there",),
    ),
    "a bad moment": ([(A, 200, 2), (A, 401, 2), (A, 200, 1), (A, 401, 2)], (), ()),
}


@pytest.mark.parametrize("name", RUNS)
def test_acceptance(name: str) -> None:
    answers, errors, notes = RUNS[name]
    requests = [AnsweredRequest(key, code) for key, code, times in answers for _ in range(times)]
    told = [Finding(B, "not_a_server_error", "", "", 500, "", "", "")]
    found = acceptance_of(
        requests, API, told * (name.startswith("what is found")), "http://x.test/v2"
    )
    assert (found.errors, found.notes) == (errors, notes)


def test_rights_that_are_withdrawn_where_the_document_asks_for_none() -> None:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {path: {"get": _operation("200", security=False)} for path in ("/a", "/b")},
    }
    statuses = [(A, 200), (B, 200), *[(A, 403), (B, 403)] * 5]
    found = acceptance_of(
        [AnsweredRequest(*each) for each in statuses], compile_api("t", "t.yaml", document), (), ""
    )
    assert found.errors == (f"no longer accepted: {A}, {B} (403 since): {MAY}",)


def test_statuses_that_an_operation_says_it_refuses_with_are_no_error() -> None:
    requests = [AnsweredRequest(A, 200), AnsweredRequest(B, 422)]
    refuses = {API.operations[1].id: (422,)}
    assert acceptance_of(requests, API, (), "", refuses).errors == ()
    assert acceptance_of(requests, API, (), "", {}).errors != ()


class TurnsAway(Pets):
    """Answers one status from the given request on."""

    def __init__(self, status: int, after: int = 0) -> None:
        super().__init__()
        self.status, self.after = status, after

    async def answer(self, asked: Asked) -> Answer:
        if len(self.seen) > self.after:
            return refused(self.status, "no")
        return await super().answer(asked)


@pytest.mark.parametrize(
    ("app", "said"),
    [
        (TurnsAway(401), "never accepted: POST /pets, "),
        (TurnsAway(404), "never accepted: POST /pets, "),
        (TurnsAway(429), "never accepted: POST /pets, "),
        (TurnsAway(401, after=120), "no longer accepted: "),
    ],
    ids=["401", "404", "429", "expired"],
)
def test_server_that_turns_everything_away_is_not_checked(app: Pets, said: str) -> None:
    options = CheckOptions(max_examples=1, phases=("behaviour", "coverage"))
    result = check(target(app), options, lambda _: None)
    assert result.exit_code is ExitCode.NOT_RUN
    assert result.errors[-1].startswith(said)


def test_check_that_a_budget_cut_short_is_not_fine() -> None:
    options = CheckOptions(phases=("coverage",), max_requests=60)
    result = check(target(Pets()), options, lambda _: None)
    assert (result.findings, result.exit_code) == ((), ExitCode.NOT_RUN)
    assert result.untested
    found = replace(result, findings=(Finding(B, "c", "", "", 500, "", "", ""),))
    assert found.exit_code is ExitCode.FINDINGS
