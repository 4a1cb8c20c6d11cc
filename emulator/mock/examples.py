"""Examples of a document, with what the request says that they answer."""

from dataclasses import replace

from emulator.http.encode import encode
from emulator.http.media_types import is_json
from emulator.http.messages import Json
from emulator.mock.backgrounds import background_of
from emulator.mock.exchange import Exchange
from emulator.mock.relations.pages import asks_for_page, is_page
from emulator.mock.relations.relate import related_to_request
from emulator.mock.stored import PreparedResponse
from emulator.openapi.document.model import Operation
from emulator.schema.instances import copied


def may_be_fitted(operation: Operation, example: PreparedResponse) -> bool:
    """Whether requests to an operation may say what an example has: in a body, or of its page."""
    if operation.request_body is not None:
        return True
    asked, body = (
        (p.name for p in operation.parameters if p.location == "query"),
        example.fixture.body,
    )
    return asks_for_page(asked) and body is not None and is_page(body({}))


def fitted_example(exchange: Exchange, example: PreparedResponse) -> PreparedResponse:
    """The example with what was sent, and the page that was asked for, as far as it stays valid."""
    endpoint, response, name = exchange.endpoint, example.response, example.media_type
    if endpoint is None or response is None or name is None or not is_json(name):
        return example
    if example.fixture.body is None or not example.valid:
        return example
    if not may_be_fitted(endpoint.operation, example):
        return example
    background = background_of(exchange)
    sent = background.body
    if not (isinstance(sent, dict) and sent) and not asks_for_page(background.query):
        return example
    key = next(each.schema_key for each in response.content if each.name == name)
    responses = endpoint.service.api.responses

    def is_valid(value: Json) -> bool:
        return key is None or responses.is_valid(key, value)

    before = example.fixture.body({})
    value = related_to_request(copied(before), background, is_valid)
    return example if value == before else replace(example, content=encode(value, example.sent_as))
