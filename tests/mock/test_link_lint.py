"""Links that lead to no operation are told."""

import pytest

from emulator.http.messages import Json
from emulator.mock.link_lint import link_notices
from tests.support.apis import api_of, operation

PLACE = "/paths/~1a/get/responses/200/links/next"


@pytest.mark.parametrize(
    ("link", "part"),
    [
        ({"operationId": "getB"}, ""),
        ({"operationId": "getBb"}, "did you mean 'getB'?"),
        ({"operationRef": "#/paths/~1b/get"}, ""),
        ({"operationRef": "#/paths/~1c/get"}, "the document has no #/paths/~1c/get"),
        ({"operationRef": "https://example.com/#/paths/~1c/get"}, ""),
        ({"description": "x"}, "neither `operationId` nor `operationRef`"),
        ({"$ref": "#/components/links/wrong"}, "did you mean 'getB'?"),
    ],
)
def test_link_that_leads_nowhere_is_told(link: Json, part: str) -> None:
    responses = {"200": {"description": "", "links": {"next": link}}}
    paths = {"/a": {"get": operation(responses)}, "/b": {"get": operation(operationId="getB")}}
    api = api_of(paths, components={"links": {"wrong": {"operationId": "getBb"}}})
    found = [(n.code, n.pointer, part in n.message) for n in link_notices(api)]
    assert found == ([("link-unknown", PLACE, True)] if part else [])
