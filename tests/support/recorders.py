"""A recording proxy on a real socket, and an emulator that replays what it has recorded."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml

from emulator.server.app import create_app
from emulator.server.proxy.recorder import Recorder, RecordOptions, make_recorder
from emulator.server.uvicorn import base_url, listen, make_server, serving
from emulator.settings import Settings
from tests.support.assembled import assembled
from tests.support.recorded_pets import DOCUMENT, HEADERS
from tests.support.wire import read


@dataclass
class Recording:
    """A proxy under test: its client, its parts, and what it said."""

    client: httpx.Client
    recorder: Recorder
    folder: Path
    said: list[str] = field(default_factory=list)

    @property
    def files(self) -> list[str]:
        """The exchanges in the cassette."""
        return sorted(str(file.relative_to(self.folder)) for file in self.folder.rglob("*/*.yaml"))

    def exchange(self, file: str) -> Any:
        """One of them, read by another parser than ours."""
        return yaml.safe_load((self.folder / file).read_text())

    @property
    def journal(self) -> Any:
        """The entries of the journal."""
        return self.client.get("/__admin/requests").json()["requests"]


@contextmanager
def recording(
    upstream: str, folder: Path, *, spec: str = str(DOCUMENT), **options: Any
) -> Iterator[Recording]:
    """A proxy for the upstream."""
    assembly = assembled(spec)
    app, said = create_app(Settings(specs=(spec,)), assembly), list[str]()
    wanted = RecordOptions(upstream, folder, **options)
    recorder = make_recorder(app.dispatcher, assembly.services[0].api, wanted, said.append)
    app.front = recorder
    listener = listen("127.0.0.1", 0)
    with (
        serving(make_server(app, date_header=False), listener),
        httpx.Client(
            base_url=base_url(listener), headers=HEADERS, timeout=20, trust_env=False
        ) as client,
    ):
        yield Recording(client, recorder, folder, said)


@contextmanager
def replaying(folder: Path, **settings: Any) -> Iterator[httpx.Client]:
    """A client of an emulator that serves the cassette."""
    settings = {"specs": (str(DOCUMENT),), "cassette": folder, **settings}
    listener = listen("127.0.0.1", 0)
    with (
        serving(make_server(create_app(Settings(**settings))), listener),
        httpx.Client(
            base_url=base_url(listener), headers=HEADERS, timeout=20, trust_env=False
        ) as client,
    ):
        yield client


def raw(client: httpx.Client, target: str = "/pets/1") -> tuple[bytes, str]:
    """The body of the answer as far as it comes, and how the connection ends."""
    fields = "Host: x\r\nX-Pets-Id: pets-key-0815\r\nConnection: close\r\n\r\n"
    url = client.base_url
    with socket.create_connection((url.host, url.port or 0), timeout=20) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\n{fields}".encode())
        received, end = read(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    return (body if head.startswith(b"HTTP/1.1") else received), end
