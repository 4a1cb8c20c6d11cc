"""Random input, half-way valid: bytes of requests, documents, stubs, fixtures, cassettes.

    make fuzz
    make fuzz ARGS="--examples 5000 stubs documents"
    make fuzz ARGS="--atheris requests"

A valid piece is taken, and somewhere in it something else is put: another kind of value, something
huge, deep, or odd. Whatever comes of it has to be an answer, or an error that says what is wrong.
With `--atheris`, where that is installed, coverage leads the way, until it is stopped.
"""

import argparse
import json
import logging
import re
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmarks.attacks.bodies import BODIES
from benchmarks.attacks.heads import HEADS
from benchmarks.attacks.model import nested
from benchmarks.servers import ROOT
from emulator.errors import EmulatorError
from emulator.fixtures.cassettes.cassette import load_cassette
from emulator.fixtures.cassettes.replay import compile_replay
from emulator.fixtures.responses import parse_response
from emulator.fixtures.state import parse_state
from emulator.fixtures.tools.files import parse_tool
from emulator.fixtures.triggers import parse_triggers
from emulator.http.messages import Json, Request
from emulator.mock.assemble import assemble
from emulator.openapi.document.yaml12 import parse_yaml
from emulator.openapi.validate.request import decode_json
from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings
from emulator.stubs.matching.subject import Subject
from emulator.stubs.stub import Stub, parse_stub

#: How long one piece may take.
PATIENT_S = 10.0
#: What something trips over.
ODD: tuple[Json, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1.5,
        1e308,
        -0.0,
        10**30,
        2**63,
        "",
        " ",
        "a" * 10_000,
        "\x00",
        "\r\n",
    ),
    *(
        "\ud800",
        "é",
        "{{",
        "{{ 1 // 0 }}",
        "{{ range(10**9) }}",
        "{%",
        "$..*",
        "^(a+)+$",
        "[",
        "(?",
        "/",
        "~",
        "%",
    ),
    *(
        "../../etc/passwd",
        "#/",
        "#/paths",
        "http://localhost/",
        "9999-12-31T23:59:59-14:00",
        "1e400",
    ),
    *(
        [],
        {},
        [None],
        {"": None},
        [[]],
        {"$ref": "#"},
        {"$ref": "#/components"},
        {"a": {"a": {"a": {}}}},
    ),
    *(["a"] * 1_000, {f"k{n}": n for n in range(1_000)}),
    json.loads(nested(b"[", b"", b"]", 300)),
    json.loads(nested(b'{"a":', b"1", b"}", 300)),
)

STUB: Json = {
    "priority": 1,
    "scenarioName": "s",
    "requiredScenarioState": "Started",
    "newScenarioState": "next",
    "request": {
        "method": "POST",
        "urlPathPattern": "/a/.*",
        "headers": {"X-A": {"matches": "a.*"}},
        "queryParameters": {"q": {"equalTo": "1"}},
        "cookies": {"c": {"contains": "x"}},
        "bodyPatterns": [
            {"equalToJson": {"a": [1, 2]}, "ignoreArrayOrder": True},
            {"matchesJsonPath": {"expression": "$.a[?(@.b == 1)]", "contains": "x"}},
            {"matchesXPath": "//a"},
        ],
    },
    "response": {
        "status": 200,
        "headers": {"X-B": "{{request.path}}"},
        "jsonBody": {"a": "{{jsonPath request.body '$.a'}}"},
        "transformers": ["response-template"],
        "fixedDelayMilliseconds": 1,
        "delayDistribution": {"type": "uniform", "lower": 1, "upper": 2},
        "fault": "EMPTY_RESPONSE",
    },
    "metadata": {"a": 1},
}
FIXTURE: Json = {
    "description": "A thing.",
    "headers": {"X-A": "{{ request.path }}"},
    "body": {"a": "{{ uuid() }}", "b": [1, {"c": "{{ path.name }}"}]},
    "delay_ms": 1,
}


def mutations(valid: Json) -> st.SearchStrategy[Json]:
    """The value with something else in one or two places."""

    def mutated(drawn: list[tuple[int, Json]]) -> Json:
        value = deepcopy(valid)
        for number, other in drawn:
            places = list(_places(value))
            if places:
                holder, key = places[number % len(places)]
                if number % 7 == 6:
                    del holder[key]
                else:
                    holder[key] = deepcopy(other)
        return value

    place = st.tuples(st.integers(0, 10_000), st.sampled_from(ODD))
    return st.lists(place, min_size=1, max_size=2).map(mutated)


def _places(value: Json) -> Iterator[tuple[Any, Any]]:
    """Every member and item, however deep, by what holds it."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in list(pairs):
        yield value, key
        if isinstance(each, dict | list):
            yield from _places(each)


def documents() -> st.SearchStrategy[Json]:
    """Documents that are broken somewhere."""
    files = (ROOT / "examples" / "petstore.yaml", ROOT / "benchmarks" / "hostile.yaml")
    return st.one_of([mutations(yaml.safe_load(file.read_text())) for file in files])


def judge_document(document: Json) -> None:
    """It is served, or refused with a reason."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "document.json"
        file.write_text(json.dumps(document))
        with suppress(EmulatorError):
            settings = Settings((str(file),))
            assembly = assemble(settings)
            app = create_app(settings, assembly)
            for service in assembly.services:
                for each in service.api.operations:
                    path = service.api.prefixes[0] + re.sub(r"\{[^}]*\}", "1", each.path)
                    for body in (b"", b'{"name": "a"}'):
                        headers = (("content-type", "application/json"), ("prefer", "dynamic=true"))
                        asked = Request(each.method, path, "a=1", headers[: 1 + len(body)], body)
                        app.dispatcher.answer_at_once(asked)


def judge_stub(raw: Json) -> None:
    """It is a stub that can be asked, or wrong somewhere."""
    value, malformed = decode_json(json.dumps(raw).encode(), "")
    stub = () if malformed else parse_stub(value, "id")
    if isinstance(stub, Stub):
        request = Request(
            "POST", "/a/b", "q=1", (("x-a", "abc"), ("cookie", "c=x")), b'{"a": [2, 1]}'
        )
        stub.pattern.matches(request)
        stub.pattern.distance(Subject(request))
    else:
        assert all(each.message for each in stub)


def judge_fixture(drawn: tuple[Callable[[Json], object], Json]) -> None:
    """It is read, or wrong somewhere."""
    read, raw = drawn
    with suppress(EmulatorError):
        read(parse_yaml(json.dumps(raw), "a.yaml"))


def fixtures() -> st.SearchStrategy[tuple[Callable[[Json], object], Json]]:
    """Responses, states, triggers and tools that are broken somewhere, each with what reads it."""
    folder = ROOT / "fixtures"
    kinds: list[tuple[Callable[[Json], object], Json]] = [
        (lambda raw: parse_response("200", "a", "a.yaml", raw), FIXTURE)
    ]
    readers: tuple[tuple[str, Callable[[Json], object]], ...] = (
        ("state.yaml", lambda raw: parse_state(raw, "state.yaml")),
        ("triggers.yaml", lambda raw: parse_triggers(raw, "triggers.yaml")),
        ("tools/*.yaml", lambda raw: parse_tool(raw, "tool.yaml")),
    )
    for pattern, read in readers:
        found = sorted(folder.glob(f"*/{pattern}"))[:3]
        kinds += [(read, yaml.safe_load(file.read_text())) for file in found]
    return st.one_of([st.tuples(st.just(read), mutations(valid)) for read, valid in kinds])


RULES: Json = {
    "match_on": [
        "method",
        {"query": ["limit", "cursor"]},
        {"headers": ["accept-language"]},
        {"body": {"except": ["/a/b", "name"]}},
    ],
    "redact": ["ssn", "/data/*/card"],
}
RECORDED: Json = {
    "source": "recorded",
    "recorded": {
        "number": 3,
        "at": "2026-04-28T14:30:00.000Z",
        "upstream": "https://api.example.com/v1",
        "document": "Pets 1.2.0",
        "operation": "createPet",
    },
    "request": {
        "method": "POST",
        "path": "/pets",
        "headers": {"x-api-key": "[REDACTED]", "content-type": "application/json"},
        "credentials": ["key"],
        "body": {"name": "Ada"},
    },
    "status": 201,
    "media_type": "application/json",
    "headers": {"location": "/pets/3"},
    "body": {"id": "3", "name": "Ada"},
}


def cassettes() -> st.SearchStrategy[tuple[Json, Json]]:
    """Exchanges and rules, one of which is broken somewhere."""
    broken = st.tuples(mutations(RECORDED), st.just(RULES))
    return broken | st.tuples(st.just(RECORDED), mutations(RULES))


def judge_cassette(drawn: tuple[Json, Json]) -> None:
    """It is replayed, or wrong somewhere."""
    tape, rules = drawn
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "pets" / "createPet" / "201.0003.yaml"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(tape))
        (folder / "cassette.yaml").write_text(json.dumps(rules))
        with suppress(EmulatorError):
            compile_replay(load_cassette(folder), ())


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
