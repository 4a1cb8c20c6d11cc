"""Which documented responses a scope has covered: `/__admin/coverage`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from emulator.contract.coverage.items import CoverageItem, items_of
from emulator.contract.coverage.journal import JournalCounts, read_journal, tally
from emulator.http.messages import Json
from emulator.mock.exchange import Service
from emulator.server.admin.calls import AdminCall, json_response
from emulator.server.dispatcher import Dispatcher
from emulator.server.journal.serialize import entry_json


@dataclass(frozen=True, slots=True)
class CoverageHandlers:
    """The handler of coverage; only `emulator coverage` judges whether responses are valid."""

    services: Mapping[str, Service]
    dispatcher: Dispatcher

    def coverage(self, call: AdminCall) -> Response:
        """Every documented response, and how often it was sent."""
        entries = [entry_json(entry) for entry in self.dispatcher.journal.entries(call.scope)]
        exchanges = read_journal(json.dumps({"requests": entries}), "the journal")
        by_api = {
            name: [item for operation in each.api.operations for item in items_of(each, operation)]
            for name, each in self.services.items()
        }
        every = [item for own in by_api.values() for item in own]
        met = tally(every, exchanges, self.dispatcher.site)
        return json_response({"apis": [_api(name, own, met) for name, own in by_api.items()]})


def _api(name: str, items: list[CoverageItem], met: JournalCounts) -> dict[str, Json]:
    answers = [item for item in items if item.kind == "answer"]
    return {
        "api": name,
        "answers": len(answers),
        "answers_met": sum(met.met[item] > 0 for item in answers),
        "cases": [
            {**item.as_json(), "met": met.met[item], "forced": met.forced[item]} for item in items
        ],
    }
