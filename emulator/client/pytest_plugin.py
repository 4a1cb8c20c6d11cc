"""The pytest plugin: one server a session, a fresh scope a test, its exchanges in the report.

pytest loads it wherever the package is installed, so slow imports wait for the first test that
uses it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from emulator.errors import EmulatorError
from emulator.mock.plugins import service_names

if TYPE_CHECKING:
    from emulator.client.embedded import Emulator
    from emulator.client.scope import Scope

_MARKER = (
    "emulator(*specs, faults=[...], unused='fail', **settings): serve these documents (`spec=` for"
    " one) with these settings of `emulator serve`, such as state='file.yaml'; files are relative"
    " to the test's. `faults` are injected in this test; `unused` is emulator_unused for it."
)
_SCOPES = pytest.StashKey["list[Scope]"]()
#: What to do about faults and stubs that came to nothing.
_UNUSED = ("fail", "warn", "allow")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Settings of the plugin."""
    parser.addini("emulator_specs", "Documents that the fixture `emulator` serves.", "args", [])
    parser.addini(
        "emulator_unused",
        "What a test does whose faults were never injected, or whose stubs no request matched:"
        " fail, warn or allow.",
        default="fail",
    )
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
    _check_unused(config.getini("emulator_unused"))
    fixtures = ModuleType("emulator_services")
    for name in service_names():
        vars(fixtures).update(_service_fixtures(name))
    config.pluginmanager.register(fixtures, fixtures.__name__)


_NOT_THERE = (
    "--emulator-url is not used here: the marker names documents or settings, so a server of its"
    " own is started instead of {}"
)


_NO_FIXTURE = (
    "faults of the marker are injected in the scope of the fixture `emulator`, which this test"
    " does not use"
)


class Servers:
    """The servers of one session by documents and settings, started on first use."""

    def __init__(self, config: pytest.Config, stack: ExitStack) -> None:
        self._config, self._stack = config, stack
        self._servers: dict[str, Emulator] = {}

    def get(self, node: pytest.Item | pytest.Collector) -> Emulator:
        """The server for the documents and settings that a test's or module's markers name."""
        from emulator.client.embedded import Emulator

        specs, settings = _served(node)
        key = repr((specs, sorted(settings.items())))
        if key not in self._servers:
            url = self._config.getoption("--emulator-url")
            if url and not specs and not settings:
                token = self._config.getoption("--emulator-token")
                server = Emulator.at(url, token)
            else:
                if url:
                    node.warn(pytest.PytestWarning(_NOT_THERE.format(url)))
                server = Emulator(*(specs or _usual(self._config)), **settings)
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
    with _scope(request.node, emulator_servers) as scope:
        with _told_plainly():
            for marker in _markers(request.node):
                for rule in marker.kwargs.get("faults", ()):
                    scope.add_rule(rule)
        yield scope


@pytest.fixture(scope="module")
def emulator_module(request: pytest.FixtureRequest, emulator_servers: Servers) -> Iterator[Scope]:
    """A scope for all tests of a module; its markers say what is served."""
    with _scope(request.node, emulator_servers) as scope:
        yield scope
        _judge(request.node, scope)


@pytest.fixture(scope="session")
def emulator_session(request: pytest.FixtureRequest, emulator_servers: Servers) -> Iterator[Scope]:
    """A scope for all tests of the session."""
    with _scope(request.node, emulator_servers) as scope:
        yield scope
        _judge(request.node, scope)


@contextmanager
def _scope(node: pytest.Item | pytest.Collector, servers: Servers) -> Iterator[Scope]:
    with _told_plainly():
        scope = servers.get(node).scope(_scope_name(node.nodeid or "session"))
        scope.reset()
    node.stash.setdefault(_SCOPES, []).append(scope)
    yield scope
    scope.forget()


@contextmanager
def _told_plainly() -> Iterator[None]:
    """What the test set up wrongly is told without the frames in which we found it out."""
    try:
        yield
    except EmulatorError as error:
        pytest.fail(str(error), pytrace=False)


def _markers(node: pytest.Item | pytest.Collector) -> list[pytest.Mark]:
    """The markers of a test, the outermost first."""
    return list(node.iter_markers("emulator"))[::-1]


def _served(node: pytest.Item | pytest.Collector) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The documents and settings that markers name; files that are relative to the test's."""
    specs: list[str] = []
    settings: dict[str, Any] = {}
    for marker in _markers(node):
        more = {name: each for name, each in marker.kwargs.items() if name not in _OF_TESTS}
        named = more.pop("spec", None)
        specs = [*map(str, marker.args), *([str(named)] if named else [])] or specs
        settings |= more
    if settings:
        from emulator.settings import SETTINGS

        paths = {row.name for row in SETTINGS if row.type is Path}
        for name in paths & settings.keys():
            if settings[name] is not None:
                settings[name] = Path(_beside(node.path.parent, str(settings[name])))
    folder = node.path.parent
    return tuple(_spec_beside(folder, spec) for spec in specs), settings


#: Arguments of the marker that are about the test, not about what is served.
_OF_TESTS = ("faults", "unused")


def _usual(config: pytest.Config) -> tuple[str, ...]:
    """The documents that the settings name, relative to their file."""
    folder = config.inipath.parent if config.inipath else config.rootpath
    return tuple(_spec_beside(folder, spec) for spec in config.getini("emulator_specs"))


def _spec_beside(folder: Path, spec: str) -> str:
    return spec if spec in service_names() else _beside(folder, spec)


def _beside(folder: Path, file: str) -> str:
    """A file in the folder, or else in the one that pytest runs in."""
    path = folder / file
    return file if Path(file).exists() and not path.exists() else str(path)


def _service_fixtures(name: str) -> Iterator[tuple[str, object]]:
    """The fixtures of one installed service: `NAME_url`, `NAME_headers`."""

    def url(emulator: Scope) -> str:
        with _told_plainly():
            emulator.base_url(name)  # the way out, where it is not served
        return emulator.url

    def headers(emulator: Scope) -> dict[str, str]:
        from emulator.mock.plugins import find_plugin

        plugin = find_plugin(name)
        return dict(plugin.login(emulator.clock.now().timestamp())) if plugin else {}

    url.__doc__ = f"The base URL of {name}, which is served, in this test's scope."
    headers.__doc__ = f"Headers of a caller whom {name} accepts, even where only known ones count."
    for kind, function in (("url", url), ("headers", headers)):
        fixture = f"{re.sub(r'[^A-Za-z0-9]', '_', name)}_{kind}"
        yield fixture, pytest.fixture(name=fixture)(function)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test that passes although what it set up came to nothing."""
    __tracebackhide__ = True
    faulty = any("faults" in each.kwargs for each in item.own_markers if each.name == "emulator")
    if faulty and "emulator" not in getattr(item, "fixturenames", ()):
        pytest.fail(_NO_FIXTURE, pytrace=False)
    result = yield
    for scope in item.stash.get(_SCOPES, ()):
        _judge(item, scope)
    return result


def _judge(node: pytest.Item | pytest.Collector, scope: Scope) -> None:
    __tracebackhide__ = True
    for_all: str = node.config.getini("emulator_unused")
    own = [m.kwargs["unused"] for m in _markers(node) if "unused" in m.kwargs]
    wanted = _check_unused(own[-1]) if own else for_all
    unused = scope.unused() if wanted != "allow" else ()
    if unused:
        from emulator.client.unused import report

        if wanted == "fail":
            pytest.fail(report(unused), pytrace=False)
        node.warn(pytest.PytestWarning(report(unused)))


def _check_unused(value: object) -> str:
    if value not in _UNUSED:
        raise pytest.UsageError(f"emulator_unused is fail, warn or allow, not {value!r}")
    return str(value)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the requests and responses of a failed test to its report."""
    report = yield
    if report.when == "call" and report.failed:
        shared = "emulator_module" in getattr(item, "fixturenames", ())
        nodes = item.listchain() if shared else [item]
        for scope in (each for node in nodes for each in node.stash.get(_SCOPES, ())):
            report.sections.append(("emulator", _requests(scope)))
    return report


def _requests(scope: Scope) -> str:
    """The exchanges; behind one that no operation is for, what is served."""
    try:
        requests = scope.requests()
        lines = [*map(str, requests)] or ["no requests"]
        if any(each.status == 404 and not each.operation for each in requests):
            served = (str(each["name"]) for each in scope.control("GET", "/apis")["apis"])
            lines.append(f"served: {', '.join(served) or 'nothing'}")
        return "\n".join(lines)
    except Exception as error:  # the report must appear whatever state the server is in
        return f"the journal can't be read: {error!r}"


def _scope_name(node_id: str) -> str:
    """A name unique to this test and the same in every run."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", Path(node_id).name)[:60].strip("-")
    return f"{readable}-{hashlib.sha256(node_id.encode()).hexdigest()[:12]}"
