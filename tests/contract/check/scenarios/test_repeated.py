"""Members of a request that its response should repeat."""

from typing import Any

import pytest

from emulator.contract.check.scenarios.repeated import repeated
from emulator.openapi.requests.make import RequestMaker
from tests.support.apis import api_of, operation

THING = {
    "type": "object",
    "properties": {
        "space": {"type": "string"},
        "made": {"type": "integer", "readOnly": True},
        "thing": {"type": "object"},
    },
}
BODY = {"required": True, "content": {"application/json": {"schema": THING}}}


def _named(*names: str) -> list[Any]:
    schema = {"type": "string"}
    return [{"name": each, "in": "path", "required": True, "schema": schema} for each in names]


API = api_of(
    {
        "/{space}/things": {"post": operation(requestBody=BODY, parameters=_named("space"))},
        "/{space}/things/{key}": {
            "put": operation(requestBody=BODY, parameters=_named("space", "key"))
        },
    }
)


@pytest.mark.parametrize(
    ("method", "sent", "expected"),
    [
        ("POST", {"space": "s", "made": 7, "id": "x"}, {"space": "s", "id": "x"}),
        ("POST", {"space": "other", "name": "a"}, {"name": "a"}),
        ("PUT", {"id": "x", "name": "a"}, {"name": "a"}),
        (
            "PUT",
            {"id": "k", "thing": {"id": "x", "name": "a"}},
            {"id": "k", "thing": {"name": "a"}},
        ),
        ("PUT", {"a": {"b": {"id": "x"}}}, {"a": {"b": {"id": "x"}}}),
    ],
)
def test_what_the_path_says_otherwise_is_not_expected(
    method: str, sent: Any, expected: Any
) -> None:
    asked = next(each for each in API.operations if each.method == method)
    made = RequestMaker(API, asked, known={"space": "s", "key": "k"}).make("a").with_body(sent)
    assert repeated(made, API.requests, ("key", "")) == expected
