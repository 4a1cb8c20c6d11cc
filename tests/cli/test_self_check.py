"""`emulator check` of the built-in services: all checks, valid and invalid data, no findings."""

import pytest
from click.testing import CliRunner

from emulator.cli.check import command
from emulator.services.composio.plugin import PLUGIN
from tests.support.assembled import service

#: What is drawn, after what leads to ids.
DRAWN = ("--phase", "behaviour", "--phase", "fuzzing", "--phase", "stateful")

#: The first operation of each method that a module handles: what is systematic meets there what it
#: meets in the others. Without a handler, requests are judged as for any document (test_features).
COMPOSIO_KINDS = {
    (PLUGIN.handlers[operation.id].__module__, operation.method): operation.id
    for operation in reversed(service("composio").api.operations)
    if operation.id in PLUGIN.handlers
}


@pytest.mark.parametrize(
    ("api", "examples", "phases"),
    # The larger the document, the fewer do: with so many operations most of the time goes here.
    [
        ("paragon", "20", ()),
        ("composio", "1", ("--phase", "examples", *DRAWN)),
        ("composio", "1", ("--phase", "coverage")),
        ("agentflow", "6", ()),
    ],
)
def test_emulator_keeps_what_its_documents_promise(
    api: str, examples: str, phases: tuple[str, ...]
) -> None:
    chosen = COMPOSIO_KINDS.values() if "coverage" in phases else ()
    included = (argument for id_ in chosen for argument in ("--include", id_))
    result = CliRunner().invoke(command, [api, "--max-examples", examples, *phases, *included])
    assert result.exit_code == 0, result.output
    assert "1 API, 0 findings" in result.output
