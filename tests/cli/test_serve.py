"""`emulator serve` as a process: its lines, an answer, the end by Ctrl-C."""

import re
import socket
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.support.paths import DATA
from tests.support.serve import first_line, interrupted, serving, url_of

HEADERS = {"authorization": "Bearer t"}
WAITING = (
    b"GET /projects/p/tools?__delay=600000 HTTP/1.1\r\nHost: x\r\n"
    b"Authorization: Bearer paragon_dev_token\r\n\r\n"
)


def test_serve_says_what_it_serves_answers_and_ends(tmp_path: Path) -> None:
    with serving("paragon", str(DATA / "acceptance" / "servers.yaml"), "--verbose") as process:
        url = url_of(first_line(process))
        assert httpx.get(f"{url}/projects/p/tools", headers=HEADERS).status_code == 200
        assert httpx.get(f"{url}/nothing", headers=HEADERS).status_code == 404
        out, err = interrupted(process)
    assert (process.returncode, err) == (0, "")
    paragon, servers, *_ = out.splitlines()
    assert re.fullmatch(r"  paragon  9 operations, 66 statuses, \d+ fixtures, below /", paragon)
    assert servers.endswith("below /v2, /v1, /v3, /air/v9, /upload, /download, /")
    lines = [line.rpartition("  ") for line in out.splitlines()[-2:]]
    assert [line for line, *_ in lines] == [
        "GET /projects/p/tools 200  paragon.listTools  behaviour",
        "GET /nothing 404  path-not-found",
    ]
    assert all(re.fullmatch(r"\d+\.\d ms", took) for *_, took in lines)


def test_serve_ends_while_an_answer_waits() -> None:
    with serving("--auth", "known") as process:
        url = url_of(first_line(process))
        address = urlsplit(url)
        with socket.create_connection((address.hostname, address.port)) as connection:
            connection.sendall(WAITING)
            known = {"authorization": "Bearer paragon_dev_token"}
            assert httpx.get(f"{url}/projects/p/tools", headers=known).status_code == 200
            out, err = interrupted(process)
    assert process.returncode == 0
    assert "Traceback" not in err
    assert "  composio   ApiKeyAuth: ak_dev_40*****\n" in out
