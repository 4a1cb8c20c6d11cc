"""Every fault of the wire as three clients see it, in both event loops: docs/faults-wire.md."""

import socket
from collections.abc import Iterator

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from emulator.faults.table import FAULTS
from emulator.server.app import EmulatorApp, create_app
from emulator.server.connection import EXTENSION
from emulator.server.uvicorn import Loop
from emulator.settings import Settings
from tests.support.paths import DOCS
from tests.support.wire import (
    CALLS,
    CLIENTS,
    IMPATIENT_S,
    PATIENT_S,
    Served,
    by_socket,
    read,
    request_bytes,
    served,
    wished,
)

PAGE = DOCS / "faults-wire.md"
ROWS = [
    [cell.strip().strip("`") for cell in line.strip("| \n").split(" | ")]
    for line in PAGE.read_text().splitlines()
    if line.startswith("| `")
]
#: (fault as it is wished for, client, what the page says it sees)
SEEN = [
    (fault, client, cell)
    for fault, *cells in ROWS
    for client, cell in zip(CLIENTS, cells, strict=True)
]
WIRE = [name for name, kind in FAULTS.items() if kind.level == "wire"]
ANSWERED = [name for name in WIRE if name != "refuse"]
#: In its scope a delay takes no time.
SCOPE = "wire"


@pytest.fixture(scope="module")
def app() -> EmulatorApp:
    return create_app(Settings(specs=("agentflow",)))


@pytest.fixture(scope="module", params=["uvloop", "asyncio"])
def running_server(request: pytest.FixtureRequest, app: EmulatorApp) -> Iterator[Served]:
    app.dispatcher.clocks.skip_delays(SCOPE, True)
    with served(app, request.param) as here:
        yield here


@pytest.fixture
def here(running_server: Served) -> Iterator[Served]:
    """The server; it must be as it was when a test is over."""
    yield running_server
    running_server.settle()


def test_page_has_every_fault() -> None:
    assert {fault.partition(";")[0] for fault, *_ in ROWS} == set(WIRE)


@pytest.mark.parametrize("kind", CALLS)
@pytest.mark.parametrize(("fault", "client", "seen"), SEEN)
def test_client_sees_what_the_page_says(
    here: Served, fault: str, client: str, seen: str, kind: str
) -> None:
    assert CLIENTS[client](here, kind, fault, SCOPE) == seen


@pytest.mark.parametrize("kind", CALLS)
@pytest.mark.parametrize("fault", ANSWERED)
def test_pipelined_request_is_not_answered(here: Served, fault: str, kind: str) -> None:
    with here.connect() as connection:
        connection.sendall(request_bytes(kind))
        assert connection.recv(12) == b"HTTP/1.1 200"
        connection.sendall(request_bytes(kind, fault, SCOPE) + request_bytes(kind))
        connection.settimeout(IMPATIENT_S if fault == "hang" else PATIENT_S)
        received, _ = read(connection)
    assert received.count(b"HTTP/1.1 ") <= 1


@pytest.mark.parametrize("fault", ANSWERED)
def test_fault_takes_a_request_for_headers_only(here: Served, fault: str) -> None:
    with here.connect() as connection:
        connection.sendall(request_bytes("json", fault, SCOPE, method="HEAD"))
        connection.settimeout(IMPATIENT_S if fault == "hang" else PATIENT_S)
        received, _ = read(connection)
    assert b'"items"' not in received


@pytest.mark.parametrize("kind", CALLS)
def test_bytes_before_a_reset_all_arrive(here: Served, kind: str) -> None:
    for after in (0, 1, 150, 350):
        with here.connect() as connection:
            connection.sendall(request_bytes(kind, f"short-body; after_bytes={after}"))
            whole, end = read(connection)
            assert (len(whole.partition(b"\r\n\r\n")[2]), end) == (after, "closed")
        with here.connect() as connection:
            # A stream has no length of its own, and comes in chunks.
            connection.sendall(request_bytes(kind, f"reset-mid-body; after_bytes={after}"))
            part, end = read(connection)
            assert len(part.partition(b"\r\n\r\n")[2]) >= after
            assert end == "reset"


def test_delay_comes_before_a_broken_connection(here: Served, app: EmulatorApp) -> None:
    before = app.dispatcher.clocks.dial(SCOPE).offset
    rule = {"fault": "delay", "parameters": {"ms": 5000}}
    headers = {"emulator-scope": SCOPE}
    url = f"{here.url}/__admin/faults"
    assert httpx.post(url, json=rule, headers=headers, trust_env=False).status_code == 201
    try:
        assert by_socket(here, "json", "empty-reply", SCOPE) == "nothing, closed"
    finally:
        httpx.delete(url, headers=headers, trust_env=False)
    passed = app.dispatcher.clocks.dial(SCOPE).offset - before
    assert passed.total_seconds() == 5


def test_half_closed_connection_still_takes_what_is_sent(here: Served) -> None:
    with here.connect() as connection:
        connection.sendall(request_bytes("json", "half-close"))
        assert read(connection)[1] == "closed"
        # To a connection that is closed both ways a reset would come back, and be seen here.
        for _ in range(3):
            connection.sendall(request_bytes("json"))
            assert read(connection) == (b"", "closed")


def test_slow_close_lasts_as_long_as_the_clock_says(here: Served) -> None:
    with here.connect() as connection:
        connection.sendall(request_bytes("json", "slow-close; ms=600000", "slow"))
        received = b""
        while b'"page_size":20}' not in received:
            received += connection.recv(65_536)
        connection.settimeout(IMPATIENT_S)
        assert read(connection) == (b"", "open")
        with httpx.Client(base_url=here.url, trust_env=False) as client:
            _advance(client, "slow", 600)
        connection.settimeout(PATIENT_S)
        assert read(connection) == (b"", "closed")


def _advance(client: httpx.Client, scope: str, seconds: int) -> None:
    moved = {"seconds": seconds}
    client.post("/__admin/clock/advance", json=moved, headers={"emulator-scope": scope})


@pytest.fixture
def kept(here: Served) -> Iterator[httpx.Client]:
    """A client whose connection is open already."""
    with httpx.Client(base_url=here.url, timeout=PATIENT_S, trust_env=False) as client:
        assert client.get("/__admin/health").status_code == 200
        yield client


def test_refusal_lasts_as_long_as_the_clock_says(
    here: Served, kept: httpx.Client, app: EmulatorApp
) -> None:
    with served(app, "asyncio") as other:
        for _ in range(2):
            assert by_socket(here, "json", "refuse; ms=600000", "refusing") == "nothing, reset"
            seen = [see(here, "json", "", "default") for see in CLIENTS.values()]
            assert seen == ["refused", "ConnectError", "ConnectionError"]
            with other.connect(), here_port_is_kept(here):
                assert kept.get("/__admin/health").status_code == 200
            _advance(kept, "refusing", 600)
            here.wait_until_open()


def here_port_is_kept(here: Served) -> socket.socket:
    """A socket that is bound to no port, because the server's is not free."""
    probe = socket.socket()
    with pytest.raises(OSError, match="in use"):
        probe.bind(("127.0.0.1", int(here.url.rpartition(":")[2])))
    return probe


def test_refusals_overlap(here: Served, kept: httpx.Client) -> None:
    with here.connect() as connection:
        assert wished(here, "refuse; ms=600000", "two") == ""
        assert by_socket(here, "json", "refuse; ms=600000", "one") == "nothing, reset"
        connection.sendall(request_bytes("json", "", "two"))
        assert read(connection) == (b"", "reset")
    _advance(kept, "one", 600)
    assert by_socket(here, "json", "", "default") == "refused"
    _advance(kept, "two", 600)
    here.wait_until_open()


def test_server_comes_back_when_its_port_was_taken(here: Served, kept: httpx.Client) -> None:
    port = int(here.url.rpartition(":")[2])
    assert by_socket(here, "json", "refuse; ms=600000", "taken") == "nothing, reset"
    with socket.socket() as thief:
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        thief.bind(("127.0.0.1", port))
        thief.listen()
        _advance(kept, "taken", 600)
        assert kept.get("/__admin/health").status_code == 200
    here.wait_until_open()


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_server_stops_while_it_refuses(app: EmulatorApp, loop: Loop) -> None:
    with served(app, loop) as here:
        assert by_socket(here, "json", "refuse; ms=600000", "stopped") == "nothing, reset"
    assert by_socket(here, "json", "", "default") == "refused"
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free.bind(("127.0.0.1", int(here.url.rpartition(":")[2])))


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_reset_comes_after_what_was_written(loop: Loop) -> None:
    size = 24_000_000

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        connection = scope["extensions"][EXTENSION]
        await connection.write(bytes(size))
        await connection.reset()

    with served(app, loop) as here, here.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        received, end = read(connection)
    assert end == "reset"
    # What the kernel has taken and not sent is lost, but nothing that we held ourselves.
    assert len(received) > size / 2
