"""Providers: tools that services share, each extending them under its own names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from emulator.catalogue.tool_files import parse_any_tool
from emulator.catalogue.toolbox import compile_toolbox
from emulator.catalogue.tools import Tool
from emulator.errors import FixtureError
from emulator.messages import Json


@dataclass(frozen=True, slots=True)
class Providers:
    """What providers do: their tools as `<provider>/<tool>`, and their records at start.

    `collections` are by provider, then by collection and id.
    """

    tools: Mapping[str, Tool] = field(default_factory=dict)
    collections: Mapping[str, Mapping[str, Mapping[str, Json]]] = field(default_factory=dict)

    def records_for(self, tools: Iterable[Tool]) -> Mapping[str, Mapping[str, Json]]:
        """The collections of the providers whose tools these extend."""
        named = {each.slug.partition("/")[0] for tool in tools for each in tool.chain()}
        found: dict[str, Mapping[str, Json]] = {}
        for provider in sorted(named & self.collections.keys()):
            found |= self.collections[provider]
        return found


def resolve(files: Mapping[str, tuple[Json, str]]) -> Mapping[str, Tool]:
    """Providers' tools by name, from each one's object and file, whatever extends what.

    Raises FixtureError with the place of what is wrong, also where tools extend one another in a
    circle.
    """
    done: dict[str, Tool] = {}
    for name in files:
        _resolve(name, files, done, ())
    compile_toolbox(done)
    return done


def _resolve(
    name: str,
    files: Mapping[str, tuple[Json, str]],
    done: dict[str, Tool],
    above: tuple[str, ...],
) -> None:
    if name in done:
        return
    raw, file = files[name]
    base = raw.get("extends") if isinstance(raw, dict) else None
    if base in (*above, name):
        circle = " → ".join((*above, name, str(base)))
        raise FixtureError(file, f"tools extend one another in a circle: {circle}", "/extends")
    if isinstance(base, str) and base in files:
        _resolve(base, files, done, (*above, name))
    done[name] = _provider_tool(name, raw, file, done)


def _provider_tool(name: str, raw: Json, file: str, bases: Mapping[str, Tool]) -> Tool:
    if isinstance(raw, dict) and "slug" in raw:
        hint = f"it is called {name}, after its file"
        raise FixtureError(file, "a provider's tool has no slug", "/slug", hint)
    tool = parse_any_tool(raw, file, name, bases)
    for number, outcome in enumerate(tool.outcomes):
        if outcome.fixture is not None:
            pointer, hint = f"/outcomes/{number}/fixture", "end in a result or an error"
            raise FixtureError(file, "stored responses are a service's own", pointer, hint)
    return tool
