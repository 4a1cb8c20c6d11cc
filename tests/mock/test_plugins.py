"""Services that plug in: found by entry points; one that can't be used stops no other."""

import hashlib
from datetime import UTC, datetime
from importlib.metadata import EntryPoint, distributions
from pathlib import Path

import pytest

from emulator.errors import DocumentError, PluginError, SettingsError
from emulator.http.messages import Request, Response
from emulator.mock.assemble import assemble
from emulator.mock.exchange import Exchange, Handler
from emulator.mock.pipeline import handle
from emulator.mock.plan import Plan
from emulator.mock.plugins import (
    ServicePlugin,
    installed,
    listed_names,
    load_plugins,
    service_names,
)
from emulator.mock.state.store import Memory
from emulator.settings import Settings
from tests.support.apis import write

METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
DOCUMENT = """{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/a": {"get":
{"operationId": "getA", "responses": {"200": {"description": ""}}}}}}"""
GOOD = "emulator.services.paragon.plugin:PLUGIN"


def entries(folder: Path, **packages: dict[str, str]) -> list[EntryPoint]:
    """The entry points of installed packages: for each its services, by name."""
    for package, services in packages.items():
        lines = [f"{name} = {value}" for name, value in services.items()]
        text = "\n".join(["[emulator.services]", *lines])
        info = f"{package}-1.0.dist-info"
        metadata = METADATA.format(name=package)
        write(folder, {f"{info}/METADATA": metadata, f"{info}/entry_points.txt": text})
    found = distributions(path=[str(folder)])
    return [entry for dist in found for entry in dist.entry_points]


def refused(folder: Path, name: str, **packages: dict[str, str]) -> str:
    """Why one of these can't be used; the good one among them can."""
    loaded = load_plugins(entries(folder, good={"paragon": GOOD}, **packages))
    assert isinstance(loaded["paragon"], ServicePlugin)
    error = loaded[name]
    assert isinstance(error, PluginError)
    return str(error)


def test_built_in_services_are_plugins_in_the_order_of_old() -> None:
    assert tuple(installed()) == ("paragon", "composio", "agentflow")
    assert service_names() == ("agentflow", "composio", "paragon")
    for name, plugin in installed().items():
        assert plugin.name == name
        assert plugin.document.is_file()
        assert plugin.handlers
        assert plugin.description


def test_help_lists_services_that_can_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = entries(tmp_path, own={"paragon": GOOD}, acme={"lost": "acme_lost:PLUGIN"})
    monkeypatch.setattr("emulator.mock.plugins._entries", lambda: found)
    assert service_names() == ("lost", "paragon")
    assert listed_names() == ("paragon",)


def test_plugin_that_cannot_be_imported_names_its_package(tmp_path: Path) -> None:
    assert refused(tmp_path, "lost", acme={"lost": "acme_lost:PLUGIN"}) == (
        "service 'lost' of acme: acme_lost:PLUGIN can't be imported: ModuleNotFoundError: No module"
        " named 'acme_lost'\n  try: pip install --upgrade acme, or pip uninstall acme"
    )


def test_two_plugins_with_one_name_are_both_refused(tmp_path: Path) -> None:
    packages = {"acme": {"pets": GOOD}, "other": {"pets": "other:PLUGIN"}}
    message = refused(tmp_path, "pets", **packages)
    assert message.startswith("service 'pets' of acme and other: ")
    assert message.endswith(" have the same name\n  try: pip uninstall other")


def test_same_plugin_of_two_packages_is_one(tmp_path: Path) -> None:
    found = entries(tmp_path, old={"paragon": GOOD}, new={"paragon": GOOD})
    assert list(load_plugins(found).values()) == [installed()["paragon"]]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("os:sep", "os:sep is no ServicePlugin but str"),
        (GOOD, f"{GOOD} is called 'paragon', not like its entry point"),
    ],
)
def test_value_that_is_no_plugin_of_its_name_is_refused(
    tmp_path: Path, value: str, text: str
) -> None:
    assert text in refused(tmp_path, "pets", acme={"pets": value})


def plug_in(monkeypatch: pytest.MonkeyPatch, *plugins: ServicePlugin) -> None:
    """Let these be all that is installed."""
    loaded = {plugin.name: plugin for plugin in plugins}
    monkeypatch.setattr("emulator.mock.plugins._loaded", lambda: loaded)
    monkeypatch.setattr("emulator.mock.plugins.service_names", lambda: tuple(loaded))


def test_tools_of_a_service_can_be_extended_by_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        tmp_path,
        {
            "shared.json": DOCUMENT,
            "providers/bell/ring.yaml": "{input: {type: object}, outcomes: [{result: rung}]}",
            "own.json": DOCUMENT,
            "fixtures/own/tools/RING.yaml": "{slug: RING, extends: bell/ring, side_effect: read}",
        },
    )
    providers = tmp_path / "providers"
    plug_in(monkeypatch, ServicePlugin("a", "", tmp_path / "shared.json", providers=providers))
    settings = Settings((str(tmp_path / "own.json"),), fixtures=tmp_path / "fixtures")
    assembly = assemble(settings)
    tools = assembly.services[0].fixtures.tools
    assert tools is not None
    assert list(tools.by_slug) == ["RING"]
    assert providers in assembly.files


def test_handler_of_no_operation_is_a_notice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"desk.json": DOCUMENT})
    handlers: dict[str, Handler] = {"getA": lambda _: None, "getB": lambda _: None}
    plug_in(monkeypatch, ServicePlugin("desk", "", tmp_path / "desk.json", handlers=handlers))
    assert [str(notice) for notice in assemble(Settings()).notices] == [
        f"{tmp_path / 'desk.json'}: service 'desk' has a handler for 'getB', which is no operation;"
        " did you mean 'getA'? [handler-without-operation]"
    ]


def test_document_that_a_plugin_lacks_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plug_in(monkeypatch, ServicePlugin("desk", "", tmp_path / "lost.json"))
    with pytest.raises(DocumentError, match=r"lost\.json: there is no such file"):
        assemble(Settings(("desk",)))


def test_checkout_that_is_not_installed_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    plug_in(monkeypatch)
    with pytest.raises(SettingsError, match="no service is installed that can be used"):
        assemble(Settings())


def test_broken_service_is_left_out_of_all_and_refused_where_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = entries(tmp_path, good={"paragon": GOOD}, acme={"lost": "acme_lost:PLUGIN"})
    monkeypatch.setattr("emulator.mock.plugins._entries", lambda: found)
    monkeypatch.setattr("emulator.mock.plugins._loaded", lambda: load_plugins(found))
    everything = assemble(Settings())
    assert [service.api.name for service in everything.services] == ["paragon"]
    assert [str(notice) for notice in everything.notices] == [
        "acme: service 'lost' is left out: acme_lost:PLUGIN can't be imported: ModuleNotFoundError:"
        " No module named 'acme_lost' [service-unusable]"
    ]
    assert assemble(Settings(("paragon",))).notices == ()
    with pytest.raises(PluginError, match="acme_lost"):
        assemble(Settings(("lost",)))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("raise SystemExit(3)", "can't be imported: SystemExit: 3"),
        ("raise ValueError('a\\nb')", "can't be imported: ValueError: a b"),
        (
            "PLUGIN = ServicePlugin('pets', '', Path('lost.json'))",
            "`document` is no path of a file",
        ),
        ("PLUGIN = ServicePlugin('pets', '', __file__)", "`document` is no path of a file: '/"),
        ("PLUGIN = ServicePlugin('pets', '', HERE, Path('lost'))", "`fixtures` is no path of a fo"),
        ("PLUGIN = ServicePlugin('pets', '', HERE, None, HERE)", "`providers` is no path of a fo"),
        (
            "PLUGIN = ServicePlugin('pets', '', HERE, handlers={'getA': 'text'})",
            "the handler of 'getA' can't be called: 'text'",
        ),
    ],
)
def test_plugin_that_names_what_is_not_there_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, text: str
) -> None:
    head = "from pathlib import Path\nfrom emulator.mock.plugins import ServicePlugin\n"
    module = f"acme_{hashlib.sha256(code.encode()).hexdigest()[:8]}"
    write(tmp_path, {f"{module}.py": f"{head}HERE = Path(__file__)\n{code}\n"})
    monkeypatch.syspath_prepend(tmp_path)
    assert text in refused(tmp_path, "pets", acme={"pets": f"{module}:PLUGIN"})


def test_service_with_a_broken_document_is_left_out_of_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"good.json": DOCUMENT, "bad.yaml": "openapi: ["})
    good = ServicePlugin("good", "", tmp_path / "good.json")
    plug_in(monkeypatch, good, ServicePlugin("bad", "", tmp_path / "bad.yaml"))
    everything = assemble(Settings())
    assert [service.api.name for service in everything.services] == ["good"]
    assert [(notice.code, notice.file) for notice in everything.notices] == [
        ("service-unusable", str(tmp_path / "bad.yaml"))
    ]
    assert "service 'bad' is left out: " in everything.notices[0].message
    with pytest.raises(DocumentError, match=r"bad\.yaml"):
        assemble(Settings(("bad",)))


def raises(exchange: Exchange) -> Plan:
    raise ValueError("kaputt")


@pytest.mark.parametrize(
    ("handler", "detail"),
    [
        (raises, "the handler of getA raised ValueError: kaputt (test_plugins.py:"),
        (lambda _: {"status": 200}, "the handler of getA returned dict, which is no Plan"),
        (
            lambda exchange: exchange.respond("200.lised"),
            "no stored response is called '200.lised'; did you mean '200.listed'?",
        ),
    ],
    ids=["raises", "returns nonsense", "unknown response"],
)
def test_handler_that_fails_is_a_problem_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, handler: Handler, detail: str
) -> None:
    write(tmp_path, {"desk.json": DOCUMENT, "desk/getA/200.listed.yaml": "body: {}"})
    own = tmp_path / "desk"
    plug_in(
        monkeypatch,
        ServicePlugin("desk", "", tmp_path / "desk.json", own, handlers={"getA": handler}),
    )
    request = Request("GET", "/a")
    outcome = handle(
        assemble(Settings()).site, Memory(), request, datetime(2026, 4, 28, tzinfo=UTC)
    )
    assert (outcome.response.status, outcome.trace.problem) == (500, "handler-failed")
    assert isinstance(outcome.response, Response)
    assert detail in outcome.response.body.decode()
