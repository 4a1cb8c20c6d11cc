"""Reloads changed documents and fixtures while serving; broken ones are ignored."""

from __future__ import annotations

import threading
from collections.abc import Callable, Set
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from emulator.errors import EmulatorError
from emulator.mock.assemble import Assembly, assemble
from emulator.schema.notices import Notice
from emulator.server.app import EmulatorApp
from emulator.settings import Settings

if TYPE_CHECKING:
    from watchfiles import Change

#: The suffixes of documents, fixtures and state files.
_SUFFIXES = (".yaml", ".yml", ".json", ".md")
#: Notices of references that lead nowhere; those to other files may be half written.
_LOST = ("external-reference", "dangling-reference")


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
        served = assembly
        # Stubs have bodies in files of any kind.
        stubs = str(settings.mappings.resolve()) if settings.mappings else None
        while not stop.is_set():
            paths = folders(served)
            matters = partial(_matters, {str(path) for path in served.files}, stubs)
            for _ in watch(*paths, watch_filter=matters, stop_event=stop, raise_interrupt=False):
                served = reload(settings, app, say) or served
                if folders(served) != paths:
                    break  # and watch the others

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def folders(assembly: Assembly) -> tuple[Path, ...]:
    """The folders to watch: editors replace files, so files can't be watched themselves."""
    found = {path if path.is_dir() else path.parent for path in assembly.files}
    return tuple(sorted(path for path in found if not (set(path.parents) & found)))


def reload(settings: Settings, app: EmulatorApp, say: Callable[[str], None]) -> Assembly | None:
    """Assemble everything anew and serve it, or keep the current version and say why.

    None where the current version is kept.
    """
    try:
        assembly = assemble(settings)
    except EmulatorError as error:
        say(f"not reloaded, the last good version answers: {error}")
        return None
    known = _lost(app.assembly) if app.assembly else {}
    for place, notice in _lost(assembly).items():
        if place not in known:
            # Half a document would be served with invented data where the other half was.
            say(f"not reloaded, the last good version answers: {notice}")
            return None
    app.use(assembly)
    names = ", ".join(service.api.name for service in assembly.services)
    say(f"reloaded {names}" + "".join(f"\nnotice: {notice}" for notice in assembly.notices))
    return assembly


def _lost(assembly: Assembly) -> dict[tuple[str, str], Notice]:
    """The references to other files that lead nowhere, by their place."""
    return {
        (each.file, each.pointer): each
        for each in assembly.notices
        if each.code in _LOST and not each.message.startswith("#")
    }


def _matters(files: Set[str], stubs: str | None, _: Change, path: str) -> bool:
    in_stubs = stubs is not None and path.startswith(stubs)
    return in_stubs or path.endswith(_SUFFIXES) or path in files
