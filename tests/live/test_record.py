"""Recording a real service and replaying it, on sockets."""

import gzip
import json
import socket
import ssl
import threading
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from emulator.fixtures.cassettes.recorded import NO_HTTP
from emulator.http.messages import Response
from emulator.server.journal.serialize import write_archive
from emulator.server.uvicorn import running
from tests.support.recorded_pets import Pets
from tests.support.recorders import recording, replaying
from tests.support.secret_places import PLACES, found_below, holds
from tests.support.upstreams import HEAD, Answer, answering, reset, sends
from tests.support.wire import read


@pytest.fixture
def pets() -> Pets:
    return Pets()


@pytest.fixture
def upstream(pets: Pets) -> Iterator[str]:
    with running(pets.app) as url:
        yield url


def test_recorded_exchanges_are_replayed_in_their_order(upstream: str, tmp_path: Path) -> None:
    with recording(upstream, tmp_path) as here:
        first = here.client.get("/pets").json()
        made = here.client.post("/pets", json={"name": "Ada"})
        second = here.client.get("/pets").json()
    assert len(second) == len(first) + 1
    with replaying(tmp_path, unmatched="fail") as client:
        seen = [client.get("/pets").json() for _ in range(3)]
        again = client.post("/pets", json={"name": "Ada"})
        other = client.post("/pets", json={"name": "Bob"})
        anew = client.get("/pets", headers={"emulator-scope": "other"}).json()
    assert seen == [first, second, second]
    assert anew == first
    assert (again.status_code, again.json()) == (201, made.json())
    assert again.headers["location"] == made.headers["location"]
    assert again.headers["emulator-rule"] == "replay"
    assert again.headers["emulator-source"] == "recorded"
    assert (other.status_code, other.headers["emulator-problem"]) == (404, "exchange-not-recorded")


def test_what_was_not_recorded_is_answered_by_the_document(upstream: str, tmp_path: Path) -> None:
    with recording(upstream, tmp_path) as here:
        here.client.get("/pets")
    with replaying(tmp_path) as client:
        other = client.get("/pets", params={"limit": 1})
        forced = client.get("/pets", headers={"prefer": "dynamic=true"})
    assert other.headers["emulator-rule"] == "generated"
    assert forced.headers["emulator-rule"] == "preference"


def test_exchange_is_a_fixture_that_knows_where_it_comes_from(
    upstream: str, tmp_path: Path
) -> None:
    with recording(upstream, tmp_path) as here:
        answer = here.client.get("/v1/pets/2", headers={"x-note": "{{ 1 + 1 }}"})
        (file,) = here.files
        exchange = here.exchange(file)
    assert answer.headers["emulator-recorded"] == file == "pets/getPet/200.0001.yaml"
    about = exchange["recorded"]
    assert (exchange["source"], about["document"], about["upstream"]) == (
        "recorded",
        "Pets 1.2.0",
        upstream,
    )
    assert exchange["request"]["path"] == "/pets/2"
    assert exchange["request"]["headers"]["x-note"] == "{{ 1 + 1 }}"
    assert exchange["body"] == answer.json() == {"id": "2", "name": "Mia", "tag": "cat"}
    with replaying(tmp_path, cassette=None, fixtures=tmp_path) as client:
        stored = client.get("/pets/9")
    assert (stored.json(), stored.headers["emulator-source"]) == (answer.json(), "recorded")


def test_violations_of_both_sides_are_told(upstream: str, tmp_path: Path) -> None:
    with recording(upstream, tmp_path) as here:
        asked = here.client.post("/pets", json={"name": ""})
        answered = here.client.get("/pets/1", headers={"accept": "*/*"})
        stray = here.client.get("/anything/1")
        pets_broken = here.recorder.violations
        journal = here.journal
    assert asked.headers["emulator-violations"].startswith("request body /name: ")
    assert "emulator-violations" not in answered.headers
    assert "no operation has the path" in stray.headers["emulator-violations"]
    # The upstream refused what the document forbids, and took what it does not have.
    assert pets_broken == 1
    traces = [entry["trace"] for entry in reversed(journal)]
    assert traces[0]["violations"][0]["pointer"] == "/name"
    assert traces[0]["rule"] == "upstream"


def test_answer_that_breaks_the_document_is_told_and_kept(tmp_path: Path) -> None:
    body = b'{"id":1}'
    wrong = HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    with answering(sends(wrong)) as url, recording(url, tmp_path) as here:
        answer = here.client.get("/pets/1")
        (file,) = here.files
        violations = here.exchange(file)["recorded"]["violations"]
    assert answer.content == body
    assert "(and 1 more)" in answer.headers["emulator-violations"]
    assert {(each["pointer"], each["keyword"]) for each in violations} == {
        ("/id", "type"),
        ("/name", "required"),
    }
    with replaying(tmp_path) as client:
        again = client.get("/pets/1")
    assert (again.content, again.headers["emulator-violations"]) == (
        body,
        answer.headers["emulator-violations"],
    )


def test_requests_without_credentials_get_what_such_requests_got(
    upstream: str, tmp_path: Path
) -> None:
    with recording(upstream, tmp_path) as here:
        del here.client.headers["x-pets-id"]
        refused = here.client.get("/pets")
        here.client.headers["x-pets-id"] = "pets-key-0815"
        listed = here.client.get("/pets")
    with replaying(tmp_path, auth="known") as client:
        unknown = client.get("/pets")
        client.headers["x-pets-id"] = "emulator-development-credential"
        known = client.get("/pets")
        del client.headers["x-pets-id"]
        nobody = client.get("/pets")
    assert (unknown.status_code, unknown.headers["emulator-rule"]) == (401, "refusal")
    assert known.json() == listed.json()
    assert (nobody.status_code, nobody.json()) == (401, refused.json())


def test_stream_is_replayed_with_its_timing(tmp_path: Path) -> None:
    first, second = threading.Event(), threading.Event()

    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        wait(first)
        connection.sendall(b": hold on\r\n\r\n")
        wait(second)
        connection.sendall(b'event: word\nid: 1\ndata: {"word":"once"}\n\ndata: end\n\n')

    with answering(answer) as url, recording(url, tmp_path) as here:
        here.client.put("/__admin/clock", json={"frozen": True})
        with here.client.stream("GET", "/stories") as stream:
            lines, seen = stream.iter_lines(), []
            for seconds, go in ((2.5, first), (1.25, second)):
                here.client.post("/__admin/clock/advance", json={"seconds": seconds})
                go.set()
                seen.append(next(lines))
            seen += lines
    (file,) = here.files
    assert here.exchange(file)["events"]["items"] == [
        {"after_ms": 2500, "comment": "hold on"},
        {"after_ms": 1250, "event": "word", "id": "1", "data": {"word": "once"}},
        {"data": "end"},
    ]
    with replaying(tmp_path) as client:
        client.put("/__admin/clock", json={"frozen": True, "skips_delays": True})
        begun = clock(client)
        replayed = client.get("/stories").text.splitlines()
        took = clock(client) - begun
    assert replayed == seen
    assert took == timedelta(seconds=3.75)


def clock(client: httpx.Client) -> datetime:
    return datetime.fromisoformat(client.get("/__admin/clock").json()["now"])


BODY = b'{"id":"1","name":"Rex"}'
SHORT = HEAD + b"Content-Length: 99\r\n\r\n" + BODY
CHUNK = HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(BODY), BODY)
WHOLE_CHUNK = b"%x\r\n%s\r\n" % (len(BODY), BODY)
#: How an upstream fails, how that is recorded, and what a client sees of it both times.
FAILURES: dict[str, tuple[Answer, str, bytes, str]] = {
    "reset before the answer": (reset, "reset", b"", "reset"),
    "closed before the answer": (lambda _: None, "closed", b"", "closed"),
    "reset within the body": (sends(SHORT, reset), "reset", BODY, "reset"),
    "closed within the body": (sends(SHORT), "closed", BODY, "closed"),
    "reset between chunks": (sends(CHUNK, reset), "reset", WHOLE_CHUNK, "reset"),
    "closed between chunks": (sends(CHUNK), "closed", WHOLE_CHUNK, "closed"),
    "no HTTP": (sends(b"hello\r\n\r\n"), "garbage", NO_HTTP, "closed"),
}


@pytest.mark.parametrize("case", FAILURES)
def test_failure_is_passed_on_recorded_and_replayed_as_what_it_is(
    case: str, tmp_path: Path
) -> None:
    answer, failure, *seen = FAILURES[case]
    with answering(answer) as url, recording(url, tmp_path) as here:
        passed_on = raw(here.client)
    (file,) = here.files
    assert file == f"pets/_failed/{failure}.0001.yaml"
    assert here.exchange(file)["recorded"]["failure"] == failure
    with replaying(tmp_path) as client:
        replayed = raw(client)
    assert [passed_on, replayed] == [tuple(seen), tuple(seen)]


def raw(client: httpx.Client, target: str = "/pets/1") -> tuple[bytes, str]:
    """The body of the answer as far as it comes, and how the connection ends."""
    fields = "Host: x\r\nX-Pets-Id: pets-key-0815\r\nConnection: close\r\n\r\n"
    url = client.base_url
    with socket.create_connection((url.host, url.port or 0), timeout=20) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\n{fields}".encode())
        received, end = read(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    return (body if head.startswith(b"HTTP/1.1") else received), end


def wait(event: threading.Event) -> None:
    assert event.wait(20)


def test_silence_is_recorded_as_a_timeout_and_replayed_as_silence(tmp_path: Path) -> None:
    over = threading.Event()
    with (
        answering(lambda _: wait(over)) as url,
        recording(url, tmp_path, timeout_s=0.2) as here,
    ):
        answer = here.client.get("/pets/1")
        over.set()
        (file,) = here.files
        failure = here.exchange(file)["recorded"]["failure"]
    assert (answer.status_code, answer.headers["emulator-problem"]) == (504, "upstream-timeout")
    assert failure == "timeout"
    with replaying(tmp_path) as client, pytest.raises(httpx.ReadTimeout):
        client.get("/pets/1", timeout=0.2)


def test_upstream_that_is_not_there_is_told_and_not_recorded(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    with recording(url, tmp_path) as here:
        answer = here.client.get("/pets/1")
        files = here.files
    assert (answer.status_code, answer.headers["emulator-problem"]) == (502, "upstream-unreachable")
    assert answer.headers["emulator-recorded"].startswith("no: the upstream can't be reached")
    assert files == []


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody has signed but itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "pets")])
    now = datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "pets.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(made.public_bytes(Encoding.PEM) + private)
    return file


def test_certificate_of_the_upstream_is_verified(certificate: Path, tmp_path: Path) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    whole = HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
    with answering(sends(whole), tls=tls) as url:
        with recording(url, tmp_path / "a") as here:
            refused = here.client.get("/pets/1")
        with recording(url, tmp_path / "b", ca_file=certificate) as here:
            trusted = here.client.get("/pets/1")
    assert refused.status_code == 502
    assert "CERTIFICATE_VERIFY_FAILED" in refused.json()["detail"]
    assert trusted.content == BODY


def test_redirect_elsewhere_is_passed_on_and_nobody_follows(upstream: str, tmp_path: Path) -> None:
    visited: list[bytes] = []
    with (
        answering(lambda each: visited.append(b"")) as elsewhere,
        recording(upstream, tmp_path) as here,
    ):
        away = here.client.get("/away", params={"to": f"{elsewhere}/x"})
        home = here.client.get("/away", params={"to": f"{upstream}/pets/1"})
    assert (away.status_code, away.headers["location"]) == (302, f"{elsewhere}/x")
    assert visited == []
    # Whoever follows a redirect within the upstream stays with the proxy.
    assert home.headers["location"] == "/pets/1"


def test_fields_of_the_connection_stay_there(pets: Pets, upstream: str, tmp_path: Path) -> None:
    sent = {
        "connection": "keep-alive, X-Hop",
        "x-hop": "1",
        "te": "trailers",
        "keep-alive": "timeout=5",
        "proxy-authorization": "Basic YTpi",
        "emulator-scope": "s",
        "accept-encoding": "br, gzip;q=0.5, zstd",
        "via": "1.0 fred",
        "x-end": "2",
    }
    with recording(upstream, tmp_path) as here:
        here.client.get("/pets/1", headers=sent)
    came = dict(pets.seen[0].headers)
    for name in ("x-hop", "te", "keep-alive", "proxy-authorization", "emulator-scope"):
        assert name not in came
    assert came["host"] == upstream.removeprefix("http://")
    assert (came["via"], came["x-end"]) == ("1.0 fred, 1.1 emulator", "2")
    assert came["accept-encoding"] == "gzip;q=0.5"


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ("/pets/a%2Fb%20c", "/v2/pets/a%2Fb%20c"),
        ("/v1/pets/~'!*%7e", "/v2/pets/~'!*%7e"),
        ("/v2/pets?tag=a%20b+c&tag=&limit=1", "/v2/pets?tag=a%20b+c&tag=&limit=1"),
        ("/other//x?", "/v2/other//x"),
    ],
)
def test_target_is_sent_on_byte_for_byte(asked: str, sent: str, tmp_path: Path) -> None:
    requests: list[bytes] = []
    empty = sends(b"HTTP/1.1 204 No Content\r\n\r\n")
    with answering(empty, requests) as url, recording(f"{url}/v2", tmp_path) as here:
        raw(here.client, asked)
    assert requests[0].split(b"\r\n")[0] == f"GET {sent} HTTP/1.1".encode()


def test_stream_that_the_client_leaves_is_kept_as_far_as_it_came(tmp_path: Path) -> None:
    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        connection.sendall(b"data: [DONE]\n\n")
        assert connection.recv(1) == b"", "it ends when the proxy leaves as well"

    with (
        answering(answer) as url,
        recording(url, tmp_path) as here,
        here.client.stream("GET", "/stories") as stream,
    ):
        assert next(stream.iter_lines()) == "data: [DONE]"
    (file,) = here.files
    (item,) = here.exchange(file)["events"]["items"]
    assert item["data"] == "[DONE]"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "raw deflate"])
def test_coding_is_passed_on_and_undone_in_the_recording(coding: str, tmp_path: Path) -> None:
    encoded = {
        "gzip": gzip.compress(BODY),
        "deflate": zlib.compress(BODY),
        "raw deflate": zlib.compress(BODY)[2:-4],
    }[coding]
    fields = b"Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n"
    head = HEAD + fields % (coding.split()[-1].encode(), len(encoded))
    with answering(sends(head + encoded)) as url, recording(url, tmp_path) as here:
        with here.client.stream("GET", "/pets/1") as answer:
            passed_on = b"".join(answer.iter_raw())
        (file,) = here.files
        exchange = here.exchange(file)
    assert passed_on == encoded
    assert exchange["body"] == json.loads(BODY)
    assert "headers" not in exchange
    with replaying(tmp_path) as client:
        assert client.get("/pets/1").content == BODY


def test_compressed_request_is_passed_on_as_it_is_and_known_by_what_it_holds(
    tmp_path: Path,
) -> None:
    pet = b'{"name": "Ada"}'
    fields = {"content-type": "application/json", "content-encoding": "gzip"}
    made, received = b'{"id":"3","name":"Ada"}', list[bytes]()
    answer = HEAD.replace(b"200 OK", b"201 Created") + b"Content-Length: %d\r\n\r\n" % len(made)
    with answering(sends(answer + made), received) as url, recording(url, tmp_path) as here:
        sent = gzip.compress(pet, mtime=1)
        here.client.post("/pets", content=sent, headers=fields)
        (file,) = here.files
        assert here.exchange(file)["request"]["body"] == {"name": "Ada"}
    assert received[0].endswith(sent)
    with replaying(tmp_path, unmatched="fail") as client:
        again = client.post("/pets", content=gzip.compress(pet, mtime=2), headers=fields)
        plain = client.post("/pets", content=pet, headers=fields | {"content-encoding": "identity"})
        other = client.post("/pets", content=gzip.compress(b"{}"), headers=fields)
    assert [each.status_code for each in (again, plain, other)] == [201, 201, 404]


def test_what_can_not_be_read_is_passed_on_and_not_recorded(tmp_path: Path) -> None:
    unread = HEAD + b"Content-Encoding: br\r\nContent-Length: 3\r\n\r\nabc"
    with (
        answering(sends(unread)) as url,
        recording(url, tmp_path) as here,
        here.client.stream("GET", "/pets/1") as answer,
    ):
        assert b"".join(answer.iter_raw()) == b"abc"
    assert (here.files, here.recorder.session.refused) == ([], 1)
    assert here.said == ["GET getPet 200  recorded: no: its content-encoding br can't be read"]


MODES = {
    # (mode, cassette at start) → who answers a known request, and another one
    ("none", "recorded"): ("cassette", "nobody"),
    ("none", "empty"): ("nobody", "nobody"),
    ("once", "recorded"): ("cassette", "nobody"),
    ("once", "empty"): ("upstream", "upstream"),
    ("new_episodes", "recorded"): ("cassette", "upstream"),
    ("new_episodes", "empty"): ("upstream", "upstream"),
    ("all", "recorded"): ("upstream", "upstream"),
    ("all", "empty"): ("upstream", "upstream"),
}
WHO = {"upstream": "upstream", "replay": "cassette", "refusal": "nobody"}


@pytest.mark.parametrize(("mode", "state"), MODES, ids=str)
def test_mode(mode: str, state: str, upstream: str, tmp_path: Path) -> None:
    if state == "recorded":
        with recording(upstream, tmp_path) as here:
            here.client.get("/pets/1")
    with recording(upstream, tmp_path, mode=mode) as here:
        answers = [here.client.get("/pets/1"), here.client.get("/pets/2")]
    who = tuple(WHO[answer.headers["emulator-rule"]] for answer in answers)
    assert who == MODES[mode, state]
    before = int(state == "recorded" and who[0] != "upstream")
    assert len(here.files) == before + who.count("upstream")


def test_all_records_anew_in_the_place_of_what_there_was(upstream: str, tmp_path: Path) -> None:
    for _ in range(2):
        with recording(upstream, tmp_path, mode="all") as here:
            here.client.get("/pets")
            here.client.post("/pets", json={"name": "Ada"})
            last = here.client.get("/pets").json()
    assert here.files == [
        "pets/createPet/201.0005.yaml",
        "pets/listPets/200.0004.yaml",
        "pets/listPets/200.0006.yaml",
    ]
    assert here.exchange("pets/listPets/200.0006.yaml")["body"] == last


def test_body_beyond_the_limit_is_refused_and_a_large_answer_not_recorded(tmp_path: Path) -> None:
    large = HEAD + b"Content-Length: 10000001\r\n\r\n" + b"1" * 10_000_001
    with answering(sends(large)) as url, recording(url, tmp_path) as here:
        answer = here.client.get("/pets/1")
        refused = here.client.post("/pets", content=b"1" * 10_000_001)
        files = here.files
    assert len(answer.content) == 10_000_001
    assert (refused.status_code, files) == (413, [])


def test_secrets_go_through_and_stay_off_the_disk(tmp_path: Path) -> None:
    places = [place for place in PLACES.values() if isinstance(place.answer, Response)]
    queue = [as_bytes(place.answer) for place in places if isinstance(place.answer, Response)]
    requests: list[bytes] = []
    with (
        answering(lambda each: each.sendall(queue.pop(0)), requests) as url,
        recording(url, tmp_path, mode="all", redact=("chip", "/data/*/x")) as here,
    ):
        for place in places:
            asked, answer = place.request, place.answer
            here.client.headers.pop("x-pets-id", None)
            seen = here.client.request(
                asked.method,
                httpx.URL(f"{here.client.base_url}{asked.target}"),
                headers=list(asked.headers),
                content=asked.body,
            )
            assert isinstance(answer, Response)
            assert (seen.status_code, seen.content) == (answer.status, answer.body)
            assert not holds(seen.headers["emulator-recorded"].encode())
        write_archive(
            tmp_path / "pets.har", [tape.recorded for tape in here.recorder.session.tapes]
        )
    assert found_below(tmp_path) == []
    assert not any(holds(line.encode()) for line in here.said)
    refused = sum(not place.kept for place in places)
    assert here.recorder.session.refused >= refused > 10
    entries = json.loads((tmp_path / "pets.har").read_text())["log"]["entries"]
    assert len(entries) == len(here.files) > 10
    assert sum(holds(each) for each in requests) > 10


def as_bytes(answer: Response) -> bytes:
    fields = "".join(f"{name}: {value}\r\n" for name, value in answer.headers)
    head = f"HTTP/1.1 {answer.status} OK\r\n{fields}Content-Length: {len(answer.body)}\r\n\r\n"
    return head.encode() + answer.body
