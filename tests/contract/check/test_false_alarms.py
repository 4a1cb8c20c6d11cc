"""What is no defect is no finding, however odd; what is one is blamed for the right reason."""

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from emulator.contract.check.findings import CheckOptions, CheckResult, Target
from emulator.contract.check.run import check

Message = MutableMapping[str, Any]
#: The status to a method, its header fields, query and body.
Answers = Callable[[str, Mapping[str, str], str, bytes], int]


@dataclass
class Server:
    """Answers with a status of `answers` and problem details, or a thing; it remembers its keys."""

    answers: Answers
    keys: list[str | None] = field(default_factory=list)

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            return
        body = (await receive()).get("body", b"")
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        status = self.answers(scope["method"], headers, scope["query_string"].decode(), body)
        if scope["method"] not in ("GET", "POST"):
            status = 405
        if status < 300:
            self.keys.append(headers.get("idempotency-key"))
        kind = b"application/json" if status < 300 else b"application/problem+json"
        fields = [(b"content-type", kind), (b"allow", b"GET, POST")]
        data = json.dumps({} if status < 300 else {"status": status, "title": "no"}).encode()
        await send({"type": "http.response.start", "status": status, "headers": fields})
        await send({"type": "http.response.body", "body": data})


def _document(*parameters: Any, post: bool = False, **more: Any) -> dict[str, Any]:
    problem = {"content": {"application/problem+json": {}}, "description": "no"}
    thing = {"content": {"application/json": {}}, "description": "a thing"}
    responses = {"200": thing, "default": problem}
    operation = {"parameters": [*parameters], "responses": responses, **more}
    paths = {"/things": {"post" if post else "get": operation}}
    key = {"type": "apiKey", "in": "header", "name": "x-key"}
    return {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": paths,
        "components": {"securitySchemes": {"key": key}},
    }


def _parameter(name: str, location: str = "query", **schema: Any) -> dict[str, Any]:
    required = location == "header"
    return {"name": name, "in": location, "required": required, "schema": schema}


NUMBER = _parameter("n", type="integer", minimum=1, maximum=9)
JSON = "application/json"
TEXT = _parameter("q", type="string")
MATCH = _parameter("If-Match", "header", type="string", minLength=1)
RANGE = _parameter("Range", "header", type="string", minLength=1)
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {"name": {"type": "string"}},
                }
            }
        },
    }
}
LOGIN: dict[str, Any] = {"security": [{"key": []}]}


def _valid(query: str) -> bool:
    return query in ("", *(f"n={number}" for number in range(1, 10)))


def _refusing(status: int) -> Answers:
    return lambda _, __, query, ___: 200 if _valid(query) else status


def _named(body: bytes) -> bool:
    try:
        sent = json.loads(body)
    except ValueError:
        return False
    return isinstance(sent, dict) and isinstance(sent.get("name"), str)


def _locked(opens: bool) -> Answers:
    def answers(_: str, headers: Mapping[str, str], __: str, body: bytes) -> int:
        if not opens and _named(body) and "x-key" not in headers:
            return 401
        return 200 if _named(body) else 422 if headers.get("content-type") == JSON else 415

    return answers


NOTHING: set[tuple[str, str]] = set()

CASES: Mapping[str, tuple[dict[str, Any], Answers, set[tuple[str, str]]]] = {
    "a condition that fails": (_document(MATCH), lambda *_: 412, set()),
    "a range that is not there": (_document(RANGE), lambda *_: 416, set()),
    "all of it is gone": (_document(), lambda *_: 410, set()),
    "412 without a condition": (
        _document(),
        lambda *_: 412,
        {("positive_data_acceptance", "Schema-valid request rejected")},
    ),
    **{
        f"{status} to what is invalid": (_document(NUMBER), _refusing(status), NOTHING)
        for status in (412, 414, 451)
    },
    "any text fails": (
        _document(TEXT),
        lambda _, __, query, ___: 500 if "q=" in query else 200,
        {("odd_input", "500 on any text in query q")},
    ),
    "odd text fails": (
        _document(TEXT),
        lambda _, __, query, ___: 500 if "%27" in query or "'" in query else 200,
        {("odd_input", "500 on odd text in query q")},
    ),
    "text is not implemented": (
        _document(TEXT),
        lambda _, __, query, ___: 501 if "q=" in query else 200,
        set(),
    ),
    "nobody has to log in": (
        _document(post=True, **BODY, **LOGIN),
        _locked(True),
        {("negative_data_rejection", "Schema-violating request accepted")},  # without the key
    ),
    "the body is read first": (
        _document(post=True, **BODY, **LOGIN),
        _locked(False),
        {("authentication_first", "A request is validated before its credentials")},
    ),
}
WATCHED = {
    "odd_input",
    "authentication_first",
    "positive_data_acceptance",
    "negative_data_rejection",
}


def checked(document: dict[str, Any], server: Server) -> CheckResult:
    target = Target("t", document, app=server, credentials=(("key", "s3cret-key"),))
    options = CheckOptions(max_examples=1, phases=("behaviour", "coverage"))
    return check(target, options, lambda _: None)


@pytest.mark.parametrize("name", CASES)
def test_blame(name: str) -> None:
    document, answers, expected = CASES[name]
    result = checked(document, Server(answers))
    found = {(each.check, each.title) for each in result.findings if each.check in WATCHED}
    assert found == expected


@pytest.mark.parametrize(
    ("schema", "fresh"),
    [
        ({"type": "string"}, True),
        ({"type": "string", "format": "uuid"}, True),
        ({"type": "string", "maxLength": 8}, False),
    ],
    ids=["text", "uuid", "too short for one"],
)
def test_each_request_has_a_key_of_its_own(schema: Any, fresh: bool) -> None:
    document = _document(_parameter("Idempotency-Key", "header", **schema), post=True, **BODY)
    server = Server(lambda *_: 200)
    options = CheckOptions(max_examples=5, phases=("coverage", "fuzzing"))
    check(Target("t", document, app=server), options, lambda _: None)
    keys = [key for key in server.keys if key and len(key) == 36]
    assert (len(keys) > 5) == fresh
    assert len({*keys}) == len(keys)


def test_tuples_in_responses_are_judged() -> None:
    pair = {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]}
    document = _document()
    responses = document["paths"]["/things"]["get"]["responses"]
    responses["200"]["content"] = {"application/json": {"schema": pair}}
    result = checked(document, Server(lambda *_: 200))
    assert result.errors == ()
    assert {each.check for each in result.findings} >= {"response_schema_conformance"}
