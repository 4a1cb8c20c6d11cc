from pathlib import Path

import pytest

from emulator.contract.compare.suggestions import is_described
from emulator.mock.specs import load_api
from emulator.settings import Settings

DOCUMENT = """
openapi: 3.1.0
info: {title: Trees, version: "1"}
paths:
  /trees:
    get:
      operationId: listTrees
      responses:
        "200":
          description: Trees.
          content: {application/json: {schema: {$ref: "#/components/schemas/Tree"}}}
        "204": {description: None.}
components:
  schemas:
    Tree:
      allOf: [{$ref: "#/components/schemas/Named"}]
      properties:
        children: {type: array, items: {$ref: "#/components/schemas/Tree"}}
        prices: {type: object, additionalProperties: {type: number}}
        free: {type: object, additionalProperties: true}
    Named:
      anyOf: [{properties: {name: {type: string}}}, {properties: {title: {type: string}}}]
"""


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("", True),
        ("/name", True),
        ("/title", True),
        ("/age", False),
        ("/children/*/children/*/name", True),
        ("/children/*/age", False),
        ("/prices/*", True),
        ("/free/*", False),
        ("/name/first", False),
    ],
)
def test_place_is_described(tmp_path: Path, pointer: str, expected: bool) -> None:
    path = tmp_path / "trees.yaml"
    path.write_text(DOCUMENT)
    api = load_api(str(path), Settings())
    (operation,) = api.operations
    assert is_described(api, operation, 200, "application/json", pointer) is expected
    assert not is_described(api, operation, 204, "application/json", pointer)
