"""`--watch`: edits are picked up, broken ones are not, and state survives."""

import threading
from pathlib import Path

import httpx
import pytest

from emulator.http.messages import Request, Response
from emulator.mock.assemble import assemble
from emulator.mock.pipeline import handle
from emulator.mock.state.store import Hold, Memory
from emulator.server.app import EmulatorApp, create_app
from emulator.server.reload import folders, reload, start_watching
from emulator.server.uvicorn import running
from emulator.settings import Settings
from emulator.stubs.stub import Stub, parse_stub

DOCUMENT = """
openapi: 3.1.0
info: {{title: T, version: '1'}}
paths:
  /a:
    get:
      operationId: getA
      responses:
        '200': {{description: '', content: {{application/json: {{example: {word} }}}}}}
"""


def write(path: Path, word: str) -> None:
    path.write_text(DOCUMENT.format(word=word))


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "doc.yaml"
    write(path, "one")
    return path


def served(app: EmulatorApp) -> str:
    """What `GET /a` answers, asked in process."""

    dispatcher = app.dispatcher
    outcome = handle(
        dispatcher.site,
        Memory(),
        Request("GET", "/a"),
        dispatcher.clocks.now("default"),
    )
    assert isinstance(outcome.response, Response)
    return outcome.response.body.decode()


def test_mappings_are_picked_up_by_scopes_that_have_begun(spec: Path, tmp_path: Path) -> None:
    (tmp_path / "stubs" / "mappings").mkdir(parents=True)
    file = tmp_path / "stubs" / "mappings" / "a.json"
    file.write_text('{"id": "s", "request": {"urlPath": "/a"}, "response": {"body": "old"}}')
    settings = Settings(specs=(str(spec),), mappings=tmp_path / "stubs")
    app = create_app(settings)
    store = app.dispatcher.store
    own = parse_stub({"id": "own"}, "")
    assert isinstance(own, Stub)
    store.set_stubs("mine", store.stubs("mine").with_stub(own))
    file.write_text('{"id": "s", "request": {"urlPath": "/a"}, "response": {"body": "new"}}')
    reload(settings, app, print)
    for scope, ids in (("mine", ["own", "s"]), ("default", ["s"])):
        stubs = store.stubs(scope).stubs
        assert [stub.id for stub in stubs] == ids
        assert stubs[-1].response.fixture.binary == b"new"


def test_edit_is_picked_up_and_state_survives(spec: Path) -> None:
    settings = Settings(specs=(str(spec),))
    app = create_app(settings)
    app.dispatcher.store.apply(
        "default", "doc", [Hold("key")], app.dispatcher.clocks.now("default")
    )
    write(spec, "two")
    said: list[str] = []
    reload(settings, app, said.append)
    assert served(app) == '"two"'
    assert said == ["reloaded doc"]
    assert "key" in app.dispatcher.store.memory("default").service("doc").in_flight


@pytest.mark.parametrize("text", ["openapi: [", "no: document", ""])
def test_broken_edit_keeps_the_last_good_version_and_says_so(spec: Path, text: str) -> None:
    settings = Settings(specs=(str(spec),))
    app = create_app(settings)
    spec.write_text(text)
    said: list[str] = []
    reload(settings, app, said.append)
    assert served(app) == '"one"'
    assert said[0].startswith(f"not reloaded, the last good version answers: {spec}")


def test_file_that_is_gone_keeps_the_last_good_version(spec: Path) -> None:
    settings = Settings(specs=(str(spec),))
    app = create_app(settings)
    spec.unlink()
    reload(settings, app, lambda _: None)
    assert served(app) == '"one"'


def test_watched_folders_hold_every_file_that_was_read(spec: Path, tmp_path: Path) -> None:
    fixtures = tmp_path / "answers"
    (fixtures / "doc").mkdir(parents=True)
    assembly = assemble(Settings(specs=(str(spec), "agentflow"), fixtures=fixtures))
    watched = folders(assembly)
    assert tmp_path.resolve() in watched
    assert all(any(w == p or w in p.parents for w in watched) for p in assembly.files)


def test_running_server_answers_from_the_edited_file(spec: Path) -> None:
    settings = Settings(specs=(str(spec),))
    assembly = assemble(settings)
    app = create_app(settings, assembly)
    changed, stop = threading.Event(), threading.Event()

    def told(message: str) -> None:
        # A file that is read while it is written is not reloaded; the next edit is.
        if message.startswith("reloaded"):
            changed.set()

    thread = start_watching(settings, app, assembly, told, stop)
    with running(app) as url:
        assert httpx.get(f"{url}/a", trust_env=False).json() == "one"
        # The watcher may not stand yet: write until it has seen one of the edits.
        while not changed.wait(0.2):
            write(spec, "two")
        assert httpx.get(f"{url}/a", trust_env=False).json() == "two"
    stop.set()
    thread.join(20)
    assert not thread.is_alive()


REFERRING = """
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /a:
    get:
      operationId: getA
      responses:
        '200':
          description: ''
          content: {application/json: {schema: {$ref: 'other.json#/A'}}}
"""


@pytest.mark.parametrize("text", ["{", "", None], ids=["half a file", "empty", "no file"])
def test_broken_file_of_a_reference_keeps_the_last_good_version(
    spec: Path, text: str | None
) -> None:
    other = spec.parent / "other.json"
    other.write_text('{"A": {"const": "one"}}')
    spec.write_text(REFERRING)
    settings = Settings(specs=(str(spec),))
    app = create_app(settings)
    if text is None:
        other.unlink()
    else:
        other.write_text(text)
    said: list[str] = []
    assert reload(settings, app, said.append) is None
    assert served(app) == '"one"'
    assert said[0].startswith(f"not reloaded, the last good version answers: {spec}#/paths/~1a")
    other.write_text('{"A": {"const": "two"}}')
    reload(settings, app, said.append)
    assert (served(app), said[1]) == ('"two"', "reloaded doc")


def test_what_was_missing_from_the_start_stops_no_reload(spec: Path) -> None:
    spec.write_text(REFERRING)
    settings = Settings(specs=(str(spec),))
    app = create_app(settings)
    said: list[str] = []
    assert reload(settings, app, said.append) is not None
    assert said[0].startswith("reloaded doc")
