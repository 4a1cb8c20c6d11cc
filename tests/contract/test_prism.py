"""Prism, a mock server that no one here wrote, with the document of the right server.

It keeps nothing and knows no key, and says what it likes about other methods: what is found is true
of it. `make test` installs it, pinned.
"""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.contract.findings import CheckOptions, CheckResult, Target
from emulator.contract.run import check
from tests.contract.pets import API, DOCUMENT, HEADERS, HERE

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
}


@pytest.fixture(scope="module")
def result() -> Iterator[CheckResult]:
    assert PRISM.is_file(), "Prism is not installed; `make test` installs it"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = ["node", str(PRISM), "mock", "--port", str(port), str(HERE / "pets.yaml")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as prism:
        try:
            assert prism.stdout is not None
            assert any("listening" in line for line in prism.stdout)
            url = f"http://127.0.0.1:{port}"
            prism_target = Target("pets", DOCUMENT, base_url=url, headers=HEADERS, api=API)
            yield check(prism_target, OPTIONS, lambda _: None)
        finally:
            prism.terminate()


def test_every_operation_is_judged(result: CheckResult) -> None:
    assert result.errors == ()
    assert result.untested == ()


def test_what_prism_gets_wrong_is_found(result: CheckResult) -> None:
    assert {(each.operation, each.check) for each in result.findings} >= FOUND


def test_nothing_else_is_found(result: CheckResult) -> None:
    known = {check for _, check in FOUND} | {"status_code_conformance"}
    assert {each.check for each in result.findings} <= known
