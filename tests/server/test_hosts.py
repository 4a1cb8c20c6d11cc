"""By which names the server may be called."""

from collections.abc import Iterator
from typing import Any

import pytest

from emulator.http.targets import THIS_MACHINE, Targets, parse_targets
from emulator.server.app import create_app
from emulator.server.hosts import Hosts, host_name
from emulator.settings import Settings
from tests.support.paths import ROOT
from tests.support.wire import Served, read, served

DOCUMENT = {
    "servers": [
        {"url": "https://Api.shop.com/v1"},
        {"url": "/v1"},
        {
            "url": "https://{region}.shop.com:8443",
            "variables": {"region": {"default": "eu", "enum": ["eu", "ap"]}},
        },
        {"url": "https://[bad"},
        "nonsense",
    ],
    "paths": {
        "/a": {
            "servers": [{"url": "https://path.shop.com"}],
            "get": {"servers": [{"url": "https://operation.shop.com"}]},
        }
    },
}


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("localhost", "localhost"),
        ("LocalHost:80", "localhost"),
        ("a_b-c.d.", "a_b-c.d."),
        ("[::1]:4010", "[::1]"),
        ("a:", "a"),
        ("evil.com@localhost", None),
        ("localhost:80@evil.com", None),
        ("localhost:x", None),
        ("localhost evil.com", None),
        ("localhost,evil.com", None),
        ("localhost/", None),
        ("http://localhost", None),
        ("[::1", None),
        ("::1", None),
        ("", None),
    ],
)
def test_name_in_a_field(field: str, name: str | None) -> None:
    assert host_name(field) == name


@pytest.mark.parametrize(
    ("trusted", "fields", "refused"),
    [
        (THIS_MACHINE, [], ""),
        (THIS_MACHINE, ["localhost:4010"], ""),
        (THIS_MACHINE, ["a.localhost"], ""),
        (THIS_MACHINE, ["emulator"], ""),
        (THIS_MACHINE, ["127.0.0.1:4010"], ""),
        (THIS_MACHINE, ["192.0.2.1"], ""),
        (THIS_MACHINE, ["[::1]"], ""),
        (THIS_MACHINE, ["api.shop.com"], ""),
        (THIS_MACHINE, ["API.SHOP.COM.:443"], ""),
        (THIS_MACHINE, ["eu.shop.com"], ""),
        (THIS_MACHINE, ["path.shop.com"], ""),
        (THIS_MACHINE, ["operation.shop.com"], ""),
        (THIS_MACHINE, ["ap.shop.com"], ""),
        (THIS_MACHINE, ["us.shop.com"], "host-not-allowed"),
        (THIS_MACHINE, ["evil.com"], "host-not-allowed"),
        (THIS_MACHINE, ["127.0.0.1.evil.com"], "host-not-allowed"),
        (THIS_MACHINE, ["localhost.evil.com:4010"], "host-not-allowed"),
        (THIS_MACHINE, ["localhost", "evil.com"], "host-invalid"),
        (THIS_MACHINE, ["evil.com@localhost"], "host-invalid"),
        (parse_targets("mine.test"), ["mine.test:1"], ""),
        (parse_targets("mine.test"), ["yours.test"], "host-not-allowed"),
        (parse_targets("any"), ["evil.com"], ""),
        (None, ["evil.com"], ""),
        (None, ["localhost", "localhost"], "host-invalid"),
    ],
)
def test_who_may_call(trusted: Targets | None, fields: list[str], refused: str) -> None:
    hosts = Hosts(trusted)
    hosts.use([DOCUMENT, {}, {"servers": "x", "paths": []}])
    for _ in range(2):
        found = hosts.refusal(fields)
        assert (found.type.name if found else "") == refused
    assert (fields[0] in hosts.known if fields else True) is not bool(refused)


@pytest.fixture(scope="module")
def local() -> Iterator[Served]:
    with served(create_app(Settings((str(ROOT / "examples" / "petstore.yaml"),))), "auto") as here:
        yield here


@pytest.mark.parametrize("path", ["/v1/pets", "/__admin/health", "/~a/v1/pets", "/nothing"])
@pytest.mark.parametrize(
    ("fields", "status"),
    [
        (b"Host: evil.com", b"403"),
        (b"Host: localhost\r\nHost: evil.com", b"400"),
        (b"Host: evil.com\r\nHost: localhost", b"400"),
        (b"Host: evil.com@localhost", b"400"),
        (b"Accept: */*", b"400"),
    ],
)
def test_services_and_control_plane_are_called_by_their_names(
    local: Served, path: str, fields: bytes, status: bytes
) -> None:
    with local.connect() as connection:
        connection.sendall(b"GET %b HTTP/1.1\r\n%b\r\n\r\n" % (path.encode(), fields))
        received, end = read(connection)
    assert (received[9:12], end) == (status, "closed")
    assert b"application/problem+json" in received


@pytest.mark.parametrize("path", ["/v1/pets", "/__admin/health", "/__admin/mappings"])
@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"http://evil.com%b HTTP/1.1", b"403"),
        (b"http://evil.com%b?a=/b HTTP/1.1", b"403"),
        (b"https://me@localhost%b HTTP/1.1", b"400"),
        (b"http://localhost%b HTTP/1.1", b"200"),
        (b"%b HTTP/2.0", b"505"),
        (b"%b HTTP/3.0", b"505"),
    ],
)
def test_host_of_the_target_and_version_count(
    local: Served, path: str, line: bytes, status: bytes
) -> None:
    """A Host field that says otherwise is no way round (RFC 9112, 3.2.2)."""
    plain = b"GET %b HTTP/1.1\r\nHost: localhost\r\n\r\n" % path.encode()
    request = b"GET %b\r\nHost: localhost\r\nConnection: close\r\n\r\n" % (line % path.encode())
    for sent in (request, plain.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), request):
        with local.connect() as connection:
            connection.sendall(sent)
            received = read(connection)[0]
        assert received[9:12] == (status if sent == request else b"200"), received


def test_old_client_need_not_say_the_host(local: Served) -> None:
    with local.connect() as connection:
        connection.sendall(b"GET /v1/pets HTTP/1.0\r\n\r\n")
        assert read(connection)[0][9:12] == b"200"


def test_name_that_may_be_used_is_asked_for_once(local: Served) -> None:
    for _ in range(2):
        with local.connect() as connection:
            connection.sendall(
                b"GET /v1/pets HTTP/1.1\r\nHost: petstore.example\r\nConnection: close\r\n\r\n"
            )
            assert read(connection)[0][9:12] == b"200"
    state: Any = local.server.server_state
    assert "petstore.example" in state.hosts.known
