"""The project's own source as data: its modules, who imports whom, and which classes it defines."""

import ast
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from tests.support.paths import ROOT

PACKAGE = ROOT / "emulator"


@dataclass(frozen=True)
class Module:
    """One file. `name` is dotted and without `emulator.`; a folder's own module has its name."""

    name: str
    path: Path
    source: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """The first name below `emulator`."""
        return self.name.partition(".")[0]

    @cached_property
    def import_statements(self) -> list[ast.Import | ast.ImportFrom]:
        """Its statements of imports, in functions too."""
        return [n for n in ast.walk(self.tree) if isinstance(n, ast.Import | ast.ImportFrom)]

    @cached_property
    def imported(self) -> list[str]:
        """Everything it imports, by whole names."""
        return [
            f"{node.module}.{alias.name}" if isinstance(node, ast.ImportFrom) else alias.name
            for node in self.import_statements
            for alias in node.names
        ]

    @property
    def classes(self) -> list[str]:
        """The classes it defines at its top."""
        return [node.name for node in self.tree.body if isinstance(node, ast.ClassDef)]


@cache
def modules() -> Mapping[str, Module]:
    """Every module of the emulator by its name, but for the package's own `__init__`."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if name:
            source = path.read_text()
            found[name] = Module(name, path, source, ast.parse(source))
    return found


@cache
def imports() -> Mapping[str, frozenset[str]]:
    """For each module, the modules of the emulator that it imports."""
    return {name: frozenset(_own(module)) for name, module in modules().items()}


def _own(module: Module) -> Iterable[str]:
    for name in module.imported:
        top, _, rest = name.partition(".")
        if top != "emulator":
            continue
        target = rest if rest in modules() else rest.rpartition(".")[0]
        if target in modules() and target != module.name:
            yield target


def offered(room: str) -> list[str]:
    """The modules of a room that others may import: its docstring lists them."""
    docstring = ast.get_docstring(modules()[room].tree) or ""
    _, _, listed = docstring.partition("\nOffers: ")
    return listed.removesuffix(".").replace("\n", " ").split(", ") if listed else []


@cache
def used() -> Mapping[str, frozenset[str]]:
    """By room, the modules that other rooms, the package itself or its entry points use."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    tables = [project["scripts"], *project["entry-points"].values()]
    places = [value.partition(":")[0] for table in tables for value in table.values()]
    whole = Module(
        "", PACKAGE / "__init__.py", "", ast.parse((PACKAGE / "__init__.py").read_text())
    )
    targets = {place.removeprefix("emulator.") for place in places} | set(_own(whole))
    for name, imported in imports().items():
        targets |= {each for each in imported if modules()[each].room != modules()[name].room}
    rooms: dict[str, set[str]] = {}
    for target in targets:
        room, _, module = target.partition(".")
        if module:
            rooms.setdefault(room, set()).add(module)
    return {room: frozenset(found) for room, found in rooms.items()}


def circles(edges: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """One circle for each place where following the edges leads back; sorted."""
    found: list[list[str]] = []
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> None:
        if name in path:
            found.append([*path[path.index(name) :], name])
        elif name not in done:
            for target in sorted(edges.get(name, ())):
                visit(target, [*path, name])
            done.add(name)

    for name in sorted(edges):
        visit(name, [])
    return found


def siblings(folder: str) -> Mapping[str, set[str]]:
    """Who imports whom among the files and folders directly in a folder."""
    prefix = f"{folder}." if folder else ""
    edges: dict[str, set[str]] = {}
    for name, targets in imports().items():
        if not name.startswith(prefix):
            continue
        child = name.removeprefix(prefix).partition(".")[0]
        own = edges.setdefault(child, set())
        for target in targets:
            if target.startswith(prefix):
                other = target.removeprefix(prefix).partition(".")[0]
                if other != child:
                    own.add(other)
    return edges


def depth() -> int:
    """The length of the longest chain of imports."""
    known: dict[str, int] = {}

    def of(name: str) -> int:
        if name not in known:
            known[name] = 1 + max((of(each) for each in imports()[name]), default=0)
        return known[name]

    return max(map(of, imports()))
