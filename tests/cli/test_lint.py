"""`emulator lint`: what is doubtful is a notice with file and pointer, and nothing else is."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from emulator.cli.main import command
from tests.support.paths import DATA

#: These say by design nothing about refusals, or describe callbacks.
SILENT = ("undocumented.yaml", "swagger.yaml", "answers.yaml")
LOST = ("dangling-reference", "external-reference")
GOOD = sorted(
    path
    for path in (*(DATA / "features").glob("*.*"), *(DATA / "features" / "files").glob("*.yaml"))
    if path.name not in SILENT
)

HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"
FINE = "{'200': {description: Fine.}}"
JSON = "content: {application/json: "


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_documents_have_no_notice(path: Path) -> None:
    result = CliRunner().invoke(command, ["lint", "--strict", str(path)])
    assert result.output.endswith(": 0 notices\n")
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("text", "pointer", "code"),
    [
        pytest.param(
            "paths: {/a: {get: {responses: {'200': {$ref: '#/components/responses/No'}}}}}",
            "/paths/~1a/get/responses/200/$ref",
            "dangling-reference",
            id="dangling reference",
        ),
        pytest.param(
            "paths: {/a: {get: {responses: {'200': {$ref: 'none.yaml#/a'}}}}}",
            "/paths/~1a/get/responses/200/$ref",
            "external-reference",
            id="file that is not there",
        ),
        pytest.param(
            "paths: {/a: {get: {responses: {'200': {$ref: '../../etc/passwd'}}}}}",
            "/paths/~1a/get/responses/200/$ref",
            "external-reference",
            id="file outside the folder",
        ),
        pytest.param(
            "paths: {/a: {get: {responses: {'200': {description: F, "
            + JSON
            + "{schema: {type: integer}, example: text}}}}}}}",
            "/paths/~1a/get/responses/200/content/application~1json/example",
            "example-invalid",
            id="example against its schema",
        ),
        pytest.param(
            "paths: {/a: {post: {requestBody: {" + JSON + "{}}}, responses: " + FINE + "}}}",
            "/paths",
            "refusal-undocumented",
            id="no refusal described",
        ),
        pytest.param(
            f"paths: {{/a: {{get: {{operationId: x, responses: {FINE}}}}},"
            f" /b: {{get: {{operationId: x, responses: {FINE}}}}}}}",
            "/paths/~1b/get/operationId",
            "operation-id-repeated",
            id="operation id used twice",
        ),
        pytest.param(
            f"paths: {{'/a/{{x}}': {{get: {{responses: {FINE}}}}},"
            f" '/a/{{y}}': {{get: {{responses: {FINE}}}}}}}",
            "/paths/~1a~1{y}",
            "route-clash",
            id="paths that clash",
        ),
        pytest.param(
            f"paths: {{a: {{get: {{responses: {FINE}}}}}}}",
            "/paths/a",
            "wrong-name",
            id="path without slash",
        ),
        pytest.param(
            "paths: {/a: {get: {responses: {teapot: {description: F}, '200': {description: F}}}}}",
            "/paths/~1a/get/responses/teapot",
            "wrong-name",
            id="status that is none",
        ),
        pytest.param(
            "paths: {/a: {get: {parameters: [{name: q, in: querystring, schema: {}}], responses: "
            + FINE
            + "}}}",
            "/paths/~1a/get/parameters/0",
            "wrong-shape",
            id="whole query without content",
        ),
        pytest.param(
            "paths: {'/a/{x}': {get: {parameters: [{name: x, in: path, schema: {}}], responses: "
            "{'200': {description: F}, default: {description: W}}}}}",
            "/paths/~1a~1{x}/get/parameters/0",
            "path-parameter-optional",
            id="optional path parameter",
        ),
        pytest.param(
            "paths: {/a: {get: {responses: {'200': {description: F, "
            + JSON
            + "{schema: {type: text}}}}}}}}",
            "/paths/~1a/get/responses/200/content/application~1json/schema/type",
            "keyword-dropped",
            id="type that is none",
        ),
        pytest.param(
            "paths: {'/a/{petId}': {get: {parameters: [{name: petid, in: path, required: true,"
            f" schema: {{}}}}], responses: {FINE}}}}}}}",
            "/paths/~1a~1{petId}/get",
            "path-parameter-unknown",
            id="path parameter that is in no path",
        ),
        pytest.param(
            f"paths: {{'/a/{{petId}}': {{get: {{responses: {FINE}}}}}}}",
            "/paths/~1a~1{petId}/get",
            "path-parameter-missing",
            id="path parameter that nobody describes",
        ),
        pytest.param(
            f"paths: {{'/a?b=c': {{get: {{responses: {FINE}}}}}}}",
            "/paths/~1a?b=c/get",
            "path-never-matches",
            id="query in a path",
        ),
        pytest.param(
            f"paths: {{/a: {{psot: {{responses: {FINE}}}}}}}",
            "/paths/~1a/psot",
            "unknown-field",
            id="misspelt method",
        ),
        pytest.param(
            "paths: {/a: {get: {responses: {'200': {description: F, contents: {}}}}}}",
            "/paths/~1a/get/responses/200/contents",
            "unknown-field",
            id="misspelt field",
        ),
        pytest.param(
            "paths: {/a: {get: {responses: {'200': {description: F, "
            + JSON
            + "{schema: {type: object, requierd: [a]}}}}}}}}",
            "/paths/~1a/get/responses/200/content/application~1json/schema/requierd",
            "unknown-keyword",
            id="misspelt keyword",
        ),
        pytest.param(
            "paths: {}\ncomponents: {schemas: {A: {properties: {b: {type: integer, example: x}}}}}",
            "/components/schemas/A/properties/b/example",
            "example-invalid",
            id="example of a property",
        ),
        pytest.param(
            "paths: {}\ncomponents: {schemas: {A: {properties: {b: {enum: [x], default: y}}}}}",
            "/components/schemas/A/properties/b/default",
            "default-invalid",
            id="default of a property",
        ),
        pytest.param(
            "paths: {/a: {get: {parameters: [{name: q, in: query, schema: {type: integer},"
            " examples: {e: {value: x}}}], responses: {'200': {description: F}, 4XX: {description:"
            " W}}}}}",
            "/paths/~1a/get/parameters/0/examples/e/value",
            "example-invalid",
            id="example of a parameter",
        ),
        pytest.param(
            "paths: {/a: {post: {requestBody: {"
            + JSON
            + "{schema: {type: integer}, example: x}}}, responses: {'200': {description: F},"
            " 4XX: {description: W}}}}}",
            "/paths/~1a/post/requestBody/content/application~1json/example",
            "example-invalid",
            id="example of a request body",
        ),
        pytest.param(
            "paths: {}\ncomponents: {examples: {E: {name: Rex}}}",
            "/components/examples/E",
            "no-value",
            id="example without value",
        ),
        pytest.param(
            "paths: {}\ncomponents: {schemas: {A: {type: object, required: [a],"
            " properties: {a: {$ref: '#/components/schemas/A'}}}}}",
            "/components/schemas/A",
            "schema-endless",
            id="schema that requires itself",
        ),
        pytest.param(
            f"paths: {{/a: {{post: {{responses: {FINE}, callbacks: {{paid: {{'{{$url}}':"
            f" {{post: {{responses: {FINE}}}}}}}}}}}}}}}",
            "/paths/~1a/post/callbacks/paid",
            "event-unsent",
            id="callback that is never sent",
        ),
        pytest.param(
            f"paths: {{}}\nwebhooks: {{paid: {{post: {{responses: {FINE}}}}}}}",
            "/webhooks/paid",
            "event-unsent",
            id="webhook that is never sent",
        ),
    ],
)
def test_doubt_is_a_notice_with_a_pointer(
    tmp_path: Path, text: str, pointer: str, code: str
) -> None:
    file = tmp_path / "doubtful.yaml"
    file.write_text(HEAD + text + "\n")
    result = CliRunner().invoke(command, ["lint", str(file)])
    assert result.exit_code == (1 if code in LOST else 0)
    lines = [line for line in result.output.splitlines() if line.endswith(f"[{code}]")]
    assert [line.partition(f"{file.name}#")[2].partition(": ")[0] for line in lines] == [pointer]
    assert CliRunner().invoke(command, ["lint", "--strict", str(file)]).exit_code == 1


def lines_of(tmp_path: Path, text: str) -> str:
    file = tmp_path / "told.yaml"
    file.write_text(HEAD + text + "\n")
    return CliRunner().invoke(command, ["lint", str(file)]).output


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"paths: {{/a: {{psot: {{responses: {FINE}}}}}}}", "did you mean 'post'?"),
        (
            "paths: {'/a/{petId}': {get: {parameters: [{name: petid, in: path, required: true,"
            f" schema: {{}}}}], responses: {FINE}}}}}}}",
            "did you mean 'petId'?",
        ),
        ("paths: {}\ncomponents: {schemas: {A: {oneof: []}}}", "did you mean `oneOf`?"),
        (
            "paths: {}\ncomponents: {schemas: {A: {properties: {b: {type: integer}},"
            " default: {b: x}}}}",
            'the default contradicts its schema: /b "x" is not of type "integer"',
        ),
        (
            "paths: {/a: {get: {responses: {'200': {description: F, "
            + JSON
            + "{schema: {properties: {b: {type: integer}}}, example: {b: x}}}}}}}}",
            '\'example\' contradicts its own schema (/b "x" is not of type "integer")',
        ),
    ],
)
def test_reason_and_way_out_are_told(tmp_path: Path, text: str, told: str) -> None:
    assert told in lines_of(tmp_path, text)


RIGHT = {
    "of what only responses have": "{required: [id], properties: {id: {readOnly: true}},"
    " example: {id: 1}}",
    "of what only requests have": "{required: [key], properties: {key: {writeOnly: true}},"
    " example: {key: a}}",
    "of null": "{type: [string, 'null'], default: null}",
    "behind a reference": "{$ref: '#/components/schemas/B', default: 1}",
    "in a word of its own": "{x-example: 1, enumNames: [a], type: string}",
    "of recursion that ends": "{type: object, required: [a], properties: {a: {type: array,"
    " items: {$ref: '#/components/schemas/A'}}}, example: {a: []}}",
}


@pytest.mark.parametrize("schema", RIGHT.values(), ids=RIGHT)
def test_right_examples_are_no_doubt(tmp_path: Path, schema: str) -> None:
    text = f"paths: {{}}\ncomponents: {{schemas: {{A: {schema}, B: {{type: integer}}}}}}"
    assert lines_of(tmp_path, text) == "told: 0 notices\n"
