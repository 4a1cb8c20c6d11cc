"""The tools that ship: each outcome's example leads to it, and what it gives keeps the schema."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from emulator.apis.behaviour import Call
from emulator.apis.tools import ToolRun, run_tool
from emulator.auth.check import Principal
from emulator.catalogue.endings import Ending, ending_of
from emulator.catalogue.outcomes import Outcome
from emulator.catalogue.tools import Tool
from emulator.chance import chance_of
from emulator.exchange import Service
from emulator.messages import Json, Request
from emulator.settings import Settings
from emulator.site import assemble
from emulator.state.store import Execute, Snapshot
from emulator.template_values import TemplateValues
from emulator.validation.request import ValidRequest

SERVICES = assemble(Settings()).services
NOW = datetime(2026, 4, 28, 14, 30, tzinfo=UTC)
PROVIDERS = {
    *("github", "slack", "gmail", "googledrive", "googlecalendar", "notion"),
    *("salesforce", "hubspot"),
}

#: Tools that may give anything: what they are given, or what a session makes of them.
OPEN = ("echo", "COMPOSIO_", "GITHUB_ISSUES_CREATE", "GOOGLE_DRIVE_DOWNLOAD_FILE")


def call(service: Service) -> Call:
    """A call on a fresh server."""
    parameters: dict[str, Any] = {"path": {}, "query": {}, "header": {}, "cookie": {}}
    request = ValidRequest(Request("POST", "/"), Principal(credential="token"), parameters)
    values = TemplateValues(request, {}, chance_of("seed", "tool"), NOW)
    snapshot = Snapshot(collections=service.catalogue.state.collections)
    return Call(request, service.catalogue, snapshot, values)


def tools() -> Iterator[tuple[Service, Tool]]:
    for service in SERVICES:
        assert service.catalogue.toolbox is not None
        for tool in service.catalogue.toolbox.tools.values():
            yield service, tool


TOOLS = [pytest.param(s, t, id=f"{s.api.name}-{t.slug}") for s, t in tools()]
CASES = [
    pytest.param(service, tool, *case, id=f"{service.api.name}-{tool.slug}-{case[0].name}")
    for service, tool in tools()
    for case in tool.cases()
]


def errors_in(schema: Json, instance: Json) -> list[str]:
    checker = Draft202012Validator.FORMAT_CHECKER
    return [
        e.message
        for e in Draft202012Validator(schema, format_checker=checker).iter_errors(instance)
    ]


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.api.name)
def test_each_service_has_tools_of_every_provider(service: Service) -> None:
    assert service.catalogue.toolbox is not None
    counted = Counter(tool.toolkit for tool in service.catalogue.toolbox.tools.values())
    assert counted.keys() > PROVIDERS
    assert sum(counted[provider] for provider in PROVIDERS) >= 20
    assert counted.total() >= 25


@pytest.mark.parametrize(("service", "tool"), TOOLS)
def test_output_says_what_is_in_it(service: Service, tool: Tool) -> None:
    structured = tool.output is True or tool.output.get("type") in ("object", "array")
    assert tool.slug.startswith(OPEN) or not structured or len(tool.output) > 1


@pytest.mark.parametrize(("service", "tool", "outcome", "example"), CASES)
def test_example_leads_to_its_outcome(
    service: Service, tool: Tool, outcome: Outcome, example: Mapping[str, Json] | None
) -> None:
    assert example is not None
    assert errors_in(tool.input, example) == []
    run = run_tool(call(service), tool.slug, example)
    assert isinstance(run, ToolRun), run
    toolbox = service.catalogue.toolbox
    assert toolbox is not None
    ending = ending_of(toolbox, tool, call(service).values.all(run.variables))
    assert isinstance(ending, Ending)
    assert ending.outcome is outcome
    done = outcome.executes and tool.side_effect != "read"
    assert [e.tool for e in run.effects if isinstance(e, Execute)] == [tool.slug] * done


@pytest.mark.parametrize(("service", "tool", "outcome", "example"), CASES)
def test_result_keeps_the_output_schema(
    service: Service, tool: Tool, outcome: Outcome, example: Mapping[str, Json]
) -> None:
    run = run_tool(call(service), tool.slug, example)
    assert isinstance(run, ToolRun)
    assert run.failed is (outcome.error is not None)
    assert isinstance(run.variables.get("error", ""), str)
    if "result" in run.variables and not run.failed:
        assert errors_in(tool.output, run.variables["result"]) == []


@pytest.mark.parametrize(("service", "tool", "outcome", "example"), CASES)
def test_outcome_names_a_fixture_that_is_there(
    service: Service, tool: Tool, outcome: Outcome, example: Mapping[str, Json]
) -> None:
    fixtures = service.catalogue.fixtures
    stored = {fixture.id for each in fixtures.values() for fixture in each}
    assert outcome.fixture is None or outcome.fixture in stored
