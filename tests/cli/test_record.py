"""`emulator record` as a process: what it says, what it leaves, how it ends."""

import json
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from click.testing import CliRunner

from emulator.cli.lint import command as lint
from emulator.cli.main import main
from emulator.cli.record import command
from emulator.errors import FixtureError
from emulator.server.uvicorn import running
from tests.support.recorded_pets import DOCUMENT, HEADERS, Pets
from tests.support.upstreams import answering


@contextmanager
def recording(*arguments: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The process and its URL; it is killed where the block has not ended it."""
    script = "from emulator.cli.main import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", script, "record", str(DOCUMENT), "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            found = re.match(r"emulator \S+ on (\S+), records ", process.stdout.readline())
            assert found, process.stderr.read() if process.stderr else ""
            yield process, found[1]
        finally:
            process.kill()


def interrupted(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    """Ctrl-C; the exit code, what it has printed since, and complained."""
    assert process.stdout is not None
    assert process.stderr is not None
    process.send_signal(signal.SIGINT)
    process.wait(timeout=20)
    return process.returncode, process.stdout.read(), process.stderr.read()


def test_session_ends_with_what_it_has_recorded(tmp_path: Path) -> None:
    cassette = tmp_path / "cassette"
    with (
        running(Pets().app) as url,
        recording("--upstream", url, "--cassette", str(cassette)) as (process, proxy),
        httpx.Client(base_url=proxy, headers=HEADERS, trust_env=False, timeout=20) as client,
    ):
        client.get("/pets")
        client.get("/pets/9")
        code, out, err = interrupted(process)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"  {cassette}: 0 exchanges, mode once",
        "GET listPets 200  recorded: pets/listPets/200.0001.yaml",
        "GET getPet 404  recorded: pets/getPet/404.0002.yaml",
        "2 exchanges recorded, 0 refused, 0 broke the document",
    ]
    entries = json.loads((cassette / "pets.har").read_text())["log"]["entries"]
    assert [entry["request"]["url"] for entry in entries] == [f"{url}/pets", f"{url}/pets/9"]
    assert [entry["response"]["status"] for entry in entries] == [200, 404]
    files = [file for file in cassette.rglob("*") if file.is_file()]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_exchanges_that_can_not_be_written_are_told_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "pets").write_text("a file where the folder of the API should be")
    with (
        running(Pets().app) as url,
        recording("--upstream", url, "--cassette", str(tmp_path)) as (process, proxy),
    ):
        assert httpx.get(f"{proxy}/pets", headers=HEADERS, trust_env=False).status_code == 200
        code, out, err = interrupted(process)
    assert code == 2
    assert "recorded: no: " in out
    assert "0 exchanges recorded" in out
    assert "1 exchange could not be written, see above" in err


def test_findings_are_an_exit_code(tmp_path: Path) -> None:
    with (
        running(Pets().app) as url,
        recording("--upstream", url, "--cassette", str(tmp_path)) as (process, proxy),
    ):
        httpx.get(f"{proxy}/anything/x", trust_env=False)
        code, out, _ = interrupted(process)
    assert code == 1
    assert out.splitlines()[-2:] == [
        "  breaks the document: request with an undocumented path",
        "1 exchange recorded, 0 refused, 1 broke the document",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--upstream", "ftp://x"), "is not of the form http://host:port[/path]"),
        (("--upstream", "http://rex:woof@x"), "credentials belong into the requests"),
        (("--upstream", "http://x?a=b"), "is not of the form"),
        (("--upstream", "http://x", "--mode", "some"), "none"),
        (("--upstream", "http://x", "--timeout", "0"), "x>0"),
        ((), "Missing option '--upstream'"),
    ],
)
def test_wrong_argument(arguments: tuple[str, ...], message: str) -> None:
    done = CliRunner().invoke(command, [str(DOCUMENT), *arguments])
    assert done.exit_code == 2
    assert message in done.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--redact", "two words"), "a name such as ssn, or a JSON pointer such as /data/*/card"),
        (("--ca-file", __file__), "can't be used"),
        (("--cassette", f"{__file__}/x"), "can't be written"),
    ],
)
def test_what_can_not_be_used(
    arguments: tuple[str, ...],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as caught:
        main(["record", str(DOCUMENT), "--upstream", "http://127.0.0.1:9", *arguments])
    assert caught.value.code == 2
    assert message in capsys.readouterr().err


def test_serve_says_what_is_wrong_with_a_cassette(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["serve", str(DOCUMENT), "--cassette", str(tmp_path)])
    assert "holds no recorded exchange\n  try: emulator record" in capsys.readouterr().err
    file = tmp_path / "cats" / "_stray" / "200.0001.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("{recorded: {number: 1}, request: {method: GET, path: /}, status: 200}")
    with pytest.raises(SystemExit):
        main(["serve", str(DOCUMENT), "--cassette", str(tmp_path)])
    assert "holds exchanges with cats\n  try: serve that document" in capsys.readouterr().err


def test_session_ends_while_an_answer_is_awaited(tmp_path: Path) -> None:
    asked, over = threading.Event(), threading.Event()

    def never(_: socket.socket) -> None:
        asked.set()
        assert over.wait(20)

    with (
        answering(never) as url,
        recording("--upstream", url, "--cassette", str(tmp_path)) as (process, proxy),
    ):
        address = urlsplit(proxy)
        with socket.create_connection((address.hostname, address.port)) as connection:
            connection.sendall(b"GET /pets HTTP/1.1\r\nHost: x\r\n\r\n")
            assert asked.wait(20)
            code, out, err = interrupted(process)
            over.set()
    assert code == 0
    assert "Traceback" not in err
    assert out.splitlines()[-1] == "0 exchanges recorded, 0 refused, 0 broke the document"


def test_lint_reads_a_cassette(tmp_path: Path) -> None:
    file = tmp_path / "pets" / "listPets" / "200.0001.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("{recorded: {number: 1}, request: {method: GET, path: /pets}, status: 2}")
    with pytest.raises(FixtureError) as caught:
        CliRunner().invoke(
            lint, [str(DOCUMENT), "--cassette", str(tmp_path)], catch_exceptions=False
        )
    assert (caught.value.file, caught.value.pointer) == (str(file), "/status")
