"""What was asked in a scope: `/__admin/requests`, as WireMock has it, and as a HAR file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response
from starlette.routing import Route

from emulator.admin.calls import AdminCall, answered, refused, route
from emulator.journal.har import har
from emulator.journal.journal import Entry, Journal
from emulator.journal.shown import show


@dataclass(frozen=True, slots=True)
class JournalRoutes:
    """The routes of the journal."""

    journal: Journal

    def routes(self) -> list[Route]:
        """All of them; the fixed paths stand before the one with an id."""
        return [
            route("GET", "/requests", self.list),
            route("DELETE", "/requests", self.clear),
            route("POST", "/requests/reset", self.clear),
            route("GET", "/requests.har", self.archive),
            route("GET", "/requests/unmatched", self.unmatched),
            route("GET", "/requests/{id}", self.get),
            route("DELETE", "/requests/{id}", self.remove),
        ]

    def list(self, call: AdminCall) -> Response:
        """The newest first: at most `limit` of them, none before `since`, or `unmatched` ones."""
        entries = self.journal.entries(call.scope)
        try:
            chosen = [entry for entry in reversed(entries) if _wanted(entry, call.query)]
            limit = int(call.query.get("limit", len(chosen)))
        except ValueError as error:
            return refused(400, f"limit is a number, since an RFC 3339 time: {error}")
        return answered(
            {
                "requests": [show(entry) for entry in chosen[: max(0, limit)]],
                "meta": {"total": len(chosen)},
                "requestJournalDisabled": self.journal.limit == 0,
            }
        )

    def unmatched(self, call: AdminCall) -> Response:
        """The requests for which there was neither an operation nor a stub."""
        entries = self.journal.entries(call.scope)
        shown = [show(entry)["request"] for entry in reversed(entries) if not entry.matched]
        return answered({"requests": shown, "requestJournalDisabled": self.journal.limit == 0})

    def get(self, call: AdminCall) -> Response:
        """One exchange."""
        entry = self.journal.entry(call.scope, call.path["id"])
        return answered(show(entry)) if entry else _no_entry(call)

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


def _wanted(entry: Entry, query: Mapping[str, str]) -> bool:
    since = query.get("since")
    if since is not None and entry.at < datetime.fromisoformat(since).astimezone():
        return False
    return not (query.get("unmatched") == "true" and entry.matched)


def _no_entry(call: AdminCall) -> Response:
    return refused(404, f"no request of this scope has the id {call.path['id']!r}")
