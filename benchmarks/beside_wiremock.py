"""Asks WireMock and the emulator the same, for mappings of our own: `make beside-wiremock`.

Exits 1 where an answer differs and tests/data/wiremock.yaml doesn't say why, or says so in vain.
Compared are status, body and the header fields that a mapping names.
"""

import argparse
import http.client
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import httpx

from benchmarks.servers import wait_for
from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings
from tests.support.wiremock import Asked, Row, rows

PORT = 18_480


def main(arguments: list[str] | None = None) -> int:
    """Print what differs, and how much is the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("jar", help="WireMock, standalone: the npm package `wiremock` has it")
    jar = parser.parse_args(arguments).jar
    failures, same = 0, 0
    with _wiremock(jar) as theirs, running(create_app(Settings(specs=("paragon",)))) as ours:
        for row in rows():
            found = list(_differences(row, theirs, ours))
            told = row.differs or row.refused
            failures += bool(found) != bool(told)
            same += not found
            if found:
                print(f"{row.name}: {told or 'NOBODY SAYS WHY'}", *found, sep="\n  ")
            elif told:
                print(f"{row.name}: THE SAME, though it says: {told}")
    print(f"{same} of {len(rows())} mappings answer the same, {failures} unexplained")
    return 1 if failures else 0


@contextmanager
def _wiremock(jar: str) -> Iterator[str]:
    """A WireMock of its own, on loopback."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["java", "-jar", jar, "--port", str(PORT), "--bind-address", "127.0.0.1"]
        process = subprocess.Popen(
            [*command, "--root-dir", folder, "--disable-banner"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        url = f"http://127.0.0.1:{PORT}"
        try:
            wait_for(PORT, process)
            httpx.get(f"{url}/__admin/health").raise_for_status()
            yield url
        finally:
            process.terminate()
            process.wait()


def _differences(row: Row, theirs: str, ours: str) -> Iterator[str]:
    taken = []
    for url in (theirs, ours):
        httpx.delete(f"{url}/__admin/mappings")
        answer = httpx.post(f"{url}/__admin/mappings", json=row.mapping)
        taken.append(answer.is_success)
    if taken[0] != taken[1]:
        yield f"taken by WireMock: {taken[0]}, by us: {taken[1]}"
    elif taken[0]:
        named = {name.lower() for name in row.mapping["response"].get("headers", {})}
        for ask in row.asked:
            one, other = (_answer(url, ask, named | {"content-type"}) for url in (theirs, ours))
            if one != other:
                yield f"{ask.method} {ask.target} {ask.body}: WireMock {one}, we {other}"


def _answer(url: str, ask: Asked, named: set[str]) -> Any:
    """Status, reason, body and header fields; a request is sent as it is written."""
    body = ask.body.encode()
    fields = {"host": "127.0.0.1", "connection": "close", **ask.headers}
    if body:
        fields = {"content-type": "application/json", **fields}
    fields["content-length"] = str(len(body))
    lines = [f"{ask.method} {ask.target} HTTP/1.1", *(f"{k}: {v}" for k, v in fields.items())]
    host, _, port = url.rpartition("/")[2].partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as sent:
        sent.sendall("\r\n".join((*lines, "", "")).encode() + body)
        received = b"".join(iter(lambda: sent.recv(65_536), b""))
    return _parsed(received, ask.method, named)


def _parsed(received: bytes, method: str, named: set[str]) -> Any:
    class Sent:
        def makefile(self, _: str) -> BytesIO:
            return BytesIO(received)

    answer = http.client.HTTPResponse(Sent(), method=method)  # type: ignore[arg-type]
    answer.begin()
    if answer.status == 404:
        return 404
    fields: Mapping[str, list[str]] = {
        name: sorted(answer.headers.get_all(name, [])) for name in sorted(named)
    }
    text = answer.read().decode(errors="replace")
    return answer.status, answer.reason or str(answer.status), text, fields


if __name__ == "__main__":
    sys.exit(main())
