"""Which documented answers were met in a scope: `/__admin/coverage`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from emulator.contract.coverage.cases import Case, cases_of
from emulator.contract.coverage.journal import Met, read_journal, tally
from emulator.http.messages import Json
from emulator.mock.exchange import Service
from emulator.server.admin.calls import AdminCall, Route, answered
from emulator.server.dispatcher import Dispatcher
from emulator.server.journal.serialize import entry_json


@dataclass(frozen=True, slots=True)
class CoverageRoutes:
    """The route of coverage. Whether answers are valid, `emulator coverage` says, not this."""

    services: Mapping[str, Service]
    dispatcher: Dispatcher

    def routes(self) -> list[Route]:
        """The one route."""
        return [Route("GET", "/coverage", self.coverage)]

    def coverage(self, call: AdminCall) -> Response:
        """Every documented answer, and how often it was met."""
        entries = [entry_json(entry) for entry in self.dispatcher.journal.entries(call.scope)]
        exchanges = read_journal(json.dumps({"requests": entries}), "the journal")
        cases = {
            name: [case for operation in each.api.operations for case in cases_of(each, operation)]
            for name, each in self.services.items()
        }
        every = [case for own in cases.values() for case in own]
        met = tally(every, exchanges, self.dispatcher.site)
        return answered({"apis": [_api(name, own, met) for name, own in cases.items()]})


def _api(name: str, cases: list[Case], met: Met) -> dict[str, Json]:
    answers = [case for case in cases if case.kind == "answer"]
    return {
        "api": name,
        "answers": len(answers),
        "answers_met": sum(met.met[case] > 0 for case in answers),
        "cases": [
            {**case.as_json(), "met": met.met[case], "forced": met.forced[case]} for case in cases
        ],
    }
