"""Random input, half-way valid: bytes of requests, documents, stubs, fixtures, cassettes.

    make fuzz
    make fuzz ARGS="--examples 5000 stubs documents"
    make fuzz ARGS="--atheris requests"

A valid piece is taken, and somewhere in it something else is put: another kind of value, something
huge, deep, or odd. Whatever comes of it has to be an answer, or an error that says what is wrong.
With `--atheris`, where that is installed, coverage leads the way, until it is stopped.
"""

import argparse
import logging
import re
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmarks.attacks.bodies import BODIES
from benchmarks.attacks.heads import HEADS
from benchmarks.fuzzed_files import (
    STUB,
    cassettes,
    documents,
    fixtures,
    judge_cassette,
    judge_document,
    judge_fixture,
    judge_stub,
    mutations,
)
from benchmarks.servers import ROOT
from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings

#: How long one piece may take.
PATIENT_S = 10.0


def requests() -> st.SearchStrategy[bytes]:
    """Requests with bytes put in, taken out or turned around."""
    short = [made for each in (*HEADS[:12], *BODIES[:14]) if len(made := each.sent()) < 100_000]

    def cut(drawn: tuple[bytes, int, int, bytes]) -> bytes:
        whole, start, length, other = drawn
        at = start % (len(whole) + 1)
        return whole[:at] + other + whole[at + length :]

    pieces = st.sampled_from(
        [b"\r\n", b"\x00", b"%", b":", b" ", b"\xff" * 10, b"a" * 300, b"[" * 300]
    )
    place = st.tuples(st.sampled_from(short), st.integers(0, 700), st.integers(0, 40))
    return st.tuples(place, pieces | st.binary(max_size=20)).map(
        lambda each: cut((*each[0], each[1]))
    )


class _Errors(logging.Handler):
    """Keeps the errors that are logged."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(self.format(record))


@contextmanager
def judging_requests() -> Iterator[Callable[[bytes], None]]:
    """What judges a request sent to a server of its own: no 500, and no error in the log."""
    document = str(ROOT / "benchmarks" / "hostile.yaml")
    app = create_app(Settings((document,), read_timeout=0.2, idle_timeout=0.2))
    errors = _Errors()
    logging.getLogger("uvicorn").addHandler(errors)
    with running(app) as url:
        place = urlsplit(url)

        def judge(data: bytes) -> None:
            with socket.create_connection((place.hostname, place.port), PATIENT_S) as connection:
                received = b""
                try:
                    connection.sendall(data)
                    while part := connection.recv(1_000_000):
                        received += part
                except ConnectionError:
                    pass
            assert not errors.found, errors.found.pop()
            # A fault, or a page, may hold these words; no other answer has this status.
            assert not re.match(rb"HTTP/1\.1 500", received), received[:2_000]

        yield judge
    logging.getLogger("uvicorn").removeHandler(errors)


@contextmanager
def _always(judge: Callable[[Any], None]) -> Iterator[Callable[[Any], None]]:
    yield judge


#: What is drawn, and what judges it, by name.
TARGETS: dict[str, tuple[Callable[[], st.SearchStrategy[Any]], Callable[[], Any]]] = {
    "stubs": (lambda: mutations(STUB), lambda: _always(judge_stub)),
    "fixtures": (fixtures, lambda: _always(judge_fixture)),
    "cassettes": (cassettes, lambda: _always(judge_cassette)),
    "documents": (documents, lambda: _always(judge_document)),
    "requests": (requests, judging_requests),
}


def fuzzed(name: str, examples: int, *, led: bool = False) -> None:
    """Draw so many examples of a target; raises what the first failing one raises, made small."""
    draw, judging = TARGETS[name]
    with judging() as judge:

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=not led,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        @given(draw())
        def run(value: Any) -> None:
            begun = time.process_time()
            judge(value)
            took_s = time.process_time() - begun
            assert took_s < PATIENT_S, f"took {took_s:.1f} s of processor time"

        if led:
            atheris: Any = import_module("atheris")
            made: Any = run
            atheris.Setup(sys.argv[:1], made.hypothesis.fuzz_one_input)
            atheris.Fuzz()
        else:
            run()


def main() -> None:
    """Fuzz the targets that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--examples", type=int, default=500, help="of each target")
    parser.add_argument("--atheris", action="store_true", help="led by coverage; one target")
    parser.add_argument("targets", nargs="*", help=f"of {', '.join(TARGETS)}; all by default")
    options = parser.parse_args()
    for name in options.targets or TARGETS:
        begun = time.process_time()
        fuzzed(name, options.examples, led=options.atheris)
        print(
            f"{name}: {options.examples} examples, {time.process_time() - begun:.0f} s", flush=True
        )


if __name__ == "__main__":
    main()
