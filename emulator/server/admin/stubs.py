"""Stubs of a scope: `/__admin/mappings`, with WireMock's paths and JSON."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.responses import Response

from emulator.http.messages import Json, Violation
from emulator.mock.lint import stub_breaches
from emulator.mock.site import Site
from emulator.mock.state.store import Store
from emulator.schema.field_errors import FieldError
from emulator.server.admin.calls import AdminCall, invalid_body, json_response, rejection
from emulator.server.journal.journal import Journal
from emulator.stubs.book import STUB_LIMIT, StubBook
from emulator.stubs.matching.matchers import Matcher
from emulator.stubs.matching.pattern import read_matcher
from emulator.stubs.stub import Stub, parse_stub


@dataclass(frozen=True, slots=True)
class StubHandlers:
    """The handlers of stubs; `site` has the documents and the stubs every scope starts with."""

    store: Store
    site: Site
    journal: Journal

    def list_stubs(self, call: AdminCall) -> Response:
        """The stubs in matching order: `limit` of them from `offset`."""
        stubs = self.store.stubs(call.scope).stubs
        chosen = stubs[call.query.get("offset", 0) :][: call.query.get("limit")]
        return _listed(chosen, len(stubs))

    def add(self, call: AdminCall) -> Response:
        """Add a stub."""
        book = self.store.stubs(call.scope)
        added = self._with(book, call.body)
        if not isinstance(added, Added):
            return added
        self.store.set_stubs(call.scope, added.book)
        return json_response(added.shown, 201)

    def get(self, call: AdminCall) -> Response:
        """One stub."""
        stub = self.store.stubs(call.scope).stub(call.path["id"])
        return json_response(stub.raw) if stub else _no_stub(call)

    def edit(self, call: AdminCall) -> Response:
        """Replace a stub."""
        id_, book = call.path["id"], self.store.stubs(call.scope)
        if book.stub(id_) is None:
            return _no_stub(call)
        added = self._with(book, {**call.body, "id": id_, "uuid": id_})
        if not isinstance(added, Added):
            return added
        self.store.set_stubs(call.scope, added.book)
        return json_response(added.shown)

    def remove(self, call: AdminCall) -> Response:
        """Delete a stub."""
        book = self.store.stubs(call.scope)
        if book.stub(call.path["id"]) is None:
            return _no_stub(call)
        self.store.set_stubs(call.scope, book.without([call.path["id"]]))
        return json_response({})

    def remove_like(self, call: AdminCall) -> Response:
        """Delete the stub with the id of the given one, or those for the same requests."""
        book = self.store.stubs(call.scope)
        stub = parse_stub(call.body, "", self.site.stubs.files)
        if not isinstance(stub, Stub):
            return invalid_body(stub)
        like = [e.id for e in book.stubs if e.id == stub.id or e.pattern.raw == stub.pattern.raw]
        self.store.set_stubs(call.scope, book.without(like))
        return json_response({})

    def clear(self, call: AdminCall) -> Response:
        """Delete all stubs."""
        book = self.store.stubs(call.scope)
        self.store.set_stubs(call.scope, book.without(stub.id for stub in book.stubs))
        return json_response({})

    def reset(self, call: AdminCall) -> Response:
        """Restore the stubs that every scope starts with."""
        settings = self.store.stubs(call.scope).settings
        initial = self.site.stubs.book
        self.store.set_stubs(call.scope, StubBook(initial.stubs, {}, settings))
        return json_response({})

    def save(self, call: AdminCall) -> Response:
        """Write every stub of the scope to the folder of `--mappings`, a file each."""
        folder = self.site.stubs.path
        if folder is None:
            detail = "there is no folder to save to; emulator serve --mappings DIR names one"
            return rejection(409, detail)
        try:
            (folder / "mappings").mkdir(exist_ok=True)
            for stub in self.store.stubs(call.scope).stubs:
                known = self.site.stubs.places.get(stub.id)
                path = known.file if known else folder / "mappings" / f"{stub.id}.json"
                if known is None or known.alone:
                    path.write_text(json.dumps(stub.raw, indent=2, ensure_ascii=False) + "\n")
        except OSError as error:
            return rejection(409, f"{folder} can't be written: {error.strerror}")
        return json_response({})

    def import_(self, call: AdminCall) -> Response:
        """Add all stubs of a list, or none if one is invalid."""
        mappings, options = call.body["mappings"], call.body.get("importOptions") or {}
        book = self.store.stubs(call.scope)
        kept = options.get("duplicatePolicy") == "IGNORE"
        ids = set()
        # The first of a list matches first, as if they had been added in reverse.
        for index, raw in reversed([*enumerate(mappings)]):
            id_ = raw.get("id") or raw.get("uuid")
            ids.add(id_)
            if kept and id_ is not None and book.stub(id_) is not None:
                continue
            added = self._with(book, raw, f"/mappings/{index}")
            if not isinstance(added, Added):
                return added
            book = added.book
            ids.add(added.stub.id)
        if options.get("deleteAllNotInImport"):
            book = book.without(stub.id for stub in book.stubs if stub.id not in ids)
        self.store.set_stubs(call.scope, book)
        return json_response({})

    def find(self, call: AdminCall) -> Response:
        """The stubs whose metadata match."""
        found = self._by_metadata(call)
        if isinstance(found, Response):
            return found
        return _listed(found, len(found))

    def remove_found(self, call: AdminCall) -> Response:
        """Delete the stubs whose metadata match."""
        found = self._by_metadata(call)
        if isinstance(found, Response):
            return found
        book = self.store.stubs(call.scope)
        self.store.set_stubs(call.scope, book.without(stub.id for stub in found))
        return json_response({})

    def unmatched(self, call: AdminCall) -> Response:
        """The stubs that matched no request in the journal."""
        matched = {entry.outcome.trace.stub for entry in self.journal.entries(call.scope)}
        stubs = [stub for stub in self.store.stubs(call.scope).stubs if stub.id not in matched]
        return _listed(stubs, len(stubs))

    def _by_metadata(self, call: AdminCall) -> "Response | list[Stub]":
        matcher = read_matcher(call.body)
        if not isinstance(matcher, Matcher):
            return invalid_body(matcher)
        return [stub for stub in self.store.stubs(call.scope).stubs if stub.has_metadata(matcher)]

    def _with(self, book: StubBook, raw: Json, pointer: str = "") -> "Added | Response":
        """The book with the stub added, whose JSON is at `pointer` in the body."""
        stub = parse_stub(raw, book.free_id(), self.site.stubs.files)
        if not isinstance(stub, Stub):
            return invalid_body([FieldError(pointer + each.pointer, each.message) for each in stub])
        if len(book.stubs) >= STUB_LIMIT and book.stub(stub.id) is None:
            return rejection(409, f"a scope has at most {STUB_LIMIT} stubs; delete some")
        breaches = stub_breaches(self.site, stub)
        if breaches and self.site.strict:
            return invalid_body(
                [FieldError(f"{pointer}/response", _message(each)) for each in breaches]
            )
        shown = dict(stub.raw)
        if breaches:
            found = [each.as_json() for each in breaches]
            shown["metadata"] = {**shown.get("metadata", {}), "emulator:violations": found}
        return Added(book.with_stub(stub), stub, shown)


@dataclass(frozen=True, slots=True)
class Added:
    """A book with one more stub, and the stub as the response shows it."""

    book: StubBook
    stub: Stub
    shown: Json


def _message(violation: Violation) -> str:
    place = f"{violation.location} {violation.pointer}"
    return f"the answer breaks the document: {place}: {violation.message}"


def _listed(stubs: Iterable[Stub], total: int) -> Response:
    return json_response({"mappings": [stub.raw for stub in stubs], "meta": {"total": total}})


def _no_stub(call: AdminCall) -> Response:
    return rejection(404, f"no stub has the id {call.path['id']!r}")
