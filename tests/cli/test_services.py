"""`emulator services`: the table in the documentation is what the data says."""

import pytest
from click.testing import CliRunner

from emulator.cli.services import command
from tests.support.assembled import service as built_in_service
from tests.support.paths import DOCS

PAGE = DOCS / "services.md"

#: Services with a table on the page.
TOLD = ("paragon", "composio", "agentflow")


def test_page_is_what_the_command_prints() -> None:
    printed = CliRunner().invoke(command, list(TOLD), catch_exceptions=False).output
    assert PAGE.read_text() == printed, f"emulator services {' '.join(TOLD)} > docs/services.md"


@pytest.mark.parametrize("name", TOLD)
def test_every_answer_has_its_row(name: str) -> None:
    service = built_in_service(name)
    fixtures = service.fixtures
    # A tool's name may stand in the chapters of several services.
    _, _, chapter = PAGE.read_text().partition(f"\n## {service.api.title}\n")
    text = chapter.partition("\n## ")[0]
    for operation, stored in fixtures.responses.items():
        if operation not in fixtures.aliases:
            assert f"### {operation}" in text
            for fixture in stored:
                assert f"`Prefer: code={fixture.key}, example={fixture.name}`" in text
    assert fixtures.tools is not None
    for tool in fixtures.tools.by_slug.values():
        assert text.count(f"| {tool.slug} |") == len(list(tool.cases()))
