"""A run with faults repeats itself: by its seed, and by its log where no rules are any more."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from emulator.http.encode import dump
from emulator.mock.assemble import Assembly
from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings
from tests.support.assembled import assembled
from tests.support.clock import NOW
from tests.support.fault_calls import COMPOSIO, PARAGON, SEND, STREAM, virtual_time

REQUESTS = 500

RULES: list[dict[str, Any]] = [
    {"fault": "delay", "parameters": {"distribution": "lognormal", "ms": 300, "max_ms": 60_000}},
    {"fault": "error", "parameters": {"status": 503, "retry_after_s": 1}, "when": {"every": 9}},
    {
        "fault": "error",
        "where": {"api": "composio"},
        "when": {"outage": {"for_s": 20, "every_s": 200}},
    },
    {"fault": "rate-limit", "parameters": {"limit": 40, "window_s": 30, "kind": "token-bucket"}},
    {"fault": "connection-reset", "when": {"probability": 0.05}},
    {"fault": "dribble", "parameters": {"chunks": 3}, "when": {"ramp": {"over_s": 400, "to": 0.5}}},
    {"fault": "malformed-json", "when": {"probability": 0.05}},
    {"fault": "schema-violation", "where": {"api": "composio"}, "when": {"probability": 0.1}},
    {"fault": "stale", "when": {"calls": [200, 260]}},
    {"fault": "bad-gzip", "when": {"probability": 0.03}, "ttl_s": 300},
    {"fault": "gateway-html", "where": {"tool": "SLACK_SEND_MESSAGE"}, "when": {"first": 3}},
    {"fault": "stream-cut", "parameters": {"clean": False}, "when": {"probability": 0.2}},
    {"fault": "stream-cut-in-character", "when": {"probability": 0.2}},
    {"fault": "stream-reorder", "when": {"per_call": 1}},
    {"fault": "stream-heartbeat", "parameters": {"every_ms": 100}, "when": {"probability": 0.3}},
]
WISHES = ["error; status=500", "stream-stall; ms=5000", "stream-error", "empty-body", "stale"]


def requests() -> Iterator[bytes]:
    """The same requests in every run: three services, streams, mistakes, wishes."""
    random = Random(1)
    for number in range(REQUESTS):
        call = random.choice([PARAGON, COMPOSIO, STREAM])
        body = dump(random.choice([call.body, call.body, {**call.body, "tool": 1}, SEND]))
        headers = {**call.credential, "host": "x", "connection": "close"}
        headers |= {"content-type": "application/json", "content-length": str(len(body))}
        if random.random() < 0.1:
            headers["prefer"] = f"fault={random.choice(WISHES)}"
        if random.random() < 0.5:
            headers["x-request-id"] = f"call-{number // 7}"
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        yield f"POST {call.path} HTTP/1.1\r\n{lines}\r\n".encode() + body


def exchange(url: str, request: bytes) -> bytes:
    """All that comes until the connection ends; the date is not the emulator's."""
    parts = urlsplit(url)
    got = b""
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.sendall(request)
        try:
            while part := connection.recv(65_536):
                got += part
        except ConnectionResetError:
            return b"reset"
    return re.sub(rb"\r\ndate: [^\r]+", b"", got)


@contextmanager
def client_of(assembly: Assembly, settings: Settings) -> Iterator[httpx.Client]:
    site = replace(assembly.site, seed=settings.seed)
    with (
        running(create_app(settings, replace(assembly, site=site))) as url,
        httpx.Client(base_url=url, trust_env=False) as client,
    ):
        virtual_time(client, "default")
        yield client


def run(client: httpx.Client, count: int = REQUESTS) -> list[bytes]:
    return [exchange(str(client.base_url), request) for request in islice(requests(), count)]


@pytest.fixture(scope="module")
def assembly() -> Assembly:
    return assembled()


def test_run_repeats_itself_by_seed_and_by_log(assembly: Assembly, tmp_path: Path) -> None:
    profile, log = tmp_path / "faults.json", tmp_path / "log.ndjson"
    profile.write_bytes(dump(RULES))
    runs = []
    for _ in range(2):
        with client_of(assembly, Settings(now=NOW, seed="a", faults=profile)) as client:
            runs.append(run(client))
            log.write_bytes(client.get("/__admin/faults/log").content)
    first, again = runs
    assert first == again
    _is_mixed(first, log.read_text())
    with client_of(assembly, Settings(now=NOW, seed="b", faults=profile)) as client:
        assert run(client, 50) != first[:50]
    with client_of(assembly, Settings(now=NOW, seed="a", replay_faults=log)) as client:
        replayed = run(client)
        assert client.get("/__admin/faults").json() == {"faults": []}
        assert client.get("/__admin/faults/log").content == log.read_bytes()
    assert replayed == first


def _is_mixed(answers: list[bytes], log: str) -> None:
    """Every kind of fault struck, and there is every kind of answer."""
    for rule in RULES:
        assert f'"fault":"{rule["fault"]}"' in log, rule
    assert b"reset" in answers
    statuses = {answer[9:12] for answer in answers if answer != b"reset"}
    assert {b"200", b"400", b"422", b"429", b"502", b"503"} <= statuses
    assert len(set(answers)) > REQUESTS / 4
