"""The wheel holds all it needs; a package with a service of its own plugs into it."""

import json
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.inner_pytest import ALONE
from tests.support.paths import ROOT

TICKETS = ROOT / "examples" / "tickets"


def built(source: Path, folder: Path) -> Path:
    """The wheel of a package."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


class Environment:
    """An environment with nothing in it but these wheels; what they need is borrowed from ours."""

    def __init__(self, folder: Path, *wheels: Path) -> None:
        self.folder = folder
        venv.create(folder / "venv", with_pip=False)
        site = next((folder / "venv").rglob("site-packages"))
        for wheel in wheels:
            zipfile.ZipFile(wheel).extractall(site)
        borrowed = [path for path in sys.path if path.endswith("site-packages")]
        (site / "borrowed.pth").write_text("\n".join(borrowed))
        self.python = next((folder / "venv").rglob("bin/python"))

    def command(self, module: str, *arguments: str) -> list[str]:
        """The command line that runs a module in it."""
        return [str(self.python), "-I", "-m", module, *arguments]

    def run(self, *arguments: str, module: str = "emulator.cli.main") -> str:
        """What a module prints, which must succeed."""
        command = self.command(module, *arguments)
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def alone(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return Environment(tmp_path_factory.mktemp("alone"), wheel)


@pytest.fixture(scope="module")
def plugged(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    tickets = built(TICKETS, tmp_path_factory.mktemp("tickets"))
    return Environment(tmp_path_factory.mktemp("plugged"), wheel, tickets)


#: What the fourth service is told of, or keeps, by command line.
COMMANDS = {
    "lint --strict": "paragon, composio, agentflow, tickets: 0 notices\n",
    "lint tickets": "tickets: 0 notices\n",
    "--help": "agentflow, composio, paragon, tickets. Without SPEC, all of them.",
    "serve --help": "  tickets    Help desk: tickets, tools for them, and a webhook.",
    "triggers tickets": "  429  body /title = too many ",
    "services": "\n## Help desk\n",
    "coverage tickets --fail-under 100": "5 of 5 operations: everything",
    "token tickets": "eyJ",
    "check tickets --max-examples 1": "\n1 API, 0 findings\n",
}
#: Runs each command line in one process: most of the time of a command goes into its start.
ALL = """
import json, sys
from click.testing import CliRunner
from emulator.cli.main import command

def run(line):
    done = CliRunner().invoke(command, line.split(), prog_name="emulator")
    return done.exit_code, done.output

print(json.dumps({line: run(line) for line in sys.argv[1:]}))
"""


@pytest.fixture(scope="module")
def printed(plugged: Environment) -> dict[str, tuple[int, str]]:
    """The exit code and the output of each command."""
    (plugged.folder / "all_commands.py").write_text(ALL)
    command = [str(plugged.python), "-I", "all_commands.py", *COMMANDS]
    done = subprocess.run(command, cwd=plugged.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {line: (code, output) for line, (code, output) in json.loads(done.stdout).items()}


@pytest.fixture(scope="module")
def url(plugged: Environment) -> Iterator[str]:
    command = plugged.command("emulator", "serve", "--port", "0", "--auth", "known")
    with subprocess.Popen(command, cwd=plugged.folder, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().rpartition(" ")[2].strip()
        server.terminate()


def test_distribution_is_not_called_like_somebody_elses(wheel: Path) -> None:
    assert wheel.name.startswith("openapi_emulator-")


def test_wheel_holds_documents_fixtures_and_the_key(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = [p for folder in ("specs", "fixtures") for p in (ROOT / folder).rglob("*.*")]
    for path in shipped:
        assert f"emulator/builtin/{path.relative_to(ROOT).as_posix()}" in names
    assert "emulator/openapi/security/development_key.pem" in names


def test_installed_wheel_serves_all_three_services(alone: Environment) -> None:
    assert alone.run("lint") == "paragon, composio, agentflow: 0 notices\n"
    code = "import emulator, sys; print(emulator.__file__)"
    command = [str(alone.python), "-I", "-c", code]
    where = subprocess.run(command, capture_output=True, text=True, cwd="/", check=True)
    assert str(alone.folder) in where.stdout


@pytest.mark.parametrize("line", COMMANDS)
def test_fourth_service_is_known_to_every_command(
    printed: dict[str, tuple[int, str]], line: str
) -> None:
    code, output = printed[line]
    assert code == 0, output
    assert COMMANDS[line] in output


def test_fourth_service_answers_over_the_wire(url: str) -> None:
    desk = httpx.Client(base_url=f"{url}/help-desk/v1", trust_env=False)
    with desk:
        assert desk.get("/tickets").status_code == 401
        desk.headers["x-desk-key"] = "desk_dev_key"
        made = desk.post("/tickets", json={"title": "The printer is on fire"}).json()
        assert desk.get(f"/tickets/{made['id']}").json() == made
        closed = desk.post("/tools/CLOSE_TICKET", json={"id": made["id"]}).json()
        assert closed == {"result": {"id": made["id"], "status": "closed"}}
        listed = desk.get("/tickets", params={"status": "closed"}).json()
        assert listed == {"tickets": [{**made, "status": "closed"}]}
        executed = desk.get(f"{url}/__admin/executions").json()["executions"]
        assert [each["tool"] for each in executed] == ["CLOSE_TICKET"]
        unknown = desk.get(f"{url}/api/v3.1/toolkits", headers={"x-api-key": "nobody's"})
        assert unknown.status_code == 401
        known = {"x-api-key": "ak_dev_4010000000000000"}
        assert desk.get(f"{url}/api/v3.1/toolkits", headers=known).status_code == 200


def test_tests_of_a_fourth_service_get_its_fixtures(plugged: Environment) -> None:
    (plugged.folder / "test_tickets.py").write_text((TICKETS / "test_tickets.py").read_text())
    options = (*ALONE, "-p", "no:xdist", "-p", "no:cacheprovider", "-o", "emulator_specs=tickets")
    printed = plugged.run("-q", *options, "test_tickets.py", module="pytest")
    assert printed.splitlines()[-1].startswith("7 passed")
