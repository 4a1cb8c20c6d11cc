"""Reads one service's folder below `fixtures/` into a `Catalogue`; the only I/O of this package.

<operationId>/<status>.<name>.json|yaml    fixtures
_any/<status>.<name>.json|yaml             fixtures of every operation that documents the status
shapes/<name>.yaml                         what a record looks like when it is sent
problems/<problem type>.yaml               what the service says when the emulator refuses
triggers.yaml  state.yaml  aliases.yaml    trigger table, what is known at start, twin operations
headers.yaml                               headers of every answer
tools/<SLUG>.yaml                          tools

Beside the services, `_providers/<provider>/<tool>.yaml` are tools that services extend, and
`_providers/<provider>/state.yaml` the provider's records.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from emulator.catalogue.fixtures import (
    Fixture,
    parse_file_name,
    parse_fixture,
    parse_headers,
    verbatim_fixture,
)
from emulator.catalogue.providers import Providers, resolve
from emulator.catalogue.state import State, parse_state
from emulator.catalogue.tool_files import parse_tool
from emulator.catalogue.toolbox import Toolbox, compile_toolbox
from emulator.catalogue.tools import Tool
from emulator.catalogue.triggers import Trigger, parse_triggers
from emulator.errors import DocumentError, FixtureError
from emulator.messages import Json
from emulator.notices import Notice
from emulator.problems import PROBLEM_TYPES
from emulator.spec.model import Api
from emulator.spec.yaml12 import parse_yaml
from emulator.templates import Template, compile_template

T = TypeVar("T")

_RESERVED = ("problems", "shapes", "tools", "_any", "_stray", "_failed")

#: The operation of a trigger that is for every operation.
_EVERY = "*"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything stored for one API. `fixtures` are by operationId, twins resolved.

    `aliases` lead from an operationId to the one whose fixtures, triggers and behaviour it shares.
    `shapes` are templates of records, by name, for what several fixtures show. `headers` are those
    of every answer that has none of their name.
    """

    fixtures: Mapping[str, tuple[Fixture, ...]] = field(default_factory=dict)
    problems: Mapping[str, Fixture] = field(default_factory=dict)
    triggers: tuple[Trigger, ...] = ()
    toolbox: Toolbox | None = None
    shapes: Mapping[str, Template] = field(default_factory=dict)
    headers: tuple[tuple[str, Template], ...] = ()
    state: State = field(default_factory=State)
    aliases: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()

    @property
    def count(self) -> int:
        """How many fixture files there are."""
        stored = {f.file for fixtures in self.fixtures.values() for f in fixtures}
        return len(stored) + len(self.problems)


def load_providers(folders: Iterable[Path]) -> Providers:
    """The providers in these folders; a file in a later one stands in for that of its name.

    Raises FixtureError for a file that can't be used.
    """
    tools: dict[str, tuple[Json, str]] = {}
    states: dict[str, State] = {}
    for folder in folders:
        for child in sorted(folder.iterdir()) if folder.is_dir() else ():
            for path in _files(child):
                if path.stem == "state":
                    states[child.name] = parse_state(read_file(path), str(path))
                else:
                    tools[f"{child.name}/{path.stem}"] = (read_file(path), str(path))
    return Providers(resolve(tools), {name: each.collections for name, each in states.items()})


def load_catalogue(folder: Path, api: Api, providers: Providers | None = None) -> Catalogue:
    """The catalogue in `folder`, empty where there is none. Its tools may extend the providers'.

    A file that can't be read as what it must be raises FixtureError; one that belongs to nothing
    in the document is a notice.
    """
    if not folder.is_dir():
        return Catalogue()
    notices: list[Notice] = []
    aliases = _read_aliases(folder / "aliases.yaml")
    triggers: tuple[Trigger, ...] = _read_optional(folder / "triggers.yaml", parse_triggers, ())
    providers = providers or Providers()
    tools = _tools(folder / "tools", providers)
    state = _read_optional(folder / "state.yaml", parse_state, State())
    shared = providers.records_for(tools.values())
    problems = {path.stem: _read_problem(path) for path in _files(folder / "problems")}
    for name in set(problems) - set(PROBLEM_TYPES):
        message = f"no problem type is called {name!r}: {', '.join(sorted(PROBLEM_TYPES))}"
        notices.append(Notice(problems[name].file, "", "problem-unknown", message))
    fixtures = _fixtures(folder, api, aliases, notices)
    notices += _lost_outcomes(tools, fixtures)
    return Catalogue(
        fixtures=fixtures,
        problems=problems,
        triggers=_for_every(_with_twins(triggers, aliases), api),
        toolbox=compile_toolbox(tools) if tools else None,
        shapes={path.stem: _read_shape(path) for path in _files(folder / "shapes")},
        headers=_read_optional(folder / "headers.yaml", parse_headers, ()),
        state=replace(state, collections={**shared, **state.collections}),
        aliases=aliases,
        notices=tuple(notices),
    )


def read_file(path: Path) -> Json:
    """The JSON or YAML in a file; raises FixtureError."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise FixtureError(str(path), "there is no such file") from error
    except (OSError, UnicodeDecodeError) as error:
        raise FixtureError(str(path), f"can't be read: {error}") from error
    try:
        return parse_yaml(text, str(path))
    except DocumentError as error:
        raise FixtureError(error.file, error.message, error.pointer, error.hint) from error


def _fixtures(
    folder: Path, api: Api, aliases: Mapping[str, str], notices: list[Notice]
) -> dict[str, tuple[Fixture, ...]]:
    by_operation: dict[str, tuple[Fixture, ...]] = {}
    known = {operation.id for operation in api.operations}
    for child in sorted(folder.iterdir()):
        if not child.is_dir() or child.name in _RESERVED or child.name.startswith("."):
            continue
        if child.name not in known:
            message = f"no operation of {api.name} has the id {child.name!r}"
            notices.append(Notice(str(child), "", "fixture-without-operation", message))
            continue
        by_operation[child.name] = tuple(_operation_fixtures(child, notices))
    for twin, original in aliases.items():
        by_operation[twin] = by_operation.get(twin, ()) + by_operation.get(original, ())
    shared = [replace(f, yields=True) for f in _operation_fixtures(folder / "_any", notices)]
    for operation in api.operations if shared else ():
        own = by_operation.get(operation.id, ())
        taken = {fixture.id for fixture in own}
        fitting = (f for f in shared if f.key in operation.responses and f.id not in taken)
        by_operation[operation.id] = (*own, *fitting)
    return by_operation


def _operation_fixtures(folder: Path, notices: list[Notice]) -> Iterator[Fixture]:
    for path in _files(folder):
        parsed = parse_file_name(path.name)
        if parsed is None:
            message = "a fixture's file is called <status>.<name>.json or .yaml"
            notices.append(Notice(str(path), "", "fixture-name", message))
            continue
        status, name = parsed
        raw = read_file(path)
        if path.suffix == ".json":
            yield verbatim_fixture(status, name, str(path), raw)
        else:
            yield parse_fixture(status, name, str(path), raw)


def _read_problem(path: Path) -> Fixture:
    return parse_fixture("default", path.stem, str(path), read_file(path))


def _read_shape(path: Path) -> Template:
    return compile_template(read_file(path), str(path))


def _read_aliases(path: Path) -> Mapping[str, str]:
    raw = read_file(path) if path.is_file() else {}
    if not (isinstance(raw, dict) and all(isinstance(value, str) for value in raw.values())):
        raise FixtureError(str(path), "aliases are a map of operationId to operationId")
    return raw


def _read_optional(path: Path, parse: Callable[[Json, str], T], default: T) -> T:
    return parse(read_file(path), str(path)) if path.is_file() else default


def _tools(folder: Path, providers: Providers) -> dict[str, Tool]:
    tools: dict[str, Tool] = {}
    for path in _files(folder):
        tool = parse_tool(read_file(path), str(path), providers.tools)
        other = tools.setdefault(tool.slug, tool)
        if other is not tool:
            raise FixtureError(tool.file, f"{tool.slug!r} stands in {other.file} too", "/slug")
    return tools


def _lost_outcomes(
    tools: Mapping[str, Tool], fixtures: Mapping[str, tuple[Fixture, ...]]
) -> Iterator[Notice]:
    """Outcomes that end in a stored response which no operation has."""
    stored = {fixture.id for each in fixtures.values() for fixture in each}
    for tool in tools.values():
        for number, outcome in enumerate(tool.outcomes):
            if outcome.fixture is not None and outcome.fixture not in stored:
                message = f"outcome {outcome.name!r} ends in {outcome.fixture}, which is no fixture"
                pointer = f"/outcomes/{number}/fixture"
                yield Notice(tool.file, pointer, "outcome-without-fixture", message)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if p.suffix in (".json", ".yaml", ".yml"))


def _with_twins(triggers: tuple[Trigger, ...], aliases: Mapping[str, str]) -> tuple[Trigger, ...]:
    copies = (
        replace(trigger, operation=twin, name=f"{trigger.name} ({twin})")
        for twin, original in aliases.items()
        for trigger in triggers
        if trigger.operation == original
    )
    return (*triggers, *copies)


def _for_every(triggers: tuple[Trigger, ...], api: Api) -> tuple[Trigger, ...]:
    """Rows for `*` as rows of each operation that documents their status and has none for it."""
    own = tuple(trigger for trigger in triggers if trigger.operation != _EVERY)
    answered = {(trigger.operation, trigger.status) for trigger in own}
    copies = (
        replace(trigger, operation=operation.id, name=f"{trigger.name} ({operation.id})")
        for trigger in triggers
        if trigger.operation == _EVERY
        for operation in api.operations
        if trigger.status in operation.statuses and (operation.id, trigger.status) not in answered
    )
    return (*own, *copies)
