"""`emulator lint`: what is doubtful is a notice with file and pointer, and nothing else is."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from emulator.cli.main import command
from tests.support.paths import DATA

#: These say by design nothing about refusals.
SILENT = ("undocumented.yaml", "swagger.yaml")
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
    ],
)
def test_doubt_is_a_notice_with_a_pointer(
    tmp_path: Path, text: str, pointer: str, code: str
) -> None:
    file = tmp_path / "doubtful.yaml"
    file.write_text(HEAD + text + "\n")
    result = CliRunner().invoke(command, ["lint", str(file)])
    assert result.exit_code == 0
    lines = [line for line in result.output.splitlines() if line.endswith(f"[{code}]")]
    assert [line.partition(f"{file.name}#")[2].partition(": ")[0] for line in lines] == [pointer]
    assert CliRunner().invoke(command, ["lint", "--strict", str(file)]).exit_code == 1
