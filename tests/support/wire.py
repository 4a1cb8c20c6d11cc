"""Three clients of one server, and in what words each tells what it saw."""

import json
import logging
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
import requests

from emulator.faults.table import FAULTS
from emulator.server.uvicorn import Loop, Server, base_url, listen, make_server, serving

#: Whoever waits for what does not come gives up after this; for all else there is time.
IMPATIENT_S, PATIENT_S = 0.2, 20.0

STREAMED = {"arguments": {"text": "a b"}, "conversation_id": "c", "message_id": "m", "stream": True}
#: A call that is answered with JSON, and one that is answered with events.
CALLS: Mapping[str, tuple[str, str, bytes]] = {
    "json": ("GET", "/api/v1/agents", b""),
    "events": ("POST", "/api/v1/agent/a/tools/write_summary/run", json.dumps(STREAMED).encode()),
}


@dataclass
class Served:
    """A server under test and what it logged."""

    server: Server
    url: str
    records: list[logging.LogRecord] = field(default_factory=list)

    def connect(self, timeout_s: float = PATIENT_S) -> socket.socket:
        """A new connection."""
        address = urlsplit(self.url)
        return socket.create_connection((address.hostname, address.port), timeout=timeout_s)

    def wait_until_open(self) -> None:
        """Return when connections are accepted again."""
        deadline = time.monotonic() + PATIENT_S
        while True:
            try:
                self.connect().close()
            except ConnectionRefusedError:
                assert time.monotonic() < deadline, "refused for too long"
            else:
                return

    def settle(self) -> None:
        """Return when the server is as before: it answers, no connection and no task is left."""
        state = self.server.server_state
        deadline = time.monotonic() + PATIENT_S
        answered = False
        while state.connections or state.tasks or not answered:
            with self.connect() as connection:
                connection.sendall(b"GET /__admin/health HTTP/1.0\r\nHost: x\r\n\r\n")
                answered = read(connection)[0].startswith(b"HTTP/1.1 200")
            left = f"left over: {state.connections} {state.tasks}"
            assert time.monotonic() < deadline, left
        assert [record.getMessage() for record in self.records] == []


class _Collector(logging.Handler):
    """Keeps what is logged."""

    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__()
        self.records = records

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@contextmanager
def served(app: Any, loop: Loop) -> Iterator[Served]:
    """The application on a free port, in an event loop of this kind."""
    listener = listen("127.0.0.1", 0)
    here = Served(make_server(app, loop), base_url(listener))
    handler = _Collector(here.records)
    loggers = [logging.getLogger(name) for name in ("uvicorn", "asyncio")]
    with serving(here.server, listener):
        for logger in loggers:
            logger.addHandler(handler)
        try:
            yield here
        finally:
            for logger in loggers:
                logger.removeHandler(handler)


def wished(here: Served, fault: str, scope: str) -> str:
    """The fault as a request may wish for it; what meets everybody is injected by a rule."""
    name, _, given = fault.partition("; ")
    if name not in FAULTS or not FAULTS[name].for_all:
        return fault
    parameters = dict(each.split("=") for each in given.split("; ") if each)
    rule = {"fault": name, "parameters": parameters, "when": {"first": 1}}
    headers = {"emulator-scope": scope}
    url = f"{here.url}/__admin/faults"
    httpx.delete(url, headers=headers, trust_env=False)
    httpx.post(url, json=rule, headers=headers, trust_env=False).raise_for_status()
    return ""


def request_bytes(kind: str, fault: str = "", scope: str = "default", method: str = "") -> bytes:
    """A request as it is written on the wire."""
    verb, path, body = CALLS[kind]
    prefer = f"Prefer: fault={fault}\r\n" if fault else ""
    return (
        f"{method or verb} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\n{prefer}"
        f"Emulator-Scope: {scope}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def by_socket(here: Served, kind: str, fault: str, scope: str) -> str:
    """What arrives, and how it ends."""
    fault = wished(here, fault, scope)
    try:
        with here.connect() as connection:
            connection.sendall(request_bytes(kind, fault, scope))
            connection.settimeout(IMPATIENT_S if fault == "hang" else PATIENT_S)
            received, end = read(connection)
    except ConnectionRefusedError:
        return "refused"
    if b"\r\n\r\n" in received and received.startswith(b"HTTP/1.1 200"):
        assert f"emulator-fault: {fault.partition(';')[0]}\r\n".encode() in received
    return f"{_described(received, kind)}, {end}"


def read(connection: socket.socket) -> tuple[bytes, str]:
    """All that still arrives, and how the connection ends."""
    received = bytearray()
    end = ""
    while not end:
        try:
            part = connection.recv(65_536)
        except ConnectionResetError:
            end = "reset"
        except TimeoutError:
            end = "open"
        else:
            received += part
            end = "" if part else "closed"
    return bytes(received), end


#: Worth a word only where nothing else is missing.
NO_LAST_CHUNK = "no last chunk"


def _described(received: bytes, kind: str) -> str:
    if not received:
        return "nothing"
    head, blank, body = received.partition(b"\r\n\r\n")
    first, *fields = head.split(b"\r\n")
    said = []
    if not first.startswith(b"HTTP/1.1 200"):
        said.append("no status line")
    elif not blank:
        said.append("part of the headers")
    else:
        said.append(
            "headers" if all(b":" in each for each in fields) else "a header without a colon"
        )
    body, wrong = _unchunked(body) if b"transfer-encoding: chunked" in head else (body, "")
    whole = _is_whole(body, kind)
    if body:
        said.append("whole body" if whole else "part of the body")
    if wrong and (whole or wrong != NO_LAST_CHUNK):
        said.append(wrong)
    return ", ".join(said)


def _unchunked(body: bytes) -> tuple[bytes, str]:
    """What the chunks hold, and what is wrong with the last one."""
    held = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        try:
            length = int(size, 16)
        except ValueError:
            return held, "a chunk without a size"
        if length == 0:
            return held, ""
        held += rest[:length]
        if len(rest) < length + 2:
            return held, "a short chunk"
        body = rest[length + 2 :]
    return held, NO_LAST_CHUNK


def _is_whole(body: bytes, kind: str) -> bool:
    if kind == "events":
        return body.endswith(b"\n\n") and b'"type":"end"' in body
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


def by_httpx(here: Served, kind: str, fault: str, scope: str) -> str:
    """The exception, or what is answered."""
    fault = wished(here, fault, scope)
    method, path, body = CALLS[kind]
    timeout = httpx.Timeout(PATIENT_S, read=IMPATIENT_S if fault == "hang" else PATIENT_S)
    more: Any = {"headers": _headers(fault, scope), "content": body, "timeout": timeout}
    try:
        answer = httpx.request(method, here.url + path, trust_env=False, verify=False, **more)
    except httpx.TransportError as error:
        return type(error).__name__
    return _answered(answer.status_code, answer.headers, answer.content, kind)


def by_requests(here: Served, kind: str, fault: str, scope: str) -> str:
    """The exception, or what is answered."""
    fault = wished(here, fault, scope)
    method, path, body = CALLS[kind]
    timeout = (PATIENT_S, IMPATIENT_S if fault == "hang" else PATIENT_S)
    with requests.Session() as session:
        session.trust_env = False
        more: Any = {"headers": _headers(fault, scope), "data": body, "timeout": timeout}
        try:
            answer = session.request(method, here.url + path, **more)
        except requests.RequestException as error:
            return type(error).__name__
        return _answered(answer.status_code, answer.headers, answer.content, kind)


def _headers(fault: str, scope: str) -> dict[str, str]:
    return {
        "authorization": "Bearer t",
        "content-type": "application/json",
        "emulator-scope": scope,
        **({"prefer": f"fault={fault}"} if fault else {}),
    }


def _answered(status: int, headers: Mapping[str, str], body: bytes, kind: str) -> str:
    fields = "" if "emulator-fault" in headers else "no headers, "
    return f"{status}, {fields}{'whole' if _is_whole(body, kind) else 'part of the'} body"


#: What a client sees of (kind of answer, fault, scope).
Client = Callable[[Served, str, str, str], str]

#: In the order of the table's columns.
CLIENTS: Mapping[str, Client] = {
    "Raw socket": by_socket,
    "httpx": by_httpx,
    "requests": by_requests,
}
