"""`--state-file`: what is remembered is there at the next start."""

import json
import logging
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from emulator.cli.main import command
from emulator.errors import FixtureError, SettingsError
from emulator.mock.state.memory_store import MemoryStore
from emulator.mock.state.store import Put, Remove
from emulator.server.app import create_app
from emulator.server.state_file import LONGEST_S, QUIET_S, StateFile
from emulator.settings import Settings
from tests.support.clock import NOW
from tests.support.paths import ROOT
from tests.support.serve import first_line, serving, url_of

PETSTORE = str(ROOT / "examples" / "petstore.yaml")
KEY = {"x-api-key": "k"}
ANN = {"name": "Ann", "kind": "cat"}


def served(file: Path, steps: Callable[[httpx.Client], None]) -> None:
    """A process that is ended by SIGTERM once the steps are done."""
    arguments = ("--state-file", str(file), "--remember", "lenient", PETSTORE)
    with serving(*arguments) as process:
        url = url_of(first_line(process))
        with httpx.Client(base_url=url, headers=KEY, trust_env=False) as client:
            steps(client)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_what_is_remembered_is_there_at_the_next_start(tmp_path: Path) -> None:
    file, made = tmp_path / "state.json", list[Any]()

    def first(client: httpx.Client) -> None:
        made.append(client.post("/v1/pets", json=ANN).json())
        client.delete("/v1/pets/7")
        made.append(client.post("/~other/v1/pets", json={**ANN, "name": "Bob"}).json())

    def second(client: httpx.Client) -> None:
        assert client.get("/v1/pets").json()["pets"][1:] == [made[0]]
        assert client.get("/v1/pets/7").status_code == 404
        assert client.get(f"/~other/v1/pets/{made[1]['id']}").json() == made[1]
        assert client.post("/v1/pets", json={**ANN, "name": "Eve"}).json()["id"] != made[0]["id"]
        client.post("/~other/__admin/reset")

    def third(client: httpx.Client) -> None:
        names = [each["name"] for each in client.get("/v1/pets").json()["pets"]]
        assert names == ["Minka", "Ann", "Eve"]
        assert len(client.get("/~other/v1/pets").json()["pets"]) == 2

    for steps in (first, second, third):
        served(file, steps)
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["state.json"]


class Clockwork:
    """Timers that go off when the test says so."""

    def __init__(self) -> None:
        self.due: list[Callable[[], None]] = []

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        assert seconds == QUIET_S
        self.due.append(call)

    def pass_by(self) -> None:
        for call in [self.due.pop(0) for _ in tuple(self.due)]:
            call()
        for thread in threading.enumerate():
            if thread.name == "state-file":
                thread.join()


@pytest.fixture
def clockwork() -> Clockwork:
    """The timers of one file."""
    return Clockwork()


@pytest.fixture
def store() -> MemoryStore:
    """The store of a document `pets` that remembers, beside `others`."""
    return MemoryStore({"pets": {"cats": {"1": {"name": "Minka"}}}})


def put(store: MemoryStore, number: int, api: str = "pets") -> None:
    store.apply("s", api, (Put("cats", str(number), {"number": number}),), NOW)


def kept(file: Path) -> Any:
    return json.loads(file.read_bytes())["scopes"]["s"]


def test_it_is_written_after_a_quiet_moment(
    tmp_path: Path, store: MemoryStore, clockwork: Clockwork
) -> None:
    file = tmp_path / "state"
    StateFile(file, store, ["pets"], clockwork.later)
    put(store, 2)
    put(store, 3)
    assert len(clockwork.due) == 1
    clockwork.pass_by()
    assert (file.exists(), len(clockwork.due)) == (False, 1)  # it had changed since
    clockwork.pass_by()
    cats = {"1": {"name": "Minka"}, "2": {"number": 2}, "3": {"number": 3}}
    assert kept(file) == {"pets": {"changes": 2, "collections": {"cats": cats}}}
    assert clockwork.due == []
    store.apply("s", "pets", (Remove("cats", "1"),), NOW)
    clockwork.pass_by()
    assert [*kept(file)["pets"]["collections"]["cats"]] == ["2", "3"]


def test_it_is_written_where_nothing_is_ever_quiet(
    tmp_path: Path, store: MemoryStore, clockwork: Clockwork
) -> None:
    file = tmp_path / "state"
    StateFile(file, store, ["pets"], clockwork.later)
    for number in range(round(LONGEST_S / QUIET_S)):
        put(store, number)
        assert not file.exists()
        put(store, number)
        clockwork.pass_by()
    assert len(kept(file)["pets"]["collections"]["cats"]) == LONGEST_S / QUIET_S


def test_what_was_begun_earlier_takes_no_newer_place(
    tmp_path: Path, store: MemoryStore, clockwork: Clockwork
) -> None:
    file = tmp_path / "state"
    state_file = StateFile(file, store, ["pets"], clockwork.later)
    put(store, 2)
    older = state_file._kept()
    put(store, 3)
    state_file.close()
    state_file._write(*older)
    assert "3" in kept(file)["pets"]["collections"]["cats"]


def test_nothing_is_written_where_nothing_changed(tmp_path: Path, store: MemoryStore) -> None:
    StateFile(tmp_path / "state", store, ["pets"]).close()
    assert list(tmp_path.iterdir()) == []


def test_only_apis_that_remember_are_kept_and_those_of_another_start(
    tmp_path: Path, store: MemoryStore
) -> None:
    file = tmp_path / "state"
    other = {"changes": 5, "collections": {"dogs": {"1": {"n": 10**30}}}}
    whole = {"emulator_state": 1, "scopes": {"s": {"gone": other}}}
    file.write_text(json.dumps(whole))
    state_file = StateFile(file, store, ["pets"])
    put(store, 2)
    put(store, 2, "others")
    state_file.close()
    assert kept(file).keys() == {"gone", "pets"}
    assert kept(file)["gone"] == other


def test_large_records_of_a_file_are_weighed(tmp_path: Path) -> None:
    file = tmp_path / "state"
    cats = {str(n): {"text": "x" * 10_000} for n in range(10)}
    whole = {"s": {"pets": {"changes": 10, "collections": {"cats": cats}}}}
    file.write_text(json.dumps({"emulator_state": 1, "scopes": whole}))
    store = MemoryStore(limit_bytes=50_000, record_limit=8)
    StateFile(file, store, ["pets"])
    left = store.snapshot("s", "pets").records("cats")
    assert 0 < len(left) <= 5
    assert "9" in left


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is no JSON"),
        ("", "is no JSON"),
        ("[]", "expected an object"),
        ('{"scopes": {}}', "emulator_state"),
        (
            '{"emulator_state": 2, "scopes": {}}',
            "#/emulator_state: is of version 2; this emulator reads 1",
        ),
        ('{"emulator_state": 1, "scopes": {"s": {"pets": {}}}}', "#/scopes/s/pets"),
        (
            '{"emulator_state": 1, "scopes": {"s": {"pets": {"changes": 1, "collections": []}}}}',
            "#/scopes/s/pets/collections",
        ),
        ("[" * 100_000, "is no JSON"),
    ],
    ids=["cut", "empty", "list", "other", "newer", "lacking", "collections", "deep"],
)
def test_broken_file_is_refused_with_its_place(
    tmp_path: Path, store: MemoryStore, content: str, message: str
) -> None:
    file = tmp_path / "state"
    file.write_text(content)
    with pytest.raises(FixtureError) as caught:
        StateFile(file, store, ["pets"])
    assert str(caught.value).startswith(str(file))
    assert message in str(caught.value)
    assert file.read_text() == content


def test_broken_file_ends_the_start(tmp_path: Path) -> None:
    file = tmp_path / "state"
    file.write_text('{"emulator_state": 2, "scopes": {}}')
    arguments = ["serve", PETSTORE, "--remember", "strict", "--state-file", str(file)]
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 2
    assert f"{file}#/emulator_state" in done.output


@pytest.mark.parametrize(
    ("remember", "folder", "message"),
    [("off", ".", "nothing is remembered"), ("strict", "nowhere", "no folder to write to")],
)
def test_file_that_nothing_could_be_kept_in_is_refused(
    tmp_path: Path, remember: Any, folder: str, message: str
) -> None:
    made = Settings((PETSTORE,), remember=remember, state_file=tmp_path / folder / "state")
    with pytest.raises(SettingsError, match=message):
        create_app(made)


def test_file_that_can_not_be_written_is_told_and_left(
    tmp_path: Path, store: MemoryStore, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "state"
    state_file = StateFile(file, store, ["pets"])
    file.mkdir()
    put(store, 2)
    with caplog.at_level(logging.ERROR, "uvicorn.error"):
        state_file.close()
    assert f"--state-file: {file} can't be written" in caplog.text
    assert [each.name for each in tmp_path.iterdir()] == ["state"]
