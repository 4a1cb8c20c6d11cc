"""What one connection may hold, on the wire: heads, pieces, pipelined requests."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from emulator.mock.state.memory_store import MemoryStore
from emulator.mock.state.store import Execute, Put
from emulator.server.admin.plane import BODY_LIMIT
from emulator.server.app import create_app
from emulator.settings import Settings
from tests.support.clock import NOW
from tests.support.paths import ROOT
from tests.support.wire import Served, read, served

PETS = str(ROOT / "examples" / "petstore.yaml")
HEAD, FIELDS = 4_000, 20
START = b"GET /v1/pets HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
END = b"\r\n"


@pytest.fixture(scope="module", params=["asyncio", "uvloop"])
def small(request: pytest.FixtureRequest) -> Iterator[Served]:
    app = create_app(Settings((PETS,), auth="off", head_limit=HEAD, field_limit=FIELDS))
    with served(app, request.param) as here:
        yield here


def ask(here: Served, *parts: bytes) -> bytes:
    """What is answered to what is sent, until the connection ends."""
    with here.connect() as connection:
        for part in parts:
            connection.sendall(part)
        received, end = read(connection)
    assert end == "closed"
    return received


def padded(size: int, start: bytes = START) -> bytes:
    """A head of so many bytes."""
    return start + b"X-A: " + b"a" * (size - len(start) - 9) + b"\r\n\r\n"


def with_fields(number: int, name: bytes) -> bytes:
    """A head with so many fields, two of which are those of `START`."""
    lines = b"".join(name % index + b": b\r\n" for index in range(number - 2))
    return START + lines + END


LONG_TARGET = b"GET /v1/pets?a=" + b"a" * HEAD + b" HTTP/1.1\r\nHost: x\r\n\r\n"

CHUNKED = START + b"Transfer-Encoding: chunked\r\n\r\n"

HEADS = {
    "as large as may be": ([padded(HEAD)], b"200"),
    "a byte larger": ([padded(HEAD + 1)], b"431"),
    "larger, and never complete": ([START + b"X-A: " + b"a" * 3 * HEAD], b"431"),
    "in two parts": ([padded(HEAD)[:1_000], padded(HEAD)[1_000:]], b"200"),
    "larger, in two parts": ([padded(HEAD + 1)[:1_000], padded(HEAD + 1)[1_000:]], b"431"),
    "as many fields as may be": ([with_fields(FIELDS, b"x%d")], b"200"),
    "a field more": ([with_fields(FIELDS + 1, b"x%d")], b"431"),
    "as many of one name": ([with_fields(FIELDS, b"x%.0d")], b"200"),
    "one more of one name": ([with_fields(FIELDS + 1, b"x%.0d")], b"431"),
    "fields without end": ([START + b"a:b\r\n" * 200_000], b"431"),
    "a long target": ([LONG_TARGET], b"414"),
    "a target without end": ([b"GET /" + b"a" * 100_000], b"414"),
    "trailers without end": ([CHUNKED + b"0\r\n" + b"a:b\r\n" * 50_000], b"431"),
    "a trailer without end": ([CHUNKED + b"1\r\na\r\n0\r\nX-A: " + b"a" * 100_000], b"431"),
    "few trailers": ([CHUNKED + b"0\r\n" + b"a:b\r\n" * 50 + b"\r\n"], b"200"),
    "behind another": ([START.replace(b"close", b"keep-alive") + END + padded(HEAD + 1)], b"431"),
    "for the control plane": ([padded(HEAD + 1, START.replace(b"v1/pets", b"__admin/"))], b"431"),
}


@pytest.mark.parametrize("name", HEADS)
def test_heads_keep_to_their_limits(small: Served, name: str) -> None:
    parts, status = HEADS[name]
    last = ask(small, *parts).rpartition(b"HTTP/1.1 ")[2]
    assert last[:3] == status
    if status != b"200":
        assert b"content-type: application/problem+json" in last
        assert b"-limit)" in last


@pytest.mark.parametrize("path", [b"/v1/pets", b"/__admin/health", b"/~s/v1/pets"])
def test_pipelined_requests_are_all_answered_in_order(small: Served, path: bytes) -> None:
    one = b"GET %b?n=%d HTTP/1.1\r\nHost: x\r\n\r\n"
    many = b"".join(one % (path, number) for number in range(300))
    with small.connect() as connection:
        connection.sendall(many + START + END)
        received, end = read(connection)
    assert (received.count(b"HTTP/1.1 "), end) == (301, "closed")


def test_long_bodies_are_read_in_pieces(small: Served) -> None:
    body = b'{"name": "Rex", "kind": "dog", "price": 250}' + b" " * 300_000
    for path, status in ((b"/v1/pets", b"201"), (b"/nothing", b"404")):
        head = b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" % path
        length = b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
        assert ask(small, head + length + body)[9:12] == status


POST = b"POST %b HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n%b\r\n\r\n"
DECLARED = {
    "far too long": (b"Content-Length: 1000000000000000000", b"{}", b"413"),
    "beyond 64 bits": (b"Content-Length: 1" + b"0" * 5_000, b"{}", b"400"),
    "a byte too long": (b"Content-Length: more", b"{}", b"413"),
    "too long, and it all comes": (
        b"Connection: close\r\nContent-Length: 12000000",
        b" " * 12_000_000,
        b"413",
    ),
    "too long, to be allowed first": (
        b"Expect: 100-continue\r\nContent-Length: more",
        b"",
        b"413",
    ),
    "too long, in chunks": (
        b"Transfer-Encoding: chunked",
        b"989680\r\n" + b" " * 10_000_000 + b"\r\n1\r\n ",
        b"413",
    ),
    "compressed on the way": (
        b"Transfer-Encoding: gzip, chunked",
        b"2\r\n{}\r\n0\r\n\r\n",
        b"501",
    ),
    "compressed, in a field of its own": (
        b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked",
        b"",
        b"501",
    ),
    "not chunked last": (b"Transfer-Encoding: chunked, gzip", b"", b"400"),
    "not chunked last, in fields": (
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip",
        b"",
        b"400",
    ),
    "not chunked": (b"Transfer-Encoding: identity", b"", b"400"),
    "chunked twice": (b"Transfer-Encoding: chunked, chunked", b"", b"400"),
}


@pytest.fixture(scope="module", params=["asyncio", "uvloop"])
def brief(request: pytest.FixtureRequest) -> Iterator[Served]:
    with served(create_app(Settings((PETS,), auth="off", body_limit=1_000)), request.param) as here:
        yield here


@pytest.mark.parametrize("path", [b"/v1/pets", b"/~a/v1/pets", b"/__admin/mappings"])
@pytest.mark.parametrize("name", DECLARED)
def test_bodies_that_are_not_read_are_refused_before_they_come(
    brief: Served, name: str, path: bytes
) -> None:
    fields, body, status = DECLARED[name]
    limit = BODY_LIMIT if b"admin" in path else 1_000
    fields = fields.replace(b"more", b"%d" % (limit + 1))
    received = ask(brief, POST % (path, fields) + body)
    assert received[9:12] == status
    assert received.count(b"connection: close\r\n") == received.count(b"HTTP/1.1 ") == 1


def test_no_more_scopes_than_may_be() -> None:
    app = create_app(Settings((PETS,), auth="off", scope_limit=2))
    get = b"GET %b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nEmulator-Scope: %b\r\n\r\n"
    with served(app, "auto") as here:

        def status(path: bytes, scope: bytes, method: bytes = b"GET") -> bytes:
            return ask(here, get.replace(b"GET", method, 1) % (path, scope))[9:12]

        assert [status(b"/v1/pets", scope) for scope in (b"a", b"b", b"a")] == [b"200"] * 3
        for path in (b"/v1/pets", b"/~c/v1/pets", b"/nothing", b"/__admin/requests"):
            assert status(path, b"c") == b"503"
        # The scope of everybody is always there.
        assert status(b"/v1/pets", b"default") == status(b"/__admin/scopes", b"default") == b"200"
        for scope in (b"a", b"b"):
            assert status(b"/__admin/scopes/" + scope, b"default", b"DELETE") == b"204"
        assert status(b"/v1/pets", b"c") == b"200"


def test_stubs_are_limited_by_their_number_and_size() -> None:
    app = create_app(Settings((PETS,), auth="off", stub_limit=2, stub_size=2_000))
    with TestClient(app, base_url="http://127.0.0.1") as client:

        def post(scope: str, path: str, body: str = "") -> tuple[int, str]:
            stub = {"request": {"urlPath": path}, "response": {"body": body}}
            answer = client.post(f"/~{scope}/__admin/mappings", json=stub)
            return answer.status_code, answer.text

        assert [post("a", path)[0] for path in ("/1", "/2")] == [201, 201]
        assert post("a", "/3")[0] == 409
        assert "--stub-limit" in post("a", "/3")[1]
        assert post("b", "/1", "x" * 1_000)[0] == 201
        assert "--stub-size" in post("c", "/1", "x" * 1_000)[1]
        client.post("/~b/__admin/reset")
        assert post("c", "/1", "x" * 1_000)[0] == 201


def test_records_and_executions_are_limited_by_their_number() -> None:
    store = MemoryStore(record_limit=3)
    for number in range(5):
        put = Put("pets", str(number), {})
        store.apply("s", "pets", [put, Execute("t", "", {}, "", "", number)], NOW)
    assert list(store.snapshot("s", "pets").records("pets")) == ["2", "3", "4"]
    assert [each.sequence for each in store.executions("s")] == [2, 3, 4]
