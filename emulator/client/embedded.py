"""An emulator inside a test or a script: in a thread, or in a process of its own."""

import asyncio
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import IO, Any

import httpx

from emulator.client.scope import Scope
from emulator.errors import EmulatorError
from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import SETTINGS, make_settings

_ADDRESS = re.compile(r"^emulator \S+ on (\S+)$")


@dataclass(eq=False)
class StartError(EmulatorError):
    """An emulator process ended before it served; `output` is what it printed."""

    output: str

    def __str__(self) -> str:
        return f"the emulator did not start: {self.output}"


class Emulator:
    """A running emulator for the length of a `with` block (or `async with`).

    `specs` are files or installed services, none means all of these; `settings` are
    those of `emulator serve` by name. It listens on a free port of the loopback address by default.
    With `process` it runs in a process of its own, which can be killed.

    Raises EmulatorError if a document or a setting can't be used.
    """

    def __init__(self, *specs: str, process: bool = False, **settings: Any) -> None:
        self.specs = tuple(map(str, specs))
        self.process = process
        self.settings = settings
        self._stack = ExitStack()
        self._client: httpx.Client | None = None
        self._url = ""
        serve = _in_process if process else _in_thread
        self._serve: Callable[[], AbstractContextManager[str]]
        self._serve = partial(serve, self.specs, settings)

    @classmethod
    def at(
        cls, url: str, admin_token: str | None = None, admin_prefix: str = "/__admin"
    ) -> "Emulator":
        """An emulator that already runs elsewhere: it is neither started nor stopped."""
        emulator = cls(admin_token=admin_token, admin_prefix=admin_prefix)
        emulator._serve = lambda: nullcontext(url.rstrip("/"))
        return emulator

    @property
    def url(self) -> str:
        """The base URL of the scope `default`; empty unless it runs."""
        return self._url

    def start(self) -> "Emulator":
        """Start to serve; returns the emulator itself."""
        self._url = self._stack.enter_context(self._serve())
        token = self.settings.get("admin_token")
        headers = {"authorization": f"Bearer {token}"} if token else {}
        client = httpx.Client(headers=headers, timeout=30, trust_env=False)
        self._client = self._stack.enter_context(client)
        return self

    def stop(self) -> None:
        """Stop; open streams are cut off."""
        self._stack.close()
        self._url, self._client = "", None

    def scope(self, name: str = "default") -> Scope:
        """A scope; raises RuntimeError unless the emulator runs."""
        if self._client is None:
            raise RuntimeError("the emulator does not run; use it in a with block, or start() it")
        return Scope(name, self._url, self._client, self.settings.get("admin_prefix", "/__admin"))

    def __enter__(self) -> "Emulator":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def __aenter__(self) -> "Emulator":
        return await asyncio.to_thread(self.start)

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.stop)


@contextmanager
def _in_thread(specs: tuple[str, ...], settings: dict[str, Any]) -> Iterator[str]:
    made = make_settings(specs, {"port": 0, **settings})
    with running(create_app(made), made.host, made.port) as url:
        yield url


@contextmanager
def _in_process(specs: tuple[str, ...], settings: dict[str, Any]) -> Iterator[str]:
    command = [sys.executable, "-m", "emulator", "serve", *_flags({"port": 0, **settings}), *specs]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    assert process.stdout is not None
    drain = threading.Thread(target=_drain, args=(process.stdout,), daemon=True)
    try:
        url = _address(process.stdout)
        drain.start()
        yield url
    finally:
        process.terminate()
        process.wait()
        if drain.ident is not None:
            drain.join()
        process.stdout.close()


def _address(output: IO[str]) -> str:
    """The URL that the process prints; raises StartError if it ends without one."""
    lines: list[str] = []
    for line in output:
        match = _ADDRESS.match(line)
        if match is not None:
            return match[1]
        lines.append(line)
    raise StartError("".join(lines).strip())


def _drain(output: IO[str]) -> None:
    """Read the rest of the output: a process whose pipe is full blocks."""
    for _ in output:
        pass


def _flags(settings: dict[str, Any]) -> Iterator[str]:
    rows = {row.name: row for row in SETTINGS}
    for name, value in settings.items():
        row = rows[name]
        if row.is_switch:
            yield from [row.flag] if value else []
        elif value is not None:
            for each in value if row.repeatable else (value,):
                yield f"{row.flag}={each}"
