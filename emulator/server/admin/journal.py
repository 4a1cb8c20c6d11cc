"""What was asked in a scope: `/__admin/requests`, as WireMock has it, and as a HAR file."""

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from emulator.server.admin.calls import AdminCall, Route, answered, refused
from emulator.server.journal.har import har
from emulator.server.journal.journal import Journal
from emulator.server.journal.serialize import entry_json


@dataclass(frozen=True, slots=True)
class JournalRoutes:
    """The routes of the journal."""

    journal: Journal

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("GET", "/requests", self.list),
            Route("DELETE", "/requests", self.clear),
            Route("POST", "/requests/reset", self.clear),
            Route("GET", "/requests.har", self.archive),
            Route("GET", "/requests/unmatched", self.unmatched),
            Route("GET", "/requests/{id}", self.get),
            Route("DELETE", "/requests/{id}", self.remove),
        ]

    def list(self, call: AdminCall) -> Response:
        """The newest first: at most `limit` of them, none before `since`, or `unmatched` ones."""
        since, unmatched = call.query.get("since"), call.query.get("unmatched", False)
        first = None if since is None else datetime.fromisoformat(since)
        chosen = [
            entry
            for entry in reversed(self.journal.entries(call.scope))
            if (first is None or entry.at >= first) and not (unmatched and entry.matched)
        ]
        return answered(
            {
                "requests": [entry_json(entry) for entry in chosen[: call.query.get("limit")]],
                "meta": {"total": len(chosen)},
                "requestJournalDisabled": self.journal.limit == 0,
            }
        )

    def unmatched(self, call: AdminCall) -> Response:
        """The requests for which there was neither an operation nor a stub."""
        entries = self.journal.entries(call.scope)
        shown = [entry_json(entry)["request"] for entry in reversed(entries) if not entry.matched]
        return answered({"requests": shown, "requestJournalDisabled": self.journal.limit == 0})

    def get(self, call: AdminCall) -> Response:
        """One exchange."""
        entry = self.journal.entry(call.scope, call.path["id"])
        return answered(entry_json(entry)) if entry else _no_entry(call)

    def remove(self, call: AdminCall) -> Response:
        """One exchange less."""
        removed = self.journal.remove(call.scope, lambda entry: entry.id == call.path["id"])
        return answered({}) if removed else _no_entry(call)

    def clear(self, call: AdminCall) -> Response:
        """Nothing was ever asked."""
        self.journal.remove(call.scope, lambda _: True)
        return answered({})

    def archive(self, call: AdminCall) -> Response:
        """All of it as an HTTP Archive."""
        return answered(har(self.journal.entries(call.scope)))


def _no_entry(call: AdminCall) -> Response:
    return refused(404, f"no request of this scope has the id {call.path['id']!r}")
