"""A cassette's exchanges as an HTTP Archive (HAR 1.2)."""

import json
from collections.abc import Iterable
from pathlib import Path

from emulator.fixtures.cassettes.recorded import Recorded
from emulator.http.messages import Json, Response
from emulator.mock.outcome import Outcome, Trace
from emulator.server.journal.har import har
from emulator.server.journal.journal import Entry


def archive(exchanges: Iterable[Recorded]) -> dict[str, Json]:
    """The exchanges as one archive; failed ones have status 0, as browsers write it."""
    recorded = tuple(exchanges)
    document = har(_entry(each) for each in recorded)
    for entry, each in zip(document["log"]["entries"], recorded, strict=True):
        entry["request"]["url"] = each.origin.upstream + each.request.target
        entry["time"] = entry["timings"]["wait"] = each.took_ms
        if each.failure:
            entry["response"]["_error"] = each.failure
    return document


def write_archive(file: Path, exchanges: Iterable[Recorded]) -> None:
    """Write the archive of a cassette."""
    file.write_text(json.dumps(archive(exchanges), ensure_ascii=False, indent=1) + "\n")


def _entry(recorded: Recorded) -> Entry:
    trace = Trace(recorded.api, recorded.operation, rule="upstream", source="recorded")
    outcome = Outcome(recorded.answer or Response(0), trace)
    return Entry(recorded.number, recorded.api, recorded.request, outcome, recorded.at)
