"""The pytest plugin: one server a session, a fresh scope a test, its exchanges in the report.

pytest loads it wherever the package is installed, so slow imports wait for the first test that
uses it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from emulator.mock.plugins import service_names

if TYPE_CHECKING:
    from emulator.client.embedded import Emulator
    from emulator.client.scope import Scope

_MARKER = (
    "emulator(*specs, faults=[...], **settings): serve these documents (`spec=` for one) with these"
    " settings of `emulator serve`, such as state='file.yaml'; `faults` are injected in"
    " this test."
)
_SCOPE = pytest.StashKey["Scope"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Settings of the plugin."""
    parser.addini("emulator_specs", "Documents that the fixture `emulator` serves.", "args", [])
    group = parser.getgroup("emulator")
    group.addoption(
        "--emulator-url",
        metavar="URL",
        help="Use this running emulator; scopes keep the tests apart.",
    )
    group.addoption("--emulator-token", metavar="TOKEN", help="The control plane's token there.")


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, and the fixtures of every installed service."""
    config.addinivalue_line("markers", _MARKER)
    fixtures = ModuleType("emulator_services")
    for name in service_names():
        vars(fixtures).update(_service_fixtures(name))
    config.pluginmanager.register(fixtures, fixtures.__name__)


class Servers:
    """The servers of one session by documents and settings, started on first use."""

    def __init__(self, config: pytest.Config, stack: ExitStack) -> None:
        self._config, self._stack = config, stack
        self._servers: dict[str, Emulator] = {}

    def get(self, specs: tuple[str, ...], settings: dict[str, Any]) -> Emulator:
        """The server for these documents and settings."""
        from emulator.client.embedded import Emulator

        key = repr((specs, sorted(settings.items())))
        if key not in self._servers:
            url = self._config.getoption("--emulator-url")
            if url and not specs and not settings:
                token = self._config.getoption("--emulator-token")
                server = Emulator.at(url, token)
            else:
                named = specs or tuple(self._config.getini("emulator_specs"))
                server = Emulator(*named, **settings)
            self._servers[key] = self._stack.enter_context(server)
        return self._servers[key]


@pytest.fixture(scope="session")
def emulator_servers(pytestconfig: pytest.Config) -> Iterator[Servers]:
    """The servers of this session, one for each combination of documents and settings."""
    with ExitStack() as stack:
        yield Servers(pytestconfig, stack)


@pytest.fixture
def emulator(request: pytest.FixtureRequest, emulator_servers: Servers) -> Iterator[Scope]:
    """A fresh scope of a running emulator: its URL, stubs, faults, clock, journal and ledger."""
    specs: list[str] = []
    settings: dict[str, Any] = {}
    faults: list[dict[str, Any]] = []
    for marker in reversed(list(request.node.iter_markers("emulator"))):
        more = dict(marker.kwargs)
        faults += more.pop("faults", ())
        named = more.pop("spec", None)
        specs = [*map(str, marker.args), *([str(named)] if named else [])] or specs
        settings |= more
    server = emulator_servers.get(tuple(specs), settings)
    scope = server.scope(_scope_name(request.node.nodeid))
    scope.reset()
    for rule in faults:
        scope.add_rule(rule)
    request.node.stash[_SCOPE] = scope
    yield scope
    scope.forget()


def _service_fixtures(name: str) -> Iterator[tuple[str, object]]:
    """The fixtures of one installed service: `NAME_url`, `NAME_headers`."""

    def url(emulator: Scope) -> str:
        return emulator.url

    def headers(emulator: Scope) -> dict[str, str]:
        from emulator.mock.plugins import find_plugin

        plugin = find_plugin(name)
        return dict(plugin.login(emulator.clock.now().timestamp())) if plugin else {}

    url.__doc__ = f"The base URL of {name} in this test's scope, as its clients take it."
    headers.__doc__ = f"Headers of a caller whom {name} accepts, even where only known ones count."
    for kind, function in (("url", url), ("headers", headers)):
        fixture = f"{re.sub(r'[^A-Za-z0-9]', '_', name)}_{kind}"
        yield fixture, pytest.fixture(name=fixture)(function)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the requests and responses of a failed test to its report."""
    report = yield
    scope = item.stash.get(_SCOPE, None)
    if scope is not None and report.when == "call" and report.failed:
        try:
            entries = scope.requests()
        except Exception as error:  # the report must appear whatever state the server is in
            report.sections.append(("emulator", f"the journal can't be read: {error!r}"))
        else:
            text = "\n".join(map(str, entries)) or "no requests"
            report.sections.append(("emulator", text))
    return report


def _scope_name(node_id: str) -> str:
    """A name unique to this test and the same in every run."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", Path(node_id).name)[:60].strip("-")
    return f"{readable}-{hashlib.sha256(node_id.encode()).hexdigest()[:12]}"
