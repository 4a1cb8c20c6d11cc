"""What a service answers, how to get it and how well founded it is, as Markdown from its files."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath

from emulator.catalogue.fixtures import Fixture
from emulator.catalogue.load import Catalogue
from emulator.catalogue.triggers import Trigger
from emulator.spec.model import Api, Operation

#: What the sources of fixtures mean to readers.
STANDING = {
    "documented": "documented",
    "recorded": "measured",
    "generated": "generated",
    "guess": "guess",
}


def standing(api: Api, catalogue: Catalogue) -> str:
    """One service's tables: each operation's answers, its tools' outcomes, its refusals."""
    parts = [f"## {api.title}", ""]
    shared = _shared(catalogue)
    for operation in api.operations:
        if operation.id not in catalogue.aliases:
            parts += _operation(operation, catalogue, shared)
    if shared:
        rows = [_row(fixture, ()) for _, fixture in sorted(shared.items())]
        parts += ["### Any operation that documents the status", "", *_table(_HEAD, rows)]
    if catalogue.toolbox is not None:
        parts += ["### Tools", "", *_table(_TOOL_HEAD, _outcomes(catalogue))]
    if catalogue.problems:
        parts += ["### Refusals", "", *_table(_PROBLEM_HEAD, _problems(catalogue))]
    return "\n".join(parts)


_HEAD = ("Status", "Behaviour", "How to get it", "Standing")
_TOOL_HEAD = ("Tool", "Side effect", "Outcome", "When", "Ends in", "Standing")
_PROBLEM_HEAD = ("Problem", "Status", "When", "Standing")


def _shared(catalogue: Catalogue) -> dict[str, Fixture]:
    """The fixtures that stand in `_any`, by id."""
    return {
        fixture.id: fixture
        for fixtures in catalogue.fixtures.values()
        for fixture in fixtures
        if PurePath(fixture.file).parent.name == "_any"
    }


def _operation(
    operation: Operation, catalogue: Catalogue, shared: Mapping[str, Fixture]
) -> list[str]:
    """An operation's table; what it shares with others is in it where a trigger leads to it.

    Where nothing is stored for a status, the document's own answer has the row.
    """
    twins = [twin for twin, original in catalogue.aliases.items() if original == operation.id]
    also = f" (and {', '.join(twins)})" if twins else ""
    fixtures = sorted(catalogue.fixtures.get(operation.id, ()), key=lambda f: f.id)
    head = [f"### {operation.id}{also}", "", f"`{operation.key}`", ""]
    rows = []
    for fixture in fixtures:
        triggers = [
            trigger
            for trigger in catalogue.triggers
            if trigger.operation == operation.id and trigger.answer == fixture.id
        ]
        if triggers or fixture.id not in shared or shared[fixture.id].file != fixture.file:
            rows.append(_row(fixture, triggers))
    told = {row[0] for row in rows}
    rows += [
        (key, response.description, f"`Prefer: code={key}`", STANDING[response.source])
        for key, response in operation.responses.items()
        if key not in told and not response.augmented
    ]
    return [*head, *_table(_HEAD, sorted(rows))]


def _row(fixture: Fixture, triggers: Sequence[Trigger]) -> tuple[str, ...]:
    asked = f"`Prefer: code={fixture.key}, example={fixture.name}`"
    ways = [" and ".join(f"`{condition}`" for condition in t.when) for t in triggers]
    told = next((trigger.description for trigger in triggers), "A stored body, verbatim.")
    # A verbatim body says nothing of itself: its trigger does.
    source = triggers[0].source if triggers and not fixture.description else fixture.source
    way = "; ".join([*ways, asked])
    return fixture.key, fixture.description or told, way, STANDING[source]


def _outcomes(catalogue: Catalogue) -> Iterator[tuple[str, ...]]:
    for tool in catalogue.toolbox.tools.values() if catalogue.toolbox else ():
        for outcome, _ in tool.cases():
            when = f"`{outcome.condition}`" if outcome.condition else "otherwise"
            end = outcome.fixture or ("error" if outcome.error else "result")
            standing = STANDING[outcome.source]
            yield tool.slug, tool.side_effect, outcome.name, when, end, standing


def _problems(catalogue: Catalogue) -> Iterator[tuple[str, ...]]:
    for name, fixture in sorted(catalogue.problems.items()):
        status = "documented" if fixture.status is None else str(fixture.status)
        yield name, status, fixture.description, STANDING[fixture.source]


def _table(
    head: Sequence[str], rows: Iterator[tuple[str, ...]] | list[tuple[str, ...]]
) -> list[str]:
    lines = [_line(head), "|" + "---|" * len(head), *map(_line, rows)]
    return [*lines, ""]


def _line(cells: Sequence[str]) -> str:
    # A bar would end the cell, also between backticks.
    return "| " + " | ".join(cell.strip().replace("|", "\\|") for cell in cells) + " |"
