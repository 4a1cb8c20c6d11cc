"""Documents, stubs, fixtures and cassettes that are half-way valid, and what judges them."""

import json
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

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
from emulator.openapi.validate.json_bodies import decode_json
from emulator.server.app import create_app
from emulator.settings import Settings
from emulator.stubs.matching.subject import Subject
from emulator.stubs.stub import Stub, parse_stub

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
