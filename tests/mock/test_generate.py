"""Generated answers: bodies, headers, and what happens where no value is valid."""

from emulator.http.messages import Json
from emulator.mock.generate import ResponseGenerator, response_generator
from tests.support.apis import api_of, operation
from tests.support.chance import words_of


def generator_of(response: Json) -> ResponseGenerator:
    return response_generator(api_of({"/a": {"get": operation({"200": response})}}))


def body_of(schema: Json, media_type: str = "application/json") -> tuple[str, object]:
    generator = generator_of({"description": "", "content": {media_type: {"schema": schema}}})
    described = generator.api.operations[0].responses["200"].content[0]
    return generator.body(described, words_of(1))


def test_impossible_schema_is_answered_with_what_comes_near_it() -> None:
    twice = {"type": "object", "required": ["a"], "properties": {"a": {"const": 1}}}
    _, body = body_of({"oneOf": [twice, twice]})
    assert isinstance(body, bytes)
    assert b'"a":1' in body


def test_endless_schema_is_answered_all_the_same() -> None:
    endless = {
        "type": "object",
        "required": ["next"],
        "properties": {"next": {"$ref": "#/components/schemas/Endless"}},
    }
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Endless"}}}
    response = {"description": "", "content": content}
    generator = response_generator(
        api_of(
            {"/a": {"get": operation({"200": response})}},
            components={"schemas": {"Endless": endless}},
        )
    )
    described = generator.api.operations[0].responses["200"].content[0]
    _, body = generator.body(described, words_of(1))
    assert isinstance(body, bytes)
    assert body.startswith(b"{")


def test_documented_headers_are_sent_but_those_of_http_itself() -> None:
    headers = {
        "X-Count": {"schema": {"type": "integer", "minimum": 3, "maximum": 3}},
        "X-Named": {"schema": {"type": "string"}, "example": "given"},
        "X-List": {"schema": {"const": [1, True, None]}},
        "Content-Length": {"schema": {"type": "integer"}},
    }
    generator = generator_of({"description": "", "headers": headers})
    response = generator.api.operations[0].responses["200"]
    assert dict(generator.headers(response, lambda: words_of(1))) == {
        "x-count": "3",
        "x-named": "given",
        "x-list": "1,true,",
    }
