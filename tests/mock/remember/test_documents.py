"""Documents of every shape are remembered: the calls of `tests/data/resources/*.calls.yaml`."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.calls import Calls
from tests.support.remembering import DOCUMENTS, ScopeOfServer, described, remembering

SEQUENCES = [
    pytest.param(name, sequence, id=f"{name}-{sequence['name']}")
    for name in DOCUMENTS
    for sequence in described(name)["sequences"]
]


@pytest.mark.parametrize(("name", "sequence"), SEQUENCES)
def test_calls_are_remembered(name: str, sequence: dict[str, Any]) -> None:
    server = remembering(name, sequence.get("remember", "lenient"))
    scope = ScopeOfServer(server, uuid4().hex)
    calls = Calls(scope, described(name)["things"]["pages"])
    for call in sequence["calls"]:
        calls.play(call)
