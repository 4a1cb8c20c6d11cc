"""The file of `--state-file`: what documents remember is there at the next start.

Written when nothing has changed for a moment, and at the end; as a whole or not at all.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from emulator.errors import FixtureError, SettingsError
from emulator.fixtures.files import file_schema
from emulator.http.encode import dump
from emulator.http.exact import loads
from emulator.http.messages import Json
from emulator.mock.state.memory_store import MemoryStore

_LOG = logging.getLogger("uvicorn.error")

#: So long nothing changes before it is written, unless changes have waited for the longer time.
QUIET_S, LONGEST_S = 0.5, 5.0
_VERSION = 1

#: Calls a function after so many seconds.
Later = Callable[[float, Callable[[], None]], object]


def _later(seconds: float, call: Callable[[], None]) -> None:
    # Where no loop runs, as in tests without a server, the end is what writes.
    with suppress(RuntimeError):
        asyncio.get_running_loop().call_later(seconds, call)


class StateFile:
    """What a store remembers of these APIs, in a file.

    Raises SettingsError where it can't be written, FixtureError where it is no such file. What it
    has of APIs that are not served stays in it.
    """

    def __init__(
        self, path: Path, store: MemoryStore, apis: Iterable[str], later: Later = _later
    ) -> None:
        self._path, self._store, self._later = path.resolve(), store, later
        self._apis = {*apis}
        self._changes = self._begun = self._written = 0
        self._waited_s, self._is_waiting = 0.0, False
        self._writing = threading.Lock()
        if not os.access(self._path.parent, os.W_OK):
            raise SettingsError("--state-file", f"{path.parent} is no folder to write to")
        if self._path.exists():
            self._load(_read(path))
        self._leave = store.watchers.watch_all(self._changed)

    def _load(self, scopes: Json) -> None:
        for scope, services in scopes.items():
            for api, found in services.items():
                self._apis.add(api)
                self._store.restore(scope, api, found["changes"], found["collections"])

    def _changed(self) -> None:
        self._changes += 1
        if not self._is_waiting:
            self._is_waiting, self._waited_s = True, 0.0
            self._wait()

    def _wait(self) -> None:
        seen = self._changes

        def due() -> None:
            self._waited_s += QUIET_S
            if self._changes != seen and self._waited_s < LONGEST_S:
                self._wait()
            else:
                self._is_waiting = False
                self._write_aside()

        self._later(QUIET_S, due)

    def _write_aside(self) -> None:
        """Write it in a thread: others are answered meanwhile."""
        number, kept = self._kept()
        threading.Thread(None, self._write, "state-file", (number, kept), daemon=True).start()

    def close(self) -> None:
        """Write what was not written yet, and hear of no more changes."""
        self._leave()
        number, kept = self._kept()
        if self._changes:
            self._write(number, kept)

    def _kept(self) -> tuple[int, Json]:
        """What there is now. Records are never changed: whoever writes them needs no copies."""
        scopes: dict[str, dict[str, Json]] = {}
        for scope, api, changes, collections in self._store.changed(self._apis):
            found = {"changes": changes, "collections": collections}
            scopes.setdefault(scope, {})[api] = found
        self._begun += 1
        return self._begun, {"emulator_state": _VERSION, "scopes": scopes}

    def _write(self, number: int, kept: Json) -> None:
        with self._writing:
            if number < self._written:
                return  # what is newer was faster
            try:
                _replace(self._path, dump(kept))
                self._written = number
            except OSError as error:
                _LOG.error("--state-file: %s can't be written: %s", self._path, error.strerror)


def _read(path: Path) -> Json:
    try:
        kept = loads(path.read_bytes())
    except OSError as error:
        raise SettingsError("--state-file", f"{path} can't be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise FixtureError(str(path), f"is no JSON: {error}", "", _WAY_OUT) from error
    version = kept.get("emulator_state", _VERSION) if isinstance(kept, dict) else _VERSION
    if version != _VERSION:
        message = f"is of version {version}; this emulator reads {_VERSION}"
        raise FixtureError(str(path), message, "/emulator_state", _WAY_OUT)
    file_schema("kept-state").check(kept, str(path))
    return kept["scopes"]


_WAY_OUT = "move it away, to begin anew"


def _replace(path: Path, content: bytes) -> None:
    """Put a whole file in the place of what is there; it may hold what only its user may see."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
