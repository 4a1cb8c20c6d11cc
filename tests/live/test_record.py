"""Recording a real service and replaying it, on sockets."""

import socket
import threading
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.support.recorders import recording, replaying
from tests.support.upstreams import HEAD, answering, sends, wait


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
    assert other.headers["emulator-rule"] == "resource"
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
