"""Reloading while serving: changed documents and fixtures are picked up, broken ones are not."""

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from watchfiles import Change, watch

from emulator.errors import EmulatorError
from emulator.mock.assemble import Assembly, assemble
from emulator.server.app import EmulatorApp
from emulator.settings import Settings

#: What documents, fixtures and state files end in.
_SUFFIXES = (".yaml", ".yml", ".json", ".md")


def start_watching(
    settings: Settings,
    app: EmulatorApp,
    assembly: Assembly,
    say: Callable[[str], None],
    stop: threading.Event,
) -> threading.Thread:
    """A running thread that keeps `app` at what the files say, until `stop` is set.

    State survives. While the files can't be used, the last good version answers and `say` is told
    why.
    """
    thread = threading.Thread(
        target=_watch, args=(settings, app, folders(assembly), say, stop), daemon=True
    )
    thread.start()
    return thread


def folders(assembly: Assembly) -> tuple[Path, ...]:
    """The folders to watch: editors replace files, so that a file itself can't be."""
    found = {path if path.is_dir() else path.parent for path in assembly.files}
    return tuple(sorted(path for path in found if not (set(path.parents) & found)))


def reload(settings: Settings, app: EmulatorApp, say: Callable[[str], None]) -> None:
    """Put everything together anew and swap it in, or keep what there is and say why."""
    try:
        assembly = assemble(settings)
    except EmulatorError as error:
        say(f"not reloaded, the last good version answers: {error}")
        return
    app.use(assembly)
    names = ", ".join(service.api.name for service in assembly.services)
    say(f"reloaded {names}" + "".join(f"\nnotice: {notice}" for notice in assembly.notices))


def _watch(
    settings: Settings,
    app: EmulatorApp,
    paths: Iterable[Path],
    say: Callable[[str], None],
    stop: threading.Event,
) -> None:
    for _ in watch(*paths, watch_filter=_matters, stop_event=stop, raise_interrupt=False):
        reload(settings, app, say)


def _matters(_: Change, path: str) -> bool:
    return path.endswith(_SUFFIXES)
