"""Which documented responses a scope has covered: `/__admin/coverage`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from emulator.contract.coverage.cases import Case, cases_of
from emulator.contract.coverage.journal import JournalCounts, read_journal, tally
from emulator.http.messages import Json
from emulator.mock.exchange import Service
from emulator.server.admin.calls import AdminCall, Route, json_response
from emulator.server.dispatcher import Dispatcher
from emulator.server.journal.serialize import entry_json


@dataclass(frozen=True, slots=True)
class CoverageRoutes:
    """The route of coverage; only `emulator coverage` judges whether responses are valid."""

    services: Mapping[str, Service]
    dispatcher: Dispatcher

    def routes(self) -> list[Route]:
        """The one route."""
        return [Route("GET", "/coverage", self.coverage)]

    def coverage(self, call: AdminCall) -> Response:
        """Every documented response, and how often it was sent."""
        entries = [entry_json(entry) for entry in self.dispatcher.journal.entries(call.scope)]
        exchanges = read_journal(json.dumps({"requests": entries}), "the journal")
        cases = {
            name: [case for operation in each.api.operations for case in cases_of(each, operation)]
            for name, each in self.services.items()
        }
        every = [case for own in cases.values() for case in own]
        met = tally(every, exchanges, self.dispatcher.site)
        return json_response({"apis": [_api(name, own, met) for name, own in cases.items()]})


def _api(name: str, cases: list[Case], met: JournalCounts) -> dict[str, Json]:
    answers = [case for case in cases if case.kind == "answer"]
    return {
        "api": name,
        "answers": len(answers),
        "answers_met": sum(met.met[case] > 0 for case in answers),
        "cases": [
            {**case.as_json(), "met": met.met[case], "forced": met.forced[case]} for case in cases
        ],
    }
