"""What the recording proxy passes on, byte for byte, and what it keeps of it."""

import gzip
import json
import socket
import zlib
from pathlib import Path

import httpx
import pytest

from emulator.http.messages import Response
from emulator.server.journal.serialize import write_archive
from tests.support.recorded_pets import Pets
from tests.support.recorders import raw, recording, replaying
from tests.support.secret_places import PLACES, found_below, holds
from tests.support.upstreams import BODY, HEAD, answering, sends


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
