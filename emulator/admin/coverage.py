"""Which documented answers were met in a scope: `/__admin/coverage`."""

import json
from collections.abc import Sequence

from starlette.responses import Response
from starlette.routing import Route

from emulator.admin.calls import AdminCall, answered, route
from emulator.coverage.cases import Case, cases_of
from emulator.coverage.journal import Met, read_journal, tally
from emulator.delivery.dispatcher import Dispatcher
from emulator.exchange import Service
from emulator.journal.shown import show


def coverage_routes(services: Sequence[Service], dispatcher: Dispatcher) -> list[Route]:
    """The one route. Whether the answers are valid, `emulator coverage` says, not this."""

    def coverage(call: AdminCall) -> Response:
        entries = [show(entry) for entry in dispatcher.journal.entries(call.scope)]
        exchanges = read_journal(json.dumps({"requests": entries}), "the journal")
        cases = {
            s.api.name: [c for o in s.api.operations for c in cases_of(s, o)] for s in services
        }
        every = [case for own in cases.values() for case in own]
        met = tally(every, exchanges, dispatcher.site)
        return answered({"apis": [_api(name, own, met) for name, own in cases.items()]})

    return [route("GET", "/coverage", coverage)]


def _api(name: str, cases: list[Case], met: Met) -> dict[str, object]:
    answers = [case for case in cases if case.kind == "answer"]
    return {
        "api": name,
        "answers": len(answers),
        "answers_met": sum(met.met[case] > 0 for case in answers),
        "cases": [
            {**case.as_json(), "met": met.met[case], "forced": met.forced[case]} for case in cases
        ],
    }
