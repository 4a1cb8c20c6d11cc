"""The project's own source as data: its modules, who imports whom, and which classes it defines."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
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

    @property
    def imported(self) -> list[str]:
        """Everything it imports, by whole names."""
        found = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                found += [f"{node.module}.{alias.name}" for alias in node.names]
        return found

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
