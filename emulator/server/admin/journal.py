"""The journal of a scope: `/__admin/requests`, as WireMock has it, and as a HAR file."""

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from emulator.server.admin.calls import AdminCall, json_response, rejection
from emulator.server.journal.har import har
from emulator.server.journal.journal import Journal
from emulator.server.journal.serialize import entry_json, request_json


@dataclass(frozen=True, slots=True)
class JournalHandlers:
    """The handlers of the journal."""

    journal: Journal

    def list(self, call: AdminCall) -> Response:
        """The newest entries first: at most `limit`, none before `since`, only `unmatched` ones."""
        since, unmatched = call.query.get("since"), call.query.get("unmatched", False)
        first = None if since is None else datetime.fromisoformat(since)
        chosen = [
            entry
            for entry in reversed(self.journal.entries(call.scope))
            if (first is None or entry.at >= first) and not (unmatched and entry.matched)
        ]
        return json_response(
            {
                "requests": [entry_json(entry) for entry in chosen[: call.query.get("limit")]],
                "meta": {"total": len(chosen)},
                "requestJournalDisabled": self.journal.limit == 0,
            }
        )

    def unmatched(self, call: AdminCall) -> Response:
        """The requests that matched neither an operation nor a stub."""
        entries = self.journal.entries(call.scope)
        requests = [request_json(entry) for entry in reversed(entries) if not entry.matched]
        return json_response(
            {"requests": requests, "requestJournalDisabled": self.journal.limit == 0}
        )

    def get(self, call: AdminCall) -> Response:
        """One entry."""
        entry = self.journal.entry(call.scope, call.path["id"])
        return json_response(entry_json(entry)) if entry else _no_entry(call)

    def remove(self, call: AdminCall) -> Response:
        """Delete an entry."""
        removed = self.journal.remove(call.scope, lambda entry: entry.id == call.path["id"])
        return json_response({}) if removed else _no_entry(call)

    def clear(self, call: AdminCall) -> Response:
        """Delete all entries."""
        self.journal.remove(call.scope, lambda _: True)
        return json_response({})

    def archive(self, call: AdminCall) -> Response:
        """The journal as an HTTP Archive."""
        return json_response(har(self.journal.entries(call.scope)))


def _no_entry(call: AdminCall) -> Response:
    return rejection(404, f"no request of this scope has the id {call.path['id']!r}")
