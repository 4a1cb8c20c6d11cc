"""The tools that ship: each outcome's example leads to it, and keeps the tool's output schema."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.apis.behaviour import Call
from emulator.apis.tools import ToolRun, run_tool
from emulator.auth.check import Principal
from emulator.catalogue.outcomes import Outcome
from emulator.catalogue.tools import Tool
from emulator.chance import chance_of
from emulator.exchange import Service
from emulator.messages import Request
from emulator.settings import Settings
from emulator.site import assemble
from emulator.state.store import Execute, Snapshot
from emulator.template_values import TemplateValues
from emulator.validation.request import ValidRequest

SERVICES = assemble(Settings(specs=("paragon", "agentflow"))).services
NOW = datetime(2026, 4, 28, 14, 30, tzinfo=UTC)


def call(service: Service) -> Call:
    parameters: dict[str, Any] = {"path": {}, "query": {}, "header": {}, "cookie": {}}
    request = ValidRequest(Request("POST", "/"), Principal(credential="token"), parameters)
    values = TemplateValues(request, {}, chance_of("seed", "tool"), NOW)
    return Call(request, service.catalogue, Snapshot(), values)


def tools() -> Iterator[tuple[Service, Tool]]:
    for service in SERVICES:
        assert service.catalogue.toolbox is not None
        for tool in service.catalogue.toolbox.tools.values():
            yield service, tool


TOOLS = [pytest.param(s, t, id=f"{s.api.name}-{t.slug}") for s, t in tools()]
OUTCOMES = [
    pytest.param(service, tool, outcome, id=f"{service.api.name}-{tool.slug}-{outcome.name}")
    for service, tool in tools()
    for outcome in tool.outcomes
    if outcome.example is not None
]


def test_paragon_has_tools_of_every_toolkit() -> None:
    toolkits = {tool.toolkit for service, tool in tools() if service.api.name == "paragon"}
    assert toolkits >= {"github", "slack", "gmail", "googledrive", "googlecalendar", "notion"}
    assert toolkits >= {"salesforce", "hubspot", "emulator"}
    assert sum(service.api.name == "paragon" for service, _ in tools()) >= 25


@pytest.mark.parametrize(("service", "tool"), TOOLS)
def test_outcome_without_example_depends_on_what_is_stored(service: Service, tool: Tool) -> None:
    for outcome, raw in zip(tool.outcomes, tool.raw["outcomes"], strict=True):
        stored = [o for o in tool.raw["outcomes"] if "records." in str(o.get("when", ""))]
        assert outcome.example is not None or stored, raw["name"]


@pytest.mark.parametrize(("service", "tool", "outcome"), OUTCOMES)
def test_example_leads_to_its_outcome(service: Service, tool: Tool, outcome: Outcome) -> None:
    run = run_tool(call(service), tool.slug, outcome.example)
    assert isinstance(run, ToolRun), run
    assert tool.outcome(call(service).values.all(run.variables)) is outcome
    done = outcome.executes and tool.side_effect != "read"
    assert [e.tool for e in run.effects if isinstance(e, Execute)] == [tool.slug] * done


@pytest.mark.parametrize(("service", "tool", "outcome"), OUTCOMES)
def test_result_keeps_the_output_schema(service: Service, tool: Tool, outcome: Outcome) -> None:
    run = run_tool(call(service), tool.slug, outcome.example)
    assert isinstance(run, ToolRun)
    toolbox = service.catalogue.toolbox
    assert toolbox is not None
    if "result" in run.variables and not run.failed:
        assert toolbox.complaints(tool, run.variables["result"]) == ()


@pytest.mark.parametrize(("service", "tool", "outcome"), OUTCOMES)
def test_outcome_names_a_fixture_that_is_there(
    service: Service, tool: Tool, outcome: Outcome
) -> None:
    stored = {fixture.id for fixture in service.catalogue.fixtures["runTool"]}
    assert outcome.fixture is None or outcome.fixture in stored
