"""`emulator settings`: the table in the documentation is what the code says."""

from click.testing import CliRunner

from emulator.cli.settings import command
from emulator.settings import SETTINGS
from tests.support.paths import DOCS

PAGE = DOCS / "configuration.md"


def test_page_holds_what_the_command_prints() -> None:
    printed = CliRunner().invoke(command, [], catch_exceptions=False).output
    assert PAGE.read_text().endswith(f"\n\n{printed}"), "emulator settings prints the page's table"
    assert printed.count("\n") == len(SETTINGS) + 2
