"""Assembles the recording proxy."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from emulator.errors import SettingsError
from emulator.fixtures.cassettes.cassette import RULES_FILE, load_cassette, save_rules
from emulator.fixtures.cassettes.match import compile_secrets
from emulator.fixtures.cassettes.recorded import Origin
from emulator.fixtures.cassettes.replay import compile_replay
from emulator.fixtures.cassettes.session import Mode, Session
from emulator.openapi.document.model import Api
from emulator.server.dispatcher import Dispatcher
from emulator.server.proxy.recorder import Recorder
from emulator.server.proxy.upstream import Upstream


@dataclass(frozen=True, slots=True)
class RecordOptions:
    """What is recorded, and where; `redact` are further secrets."""

    upstream: str
    folder: Path
    mode: Mode = "once"
    redact: tuple[str, ...] = ()
    timeout_s: float = 30
    ca_file: Path | None = None


def make_recorder(
    dispatcher: Dispatcher, api: Api, options: RecordOptions, say: Callable[[str], None]
) -> Recorder:
    """The recorder of one API; the dispatcher replays from the cassette what is not forwarded.

    Raises EmulatorError if cassette or options can't be used.
    """
    try:
        compile_secrets(options.redact)
    except ValueError as error:
        raise SettingsError("--redact", f"{options.redact} can't be read", str(error)) from error
    cassette = load_cassette(options.folder, options.redact)
    if options.mode != "none" and (options.redact or not (options.folder / RULES_FILE).exists()):
        save_rules(cassette)
    origin = Origin(options.upstream, f"{api.title} {api.version}".strip())
    session = Session(cassette, api, origin, options.mode)
    replay = compile_replay(cassette, (api,), strict=True)
    site = replace(dispatcher.site, replay=replay)
    upstream = Upstream(options.upstream, options.timeout_s, options.ca_file)
    return Recorder(replace(dispatcher, site=site), upstream, session, say)
