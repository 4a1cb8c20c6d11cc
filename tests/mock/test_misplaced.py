"""What is stored under a name that nothing served has: a notice with the name that was meant."""

import json
from pathlib import Path

import pytest

from emulator.mock.assemble import assemble
from emulator.settings import Settings
from tests.support.apis import write

DOCUMENT = json.dumps(
    {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "security": [{"apiKey": []}],
        "components": {
            "securitySchemes": {"apiKey": {"type": "apiKey", "in": "header", "name": "x-key"}}
        },
        "paths": {
            "/orders": {
                "get": {"operationId": "listOrders", "responses": {"200": {"description": ""}}}
            }
        },
    }
)
TOOL = """
slug: NOTE_CREATE
description: A note.
input: {type: object}
outcomes: [{name: x, result: {}}]
"""
TRIGGER = """
- name: late
  operation: OPERATION
  status: 200
  answer: 200.defalt
  when: [{in: query, name: q, equals: x}]
  description: A word.
  source: guess
"""
ORDER = "listOrders/200.default.yaml"
BODY = "body: {}"


def told(folder: Path, files: dict[str, str], **settings: Path) -> dict[str, str]:
    """The codes of the notices about these files, with what they say."""
    write(folder, {"shop.json": DOCUMENT, **files})
    assembly = assemble(Settings((str(folder / "shop.json"),), **settings))  # type: ignore[arg-type]
    notices = (each for each in assembly.notices if not each.file.endswith("shop.json"))
    return {each.code: each.message for each in notices}


@pytest.mark.parametrize(
    ("files", "code", "said"),
    [
        ({f"shp/{ORDER}": BODY}, "fixtures-without-api", "did you mean 'shop'?: nothing in"),
        ({f"Shop/{ORDER}": BODY}, "fixtures-without-api", "did you mean 'shop'?"),
        ({f"billing/{ORDER}": BODY}, "fixtures-without-api", "called 'billing'; there is: shop"),
        (
            {f"shop/{ORDER}": BODY, f"shops/{ORDER}": BODY},
            "fixtures-without-api",
            "'shops'; did you mean 'shop'?",
        ),
        (
            {"shop/listOrder/200.default.yaml": BODY},
            "fixture-without-operation",
            "did you mean 'listOrders'?",
        ),
        (
            {"shop/aliases.yaml": "{listOrders: listOrder}"},
            "alias-unknown",
            "did you mean 'listOrders'?",
        ),
        ({"shop/aliases.yaml": "{allOrders: listOrders}"}, "alias-unknown", "'allOrders'"),
        (
            {"shop/state.yaml": "credentials: [{scheme: ApiKye, value: x}]"},
            "credential-without-scheme",
            "no security scheme is called 'ApiKye'; did you mean 'apiKey'?",
        ),
        ({"shop/tools/NOTE_MAKE.yaml": TOOL}, "tool-name", "'NOTE_CREATE' has another name"),
        (
            {
                f"shop/{ORDER}": BODY,
                "shop/tools/NOTE_CREATE.yaml": TOOL.replace("result: {}", "fixture: 200.defalt"),
            },
            "outcome-without-fixture",
            "did you mean '200.default'?",
        ),
        (
            {
                f"shop/{ORDER}": BODY,
                "shop/triggers.yaml": TRIGGER.replace("OPERATION", "listOrder"),
            },
            "trigger-without-operation",
            "did you mean 'listOrders'?",
        ),
        (
            {
                f"shop/{ORDER}": BODY,
                "shop/triggers.yaml": TRIGGER.replace("OPERATION", "listOrders"),
            },
            "trigger-without-fixture",
            "did you mean '200.default'?",
        ),
    ],
    ids=str,
)
def test_misspelt_name_is_a_notice(
    tmp_path: Path, files: dict[str, str], code: str, said: str
) -> None:
    below = {f"fixtures/{name}": text for name, text in files.items()}
    assert said in told(tmp_path, below, fixtures=tmp_path / "fixtures")[code]


def test_state_file_for_all_names_schemes_that_some_document_has(tmp_path: Path) -> None:
    state = "credentials: [{scheme: apiKey, value: x}, {scheme: apikeys, value: y}]"
    found = told(tmp_path, {"state.yaml": state}, state=tmp_path / "state.yaml")
    said = "no security scheme is called 'apikeys'; did you mean 'apiKey'?"
    assert found == {"credential-without-scheme": said}


def test_folders_of_documents_that_are_not_served_now_are_fine(tmp_path: Path) -> None:
    names = (f"fixtures/shop/{ORDER}", "fixtures/billing/x/200.a.yaml", "fixtures/_providers/a/b.x")
    files = {**dict.fromkeys(names, BODY), "fixtures/composio/x/200.a.yaml": BODY}
    assert told(tmp_path, files, fixtures=tmp_path / "fixtures") == {}
