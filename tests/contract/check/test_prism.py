"""Prism, a mock server that no one here wrote, with the document of the right server.

It keeps nothing and knows no key, and says what it likes about other methods: what is found is true
of it. `make test` installs it, pinned.
"""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from emulator.cli.targets import development_credentials
from emulator.contract.check.findings import CheckOptions, CheckResult, Target
from emulator.contract.check.run import check
from emulator.contract.compare.rules import built_in_rules
from emulator.contract.compare.run import Options, compare
from emulator.contract.compare.servers import ComparedServer
from emulator.contract.compare.values import Comparison
from emulator.mock.assemble import assemble
from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings
from tests.support.pets import API, DOCUMENT, HEADERS, HERE

PRISM = Path(__file__).parent / "node/node_modules/@stoplight/prism-cli/dist/index.js"
OPTIONS = CheckOptions(max_examples=1, phases=("behaviour", "coverage"), allow_writes=True)

#: What Prism 5.16 gets wrong about pets.yaml, by operation and check.
FOUND = {
    ("GET /pets", "ignored_auth"),
    ("GET /pets", "negative_data_rejection"),
    ("POST /pets", "life_cycle"),
    ("POST /pets", "idempotency"),
    ("GET /walk", "not_a_server_error"),
    ("PUT /pets", "unsupported_method"),
    ("PUT /pets", "error_envelope"),
}

#: Where its answers to requests that only read differ from the emulator's.
DIFFERENCES = {
    ("endpoint", "GET /walk", "document", "500"),
    ("different", "GET /pets", "status", "401, 200"),
    ("different", "GET /pets/{pet_id}", "status", "401, 200"),
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    assert PRISM.is_file(), "Prism is not installed; `make test` installs it"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = ["node", str(PRISM), "mock", "--port", str(port), str(HERE / "pets.yaml")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as prism:
        try:
            assert prism.stdout is not None
            assert any("listening" in line for line in prism.stdout)
            yield f"http://127.0.0.1:{port}"
        finally:
            prism.terminate()


@pytest.fixture(scope="module")
def result(url: str) -> CheckResult:
    prism_target = Target("pets", DOCUMENT, base_url=url, headers=HEADERS, api=API)
    return check(prism_target, OPTIONS, lambda _: None)


def test_every_operation_is_judged(result: CheckResult) -> None:
    assert result.errors == ()
    assert result.untested == ()


def test_what_prism_gets_wrong_is_found(result: CheckResult) -> None:
    assert {(each.operation, each.check) for each in result.findings} >= FOUND


def test_nothing_else_is_found(result: CheckResult) -> None:
    # It says that nothing remains of a limit, and answers all the same.
    known = {check for _, check in FOUND} | {"status_code_conformance", "rate_limit_countdown"}
    assert {each.check for each in result.findings} <= known


@pytest.fixture(scope="module")
def comparison(url: str) -> Iterator[Comparison]:
    settings = Settings(specs=(str(HERE / "pets.yaml"),), auth="known")
    assembly = assemble(settings)
    (service,) = assembly.services
    with (
        httpx.Client(trust_env=False, timeout=60) as client,
        running(create_app(settings, assembly)) as ours,
    ):
        credentials = development_credentials(service)
        emulator = ComparedServer(
            "emulator", ours + service.api.prefixes[0], client, (), credentials
        )
        prism = ComparedServer("endpoint", url, client, HEADERS)
        options, rules = Options(drawn=1), built_in_rules()
        yield compare(service.api, (emulator, prism), rules, options, (), lambda *_: None)


def test_comparison_tells_where_prism_and_the_emulator_differ(comparison: Comparison) -> None:
    found = {
        (str(each.kind), each.operation, each.aspect, each.place) for each in comparison.differences
    }
    assert found == DIFFERENCES
    assert set(comparison.compared) == {"GET /pets", "GET /pets/{pet_id}", "GET /walk"}
