"""The emulator beside itself: whatever is asked, there is no difference."""

from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from emulator.cli.targets import contract_of, development_credentials, reading_tools
from emulator.contract.compare.rules import built_in_rules
from emulator.contract.compare.run import Options, Tool, compare
from emulator.contract.compare.servers import ComparedServer
from emulator.mock.assemble import assemble
from emulator.mock.exchange import Service
from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings
from tests.support.endpoints import PETS
from tests.support.paths import DATA

UNDOCUMENTED = DATA / "features" / "undocumented.yaml"


def tools(service: Service) -> Iterator[Tool]:
    for promise in contract_of(service, None).tools:
        yield from ((promise, slug, arguments) for slug, arguments in reading_tools(service))


@pytest.mark.parametrize(
    ("spec", "options"),
    [
        (str(PETS), [Options(seed, allow_writes=True) for seed in range(3)]),
        (str(UNDOCUMENTED), [Options(allow_writes=True)]),
        ("paragon", [Options(1, drawn=1, allow_writes=True)]),
        ("agentflow", [Options(1, drawn=1, allow_writes=True)]),
        ("composio", [Options(1, drawn=0, repeats=1)]),
    ],
    ids=["pets", "nothing documented", "paragon", "agentflow", "composio"],
)
def test_nothing_differs(spec: str, options: list[Options]) -> None:
    settings = Settings(specs=(spec,), auth="known")
    assembly = assemble(settings)
    (service,) = assembly.services
    with ExitStack() as stack:
        client = stack.enter_context(httpx.Client(trust_env=False, timeout=60))
        servers = []
        for name in ("emulator", "endpoint"):
            url = stack.enter_context(running(create_app(settings, assembly)))
            base = url + (service.api.prefixes or ("",))[0]
            credentials = development_credentials(service)
            servers.append(ComparedServer(name, base, client, credentials=credentials))
        for each in options:
            pair = (servers[0], servers[1])
            found = compare(
                service.api, pair, built_in_rules(), each, tools(service), lambda *_: None
            )
            assert [(d.operation, d.aspect, d.place, d.reason) for d in found.differences] == []
            assert len(found.compared) + len(found.left_out) == len(service.api.operations)
            assert (found.unanswered, found.stopped) == (0, "")
