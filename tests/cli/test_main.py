"""The command line: help, versions, exit codes, messages."""

import json
from collections.abc import Sequence
from os.path import normpath
from pathlib import Path

import pytest
from click.testing import CliRunner

from emulator import __version__
from emulator.cli.main import COMMANDS, command, main
from emulator.openapi.security.credentials import development_key, read_token
from emulator.server.uvicorn import listen
from tests.support.apis import write

DOCUMENT = json.dumps(
    {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {
            "/a": {"get": {"operationId": "getA", "responses": {"200": {"description": ""}}}}
        },
    }
)


@pytest.fixture
def emulator(capsys: pytest.CaptureFixture[str]) -> "Emulator":
    return Emulator(capsys)


class Emulator:
    """Runs the command line in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int | str | None, str, str]:
        """(exit code, what it printed, what it complained)."""
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        printed = self.capsys.readouterr()
        return ended.value.code, printed.out, printed.err


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_says_what_it_is_for(emulator: Emulator, name: str) -> None:
    code, out, err = emulator(name, "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"Usage: emulator {name}")


def test_help_names_every_command(emulator: Emulator) -> None:
    code, out, _ = emulator("--help")
    assert code == 0
    assert [name for name in COMMANDS if f"  {name} " not in out] == []


def test_help_of_serve_names_every_setting(emulator: Emulator) -> None:
    from emulator.settings import SETTINGS

    _, out, _ = emulator("serve", "--help")
    assert [row.flag for row in SETTINGS if row.flag not in out] == []


def test_version(emulator: Emulator) -> None:
    assert emulator("--version")[:2] == (0, f"emulator, version {__version__}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["fly"],
        ["serve", "--fly"],
        ["serve", "--auth", "perhaps"],
        ["serve", "--port", "many"],
        ["token"],
        ["token", "composio", "paragon"],
        ["token", "paragon", "--expires-in", "soon"],
        ["triggers"],
    ],
    ids=" ".join,
)
def test_wrong_arguments_cannot_run(emulator: Emulator, arguments: Sequence[str]) -> None:
    code, out, err = emulator(*arguments)
    assert (code, out) == (2, "")
    assert "Usage: emulator" in err


@pytest.mark.parametrize("name", ["serve", "lint", "token", "triggers"])
def test_missing_file_names_the_way_out(emulator: Emulator, name: str) -> None:
    code, out, err = emulator(name, "nothing.yaml")
    assert (code, out) == (2, "")
    assert err == (
        "error: nothing.yaml: there is no such file\n"
        "  try: a file, or one of: paragon, composio, agentflow\n"
    )


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--body-limit", "much"], "--body-limit: 'much' can't be read"),
        (["--now", "later"], "--now: 'later' can't be read"),
        (["--fixtures", "nothing"], "--fixtures: nothing is not a folder"),
        (["--state", "nothing.yaml"], "nothing.yaml: there is no such file"),
        (["--public-key", "nothing.pem"], "--public-key: nothing.pem can't be read"),
        (["--port", "65536"], "--port: 65536 can't be read"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_wrong_setting_is_named(emulator: Emulator, arguments: Sequence[str], text: str) -> None:
    code, _, err = emulator("serve", "agentflow", *arguments)
    assert code == 2
    assert err.startswith(f"error: {text}")


@pytest.mark.parametrize("flag", ["--fixtures", "--mappings", "--cassette", "--state", ""])
def test_name_that_no_file_can_have_is_a_message(emulator: Emulator, flag: str) -> None:
    name = "x" * 300
    arguments = ["serve", "paragon", "--port", "0", flag, name] if flag else ["lint", name]
    code, _, error = emulator(*arguments)
    assert code == 2
    assert error.startswith("error: ")
    assert name in error
    assert "too long" in error


def test_environment_sets_what_flags_set(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMULATOR_BODY_LIMIT", "much")
    said = emulator("serve", "agentflow")[2]
    assert said.startswith("error: EMULATOR_BODY_LIMIT (the environment): 'much' can't be read")
    monkeypatch.setenv("EMULATOR_PORT", "abc")
    assert "value for EMULATOR_PORT (the environment): 'abc'" in emulator("serve", "agentflow")[2]


def test_settings_file_is_named_where_a_value_of_it_is_wrong(
    emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"emulator.yaml": "now: later"})
    monkeypatch.chdir(tmp_path)
    said = emulator("serve", "agentflow")[2]
    assert said.startswith("error: now (the settings file): 'later' can't be read")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["serv"], "no command is called 'serv'; did you mean 'serve'?"),
        (["LINT"], "no command is called 'LINT'; did you mean 'lint'?"),
        (["one.json"], "'one.json'; a document is served by: emulator serve one.json"),
        (["http://h:1"], "'http://h:1'; a server is tested by: emulator check SPEC --against http"),
        (
            ["check", "http://h:1"],
            "not from a URL\n  try: emulator check SPEC --against http://h:1",
        ),
        (
            ["lint", "http://h:1/v3/api-docs"],
            "not from a URL\n  try: curl -O http://h:1/v3/api-docs",
        ),
        (["check", "--against", "one.json"], "it is a file, which check takes as SPEC"),
        (
            ["record", "one.json", "--upstream", "one.json"],
            "it is a file, which record takes as SP",
        ),
        (["banana"], "no command is called 'banana'; there is: serve, check, "),
        (["lint", "composo"], "composo: there is no such file\n  try: composio\n"),
        (["lint", "./one.jsn"], "./one.jsn: there is no such file\n  try: one.json\n"),
        (["lint", "https://h/x.yaml"], "from a file, not from a URL\n  try: curl -O https://h/x."),
        (["serve", "one.json", "--prefix", "one"], "--prefix: 'one' can't be read\n  try: write"),
        (["serve", "one.json", "--prefix", "onne=/v1"], "called 'onne'; did you mean 'one'?"),
        (
            ["check", "one.json", "--check", "not_a_server_eror"],
            "did you mean 'not_a_server_error'",
        ),
    ],
    ids=lambda value: value[-1] if isinstance(value, list) else "",
)
def test_mistyped_name_names_the_one_that_was_meant(
    emulator: Emulator,
    arguments: Sequence[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(tmp_path, {"one.json": DOCUMENT})
    monkeypatch.chdir(tmp_path)
    code, out, err = emulator(*arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_port_in_use_offers_another(emulator: Emulator) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        code, out, err = emulator("serve", "agentflow", "--port", str(port))
    assert (code, out) == (2, "")
    assert err.startswith(f"error: port {port} on 127.0.0.1 is in use by another program\n  try: ")


@pytest.mark.parametrize(
    ("file", "text", "pointer"),
    [
        ("getA/200.default.yaml", "bodi: {}", "/bodi"),
        ("getA/200.default.yaml", "body: ['{{ 1 + }}']", "/body/0"),
        ("triggers.yaml", "[{name: x}]", "/0/operation"),
        ("state.yaml", "credentials: [{}]", "/credentials/0/scheme"),
        ("tools/T.yaml", "{slug: T}", "/input"),
        ("tools/T.yaml", "{slug: T, extends: slack/shout}", "/extends"),
        ("../_providers/a/b.yaml", "{extends: a/b}", "/extends"),
    ],
)
def test_wrong_fixture_is_named_with_its_pointer(
    emulator: Emulator, tmp_path: Path, file: str, text: str, pointer: str
) -> None:
    write(tmp_path, {"spec.json": DOCUMENT, f"fixtures/spec/{file}": text})
    folder = tmp_path / "fixtures"
    code, _, err = emulator("serve", str(tmp_path / "spec.json"), "--fixtures", str(folder))
    assert code == 2
    assert err.startswith(f"error: {normpath(folder / 'spec' / file)}#{pointer}: ")
    assert "Traceback" not in err


def test_strict_refuses_notices(emulator: Emulator, tmp_path: Path) -> None:
    write(tmp_path, {"spec.json": DOCUMENT, "fixtures/spec/getB/200.x.json": "{}"})
    spec, folder = str(tmp_path / "spec.json"), str(tmp_path / "fixtures")
    code, out, err = emulator(
        "serve", spec, "--fixtures", folder, "--strict", "--host", "203.0.113.1"
    )
    assert (code, out) == (2, "")
    assert "[fixture-without-operation]" in err
    assert "error: --strict: 1 notice, see above" in err


@pytest.mark.parametrize(("flags", "code"), [([], 0), (["--strict"], 1)])
def test_lint_shows_notices(
    emulator: Emulator, tmp_path: Path, flags: list[str], code: int
) -> None:
    write(tmp_path, {"spec.json": DOCUMENT, "fixtures/spec/getB/200.x.json": "{}"})
    spec, folder = str(tmp_path / "spec.json"), str(tmp_path / "fixtures")
    ended, out, _ = emulator("lint", spec, "--fixtures", folder, *flags)
    assert ended == code
    assert "[fixture-without-operation]" in out
    assert out.endswith("spec: 1 notice\n")


def test_lint_of_the_built_in_services(emulator: Emulator) -> None:
    assert emulator("lint", "--strict")[:2] == (0, "paragon, composio, agentflow: 0 notices\n")


def test_triggers_are_listed_by_operation_and_status(emulator: Emulator) -> None:
    code, out, _ = emulator("triggers", "composio")
    lines = out.splitlines()
    assert (code, lines[0].split()) == (0, ["executeTool", "POST", "/tools/execute/{tool_slug}"])
    own = lines[1 : next(i for i, line in enumerate(lines) if i and not line.startswith("  "))]
    statuses = [line.split()[0] for line in own]
    assert statuses == sorted(statuses)
    assert "  429  body /user_id = user_rate_limited" in out


def test_triggers_of_a_document_without_any(emulator: Emulator, tmp_path: Path) -> None:
    write(tmp_path, {"spec.json": DOCUMENT})
    code, out, _ = emulator("triggers", str(tmp_path / "spec.json"))
    assert (code, out) == (0, "spec has no triggers; use Prefer: code=N\n")


@pytest.mark.parametrize(
    ("expires_in", "seconds"),
    [("30s", 30), ("15m", 900), ("1h", 3600), ("7d", 604_800), ("-1h", -3600)],
)
def test_token_is_signed_and_lives_as_long_as_asked(
    emulator: Emulator, expires_in: str, seconds: int
) -> None:
    code, out, _ = emulator("token", "paragon", "--user", "me", "--expires-in", expires_in)
    token = read_token(out.strip(), development_key().public_key())
    assert code == 0
    assert token is not None
    assert token.trusted
    assert token.claims["sub"] == "me"
    assert token.claims["exp"] - token.claims["iat"] == seconds


def test_commands_run_under_another_entry_point_too() -> None:
    assert CliRunner().invoke(command, ["triggers", "agentflow"]).exit_code == 0
