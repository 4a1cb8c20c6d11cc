"""Services that plug in: each is a `ServicePlugin` behind an entry point of `emulator.services`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from emulator.errors import PluginError

# Help lists the names of services: it must not wait for what only serving needs.
if TYPE_CHECKING:
    from emulator.mock.exchange import Events, Handler

GROUP = "emulator.services"


def without_credentials(_: float) -> Mapping[str, str]:
    """The headers of a caller who needs none."""
    return {}


@dataclass(frozen=True, slots=True)
class ServicePlugin:
    """One service: its document, what is stored for it, and what it does beyond both.

    `name` is that of its entry point; `description` is its line in `--help`. `handlers` are by
    operationId. Tools in the folder `providers` can be extended by the tools of every service.
    `login` gives the headers of a caller whom the service accepts at a Unix time, even where
    only known credentials count. With `makes_tools`, clients can make tools of their own. Where
    several services have a path, that with the highest `priority` answers; lists begin with it.
    Templates of its fixtures that the tests of its package check are `known_good`: no start does.
    """

    name: str
    description: str
    document: Path
    fixtures: Path | None = None
    providers: Path | None = None
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    events: Events | None = None
    login: Callable[[float], Mapping[str, str]] = without_credentials
    priority: int = 0
    makes_tools: bool = False
    known_good: bool = False


def load_plugins(entries: Iterable[EntryPoint]) -> Mapping[str, ServicePlugin | PluginError]:
    """The plugin of each name, or why it can't be used: one that fails stops no other."""
    by_name: dict[str, dict[str, EntryPoint]] = {}
    for entry in entries:
        # A distribution that was renamed may be installed under both names.
        by_name.setdefault(entry.name, {}).setdefault(entry.value, entry)
    loaded = {name: _load(list(found.values())) for name, found in by_name.items()}
    return dict(sorted(loaded.items(), key=_rank))


def service_names() -> tuple[str, ...]:
    """The names of all installed services, by alphabet: loads none of them."""
    return tuple(sorted({entry.name for entry in _entries()}))


def listed_names() -> tuple[str, ...]:
    """The names that help lists, without those of services that can't be used.

    The emulator's own are not loaded for that: it would take longer than all else that help does.
    """
    own = {entry.name for entry in _entries() if entry.value.startswith("emulator.services.")}
    others = load_plugins(entry for entry in _entries() if entry.name not in own)
    usable = {name for name, each in others.items() if isinstance(each, ServicePlugin)}
    return tuple(sorted(own | usable))


def installed() -> Mapping[str, ServicePlugin]:
    """The installed services that can be used, by name."""
    loaded = _loaded().items()
    return {name: each for name, each in loaded if isinstance(each, ServicePlugin)}


def unusable() -> tuple[PluginError, ...]:
    """Why the other installed services can't be used."""
    return tuple(each for each in _loaded().values() if isinstance(each, PluginError))


def find_plugin(name: str) -> ServicePlugin | None:
    """The installed service of this name, or None; raises PluginError where it can't be used."""
    # A document of somebody's own needs no service: they are loaded for a name of theirs.
    found = _loaded().get(name) if name in service_names() else None
    if isinstance(found, PluginError):
        raise found
    return found


@cache
def _entries() -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=GROUP))


@cache
def _loaded() -> Mapping[str, ServicePlugin | PluginError]:
    return load_plugins(_entries())


def _rank(item: tuple[str, ServicePlugin | PluginError]) -> tuple[bool, int, str]:
    name, loaded = item
    if isinstance(loaded, PluginError):
        return True, 0, name
    return False, -loaded.priority, name


def _load(entries: list[EntryPoint]) -> ServicePlugin | PluginError:
    entry = entries[0]
    origin = _distribution(entry)
    if len(entries) > 1:
        origins = sorted({_distribution(each) for each in entries})
        message = f"{', '.join(each.value for each in entries)} have the same name"
        return PluginError(entry.name, " and ".join(origins), message, _without(origins[-1]))
    try:
        plugin = entry.load()
    except (Exception, SystemExit) as error:  # whatever a package does, the others go on
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        message = f"{entry.value} can't be imported: {reason}"
        hint = f"pip install --upgrade {origin}, or {_without(origin)}"
        return PluginError(entry.name, origin, message, hint)
    if not isinstance(plugin, ServicePlugin):
        message = f"{entry.value} is no ServicePlugin but {type(plugin).__name__}"
        return PluginError(entry.name, origin, message, _without(origin))
    if plugin.name != entry.name:
        message = f"{entry.value} is called {plugin.name!r}, not like its entry point"
        return PluginError(entry.name, origin, message, _without(origin))
    for message in _mistakes(plugin):
        return PluginError(entry.name, origin, f"{entry.value}: {message}", _without(origin))
    return plugin


def _mistakes(plugin: ServicePlugin) -> Iterator[str]:
    """What a plugin names that is not there, or is of another kind; its types are not enforced."""
    if not (isinstance(plugin.document, Path) and plugin.document.is_file()):
        yield f"`document` is no path of a file: {plugin.document!r}"
    for name, folder in (("fixtures", plugin.fixtures), ("providers", plugin.providers)):
        if folder is not None and not (isinstance(folder, Path) and folder.is_dir()):
            yield f"`{name}` is no path of a folder: {folder!r}"
    for operation, handler in plugin.handlers.items():
        if not callable(handler):
            yield f"the handler of {operation!r} can't be called: {handler!r}"


def _distribution(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else "an unknown distribution"


def _without(distribution: str) -> str:
    return f"pip uninstall {distribution}"
