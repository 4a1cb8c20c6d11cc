"""What each operation on a kind of record does: create, read, list, replace, change, delete."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

from emulator.http.media_types import base_type
from emulator.http.messages import Json
from emulator.http.problems import Problem, problem
from emulator.mock.backgrounds import background_of
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Composed, Plan
from emulator.mock.remember import names
from emulator.mock.remember.bodies import members_taken, with_record, with_records
from emulator.mock.remember.changes import JSON_PATCH, MERGE_PATCH, PatchError, merged, patched
from emulator.mock.remember.filters import conditions_of, ordered
from emulator.mock.remember.kept import KeptRecords
from emulator.mock.remember.kinds import Record, RecordKind, fitted, stamped
from emulator.mock.remember.names import plain, singular
from emulator.mock.remember.pages import ListPage, Paging, tell
from emulator.mock.remember.shapes import ResponseShape
from emulator.mock.responses import PreparedResponse
from emulator.mock.state.store import Effect

#: Tries at an id that no other record has.
_TRIES = 1_000


@dataclass(frozen=True, slots=True)
class Operations:
    """Answers the operations of one kind. `strict`: only what was created or is there at start."""

    kind: RecordKind
    strict: bool
    paging: Paging
    above: tuple[RecordKind, ...] = ()

    def create(self, exchange: Exchange) -> Plan | Problem | None:
        """A new record: what was sent, over what such a record has."""
        sent, parents = self._sent(exchange), self._parents(exchange)
        if sent is None:
            return None
        if missing := self._missing_above(exchange):
            return missing
        there = KeptRecords(self.kind, exchange.snapshot, parents, exchange.now)
        id = sent.get(self.kind.id_name) if self.kind.id_name else None
        if isinstance(id, str | int) and not isinstance(id, bool):
            if self._clashes(exchange, there, self.kind.key(parents, id)):
                name = self.kind.id_name
                return problem("resource-exists", f"there is one with the {name} {id!r} already")
        else:
            id = self._new_id(exchange, there, parents)
        record = self.kind.derived(parents, id, exchange.now)
        if record is None:
            return None
        sent = {name: value for name, value in sent.items() if name != self.kind.id_name}
        record = self.kind.related(self._changed(record, sent), background_of(exchange))
        record = stamped(record, exchange.now, made=True, is_valid=self.kind.is_valid)
        effects = there.put(self.kind.key(parents, id), record)
        return self._plan(exchange, record, effects, self._location(exchange, id))

    def _clashes(self, exchange: Exchange, there: KeptRecords, key: str) -> bool:
        """Whether a record can't be created, because there is one with its id.

        Leniently, those at start make way, as do all where the document has no word for it.
        """
        if self.strict:
            return there.get(key) is not None
        documented = exchange.responses is not None and "409" in exchange.responses.by_key
        return documented and there.was_made(key)

    def read(self, exchange: Exchange) -> Plan | Problem | None:
        """The record with the id in the path."""
        found = self._found(exchange)
        return self._plan(exchange, found) if isinstance(found, dict) else found

    def show(self, exchange: Exchange) -> Plan | Problem | None:
        """One page of the records, as the query filters and sorts them."""
        shape, parents = self.kind.list, self._parents(exchange)
        if shape is None:
            return None
        if missing := self._missing_above(exchange):
            return missing
        there = KeptRecords(self.kind, exchange.snapshot, parents, exchange.now)
        query = exchange.query_parameters
        offset, size = self.paging.window(query)
        names_of = self.kind.members
        conditions = conditions_of(query, names_of, self._taken())
        sorted_by = any(plain(name) in names.SORTS for name in query)
        if conditions or sorted_by:
            found = [each for each in there.records() if all(test(each) for test in conditions)]
            found = ordered(found, query, names_of) if sorted_by else found
            total, records = len(found), found[offset : offset + size if size else None]
        else:
            total, records = len(there), list(there.records(offset, size or None))
        pairs = tuple(parse_qsl(exchange.request.query, keep_blank_values=True))
        path = exchange.request.path
        page = ListPage(self.paging, offset, size, len(records), total, path, pairs)
        whole = with_records(self.kind, shape, records)
        if whole is None:
            return None
        links = page.links()
        headers = (("link", links),) if links and _documents(shape, "link") else ()
        totals = tuple(
            (header.name.lower(), str(total))
            for header in shape.options.response.headers
            if plain(header.name).removeprefix("x") in names.TOTALS
        )
        body = Composed(
            shape.options.response, shape.media_type, tell(whole, shape.place, page, shape.is_valid)
        )
        return Plan(shape.status, "resource", "generated", body, headers=(*headers, *totals))

    def replace(self, exchange: Exchange) -> Plan | Problem | None:
        """What was sent takes the record's place; what only the server says of it stays."""
        sent, found = self._sent(exchange), self._found(exchange)
        if sent is None:
            return None
        if not isinstance(found, dict):
            return found
        takes = members_taken(exchange)
        left = {
            name: value
            for name, value in found.items()
            if name not in takes or name == self.kind.id_name
        }
        record = {**left, **self._known(found, sent)}
        if not self.kind.is_valid(record):
            record = fitted(found, self._known(found, sent), self.kind.is_valid)
        return self._kept(exchange, record)

    def update(self, exchange: Exchange) -> Plan | Problem | None:
        """The record with what was sent."""
        body, found = exchange.body, self._found(exchange)
        if not isinstance(found, dict):
            return found
        kind = base_type(exchange.request.header("content-type") or "")
        if kind == JSON_PATCH and isinstance(body, list):
            try:
                changed = patched(found, body)
            except PatchError as error:
                return problem("resource-conflict", str(error))
            changed = changed if self.kind.is_valid(changed) else found
            return self._kept(exchange, changed)
        sent = self._sent(exchange)
        if sent is None:
            return None
        if kind == MERGE_PATCH:
            changed = merged(found, sent)
            if self.kind.is_valid(changed):
                return self._kept(exchange, changed)
        return self._kept(exchange, self._changed(found, sent))

    def delete(self, exchange: Exchange) -> Plan | Problem | None:
        """The record is gone from now on."""
        found = self._found(exchange)
        if not isinstance(found, dict):
            return found
        parents, key = self._place(exchange)
        effects = KeptRecords(self.kind, exchange.snapshot, parents, exchange.now).delete(key)
        return self._plan(exchange, found, effects)

    def _found(self, exchange: Exchange) -> Record | Problem | None:
        """The record that a request is about; a Problem where there is none."""
        if missing := self._missing_above(exchange):
            return missing
        parents, key = self._place(exchange)
        there = KeptRecords(self.kind, exchange.snapshot, parents, exchange.now)
        record = there.get(key)
        if record is not None:
            return record
        if there.was_deleted(key):
            return _gone(exchange, key)
        if self.strict and self.kind.resource.parameter:
            return problem("resource-not-found", f"there is no {key!r} in {self.kind.collection}")
        return self.kind.derived(parents, self._id(exchange), exchange.now)

    def _missing_above(self, exchange: Exchange) -> Problem | None:
        """What is wrong where one of the records that this one is below was deleted."""
        for kind in self.above:
            count = len(kind.parents)
            values = self._parents(exchange)[: count + 1]
            key = "/".join(values)
            if KeptRecords(kind, exchange.snapshot, values[:count], exchange.now).was_deleted(key):
                return _gone(exchange, key)
        return None

    def _parents(self, exchange: Exchange) -> tuple[str, ...]:
        return tuple(exchange.path(name) for name in self.kind.parents)

    def _id(self, exchange: Exchange) -> Json:
        parameter = self.kind.resource.parameter
        return exchange.valid.parameters["path"].get(parameter, "") if exchange.valid else ""

    def _place(self, exchange: Exchange) -> tuple[tuple[str, ...], str]:
        parents = self._parents(exchange)
        return parents, self.kind.key(parents, self._id(exchange))

    def _new_id(self, exchange: Exchange, there: KeptRecords, parents: tuple[str, ...]) -> Json:
        number = self.kind.size + exchange.snapshot.sequence
        for further in range(_TRIES):
            id = self.kind.new_id(parents, number + further)
            key = self.kind.key(parents, id)
            if there.get(key) is None and not there.was_deleted(key):
                break
        return id

    def _sent(self, exchange: Exchange) -> Record | None:
        """The members that a request sends, also where it wraps them in one."""
        body = exchange.body
        if not isinstance(body, dict):
            return None
        if len(body) == 1:
            (name, inner) = next(iter(body.items()))
            wrapped = (*self.kind.usual.place, singular(self.kind.collection))
            if isinstance(inner, dict) and name in wrapped and name not in self.kind.members:
                return inner
        return body

    def _known(self, record: Record, sent: Record) -> Record:
        """What was sent of what a record has; anything where its schema names nothing."""
        known = self.kind.members
        return {name: value for name, value in sent.items() if not known or name in known}

    def _changed(self, record: Record, sent: Record) -> Record:
        return fitted(record, self._known(record, sent), self.kind.is_valid)

    def _taken(self) -> frozenset[str]:
        paging = self.paging
        return frozenset((paging.limit, paging.page, paging.offset, paging.cursor))

    def _kept(self, exchange: Exchange, record: Record) -> Plan | None:
        """A record that was changed is kept, and is the response."""
        id = self._id(exchange)
        if self.kind.resource.parameter:
            record = self.kind.with_id(record, id)
        record = stamped(record, exchange.now, made=False, is_valid=self.kind.is_valid)
        parents, key = self._place(exchange)
        effects = KeptRecords(self.kind, exchange.snapshot, parents, exchange.now).put(key, record)
        return self._plan(exchange, record, effects)

    def _plan(
        self,
        exchange: Exchange,
        record: Record,
        effects: tuple[Effect, ...] = (),
        headers: tuple[tuple[str, str], ...] = (),
    ) -> Plan | None:
        """The operation's own response with this record in it, or without a body."""
        shape = self.kind.own.get(exchange.operation)
        if shape is not None:
            whole = with_record(self.kind, shape, record)
            if whole is not None:
                body = Composed(shape.options.response, shape.media_type, whole)
                return Plan(
                    shape.status, "resource", "generated", body, headers=headers, effects=effects
                )
        endpoint = exchange.endpoint
        if endpoint is None:
            return None
        status = endpoint.responses.default_status
        selected = endpoint.responses.select(status, exchange.request.header("accept"))
        if isinstance(selected, Problem):
            return exchange.refuse(selected)
        plan = exchange.plan(selected, status)
        source = plan.source if isinstance(selected, PreparedResponse) else "generated"
        return Plan(plan.status, "resource", source, plan.body, headers=headers, effects=effects)

    def _location(self, exchange: Exchange, id: Json) -> tuple[tuple[str, str], ...]:
        shape = self.kind.own.get(exchange.operation)
        endpoint = exchange.endpoint
        options = shape.options if shape else None
        if options is None and endpoint is not None:
            options = endpoint.responses.for_status(endpoint.responses.default_status)
        named = options and any(h.name.lower() == "location" for h in options.response.headers)
        if not named or not self.kind.resource.parameter:
            return ()
        path = exchange.request.path.rstrip("/")
        return (("location", f"{path}/{quote(str(id), safe='')}"),)


def _documents(shape: ResponseShape, name: str) -> bool:
    return any(header.name.lower() == name for header in shape.options.response.headers)


def _gone(exchange: Exchange, key: str) -> Problem:
    detail = f"{key!r} was deleted"
    responses = exchange.responses
    documented = responses is not None and "410" in responses.by_key
    return problem("resource-gone" if documented else "resource-not-found", detail)
