"""Reloads changed documents and fixtures while serving; broken ones are ignored."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from emulator.errors import EmulatorError
from emulator.mock.assemble import Assembly, assemble
from emulator.server.app import EmulatorApp
from emulator.settings import Settings

if TYPE_CHECKING:
    from watchfiles import Change

#: The suffixes of documents, fixtures and state files.
_SUFFIXES = (".yaml", ".yml", ".json", ".md")


def start_watching(
    settings: Settings,
    app: EmulatorApp,
    assembly: Assembly,
    say: Callable[[str], None],
    stop: threading.Event,
) -> threading.Thread:
    """Start a thread that reloads `app` whenever the files change, until `stop` is set.

    State survives. While the files can't be used, the last good version is served and `say` gets
    the reason.
    """

    from watchfiles import watch  # late: only `--watch` needs it

    def run() -> None:
        paths = folders(assembly)
        # Stubs have bodies in files of any kind.
        own = str(settings.mappings.resolve()) if settings.mappings else None

        def matters(_: Change, path: str) -> bool:
            return path.endswith(_SUFFIXES) or (own is not None and path.startswith(own))

        for _ in watch(*paths, watch_filter=matters, stop_event=stop, raise_interrupt=False):
            reload(settings, app, say)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def folders(assembly: Assembly) -> tuple[Path, ...]:
    """The folders to watch: editors replace files, so files can't be watched themselves."""
    found = {path if path.is_dir() else path.parent for path in assembly.files}
    return tuple(sorted(path for path in found if not (set(path.parents) & found)))


def reload(settings: Settings, app: EmulatorApp, say: Callable[[str], None]) -> None:
    """Assemble everything anew and serve it, or keep the current version and say why."""
    try:
        assembly = assemble(settings)
    except EmulatorError as error:
        say(f"not reloaded, the last good version answers: {error}")
        return
    app.use(assembly)
    names = ", ".join(service.api.name for service in assembly.services)
    say(f"reloaded {names}" + "".join(f"\nnotice: {notice}" for notice in assembly.notices))
