"""What each operation on a kind of record does: create, read, list, replace, change, delete."""

from dataclasses import dataclass

from msgspec import structs

from emulator.http.media_types import base_type
from emulator.http.messages import Json
from emulator.http.problems import Problem, problem
from emulator.mock.backgrounds import background_of
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.mock.remember.actions import state_after
from emulator.mock.remember.answers import answer_with, location_of, own_shape, status_of_put
from emulator.mock.remember.bodies import members_taken
from emulator.mock.remember.changes import JSON_PATCH, MERGE_PATCH, PatchError, merged, patched
from emulator.mock.remember.fitting import Record, fitted, made_at, stamped
from emulator.mock.remember.kept import KeptRecords
from emulator.mock.remember.kinds import RecordKind
from emulator.mock.remember.listing import listed
from emulator.mock.remember.missing import gone, missing_above, missing_with, not_there
from emulator.mock.remember.pages import Paging
from emulator.mock.remember.sent import beside_id, known, sent_record, within, without_secrets
from emulator.mock.remember.shapes import ResponseShape, members, put
from emulator.mock.remember.unique import differing, taken

#: Tries at an id that no other record has.
_TRIES = 1_000


@dataclass(frozen=True, slots=True)
class Operations:
    """Answers the operations of one kind. `strict`: only what was created or is there at start.

    `above` are the kinds of record that these are below, `below_it` the collections below one.
    """

    kind: RecordKind
    strict: bool
    paging: Paging
    above: tuple[RecordKind, ...] = ()
    below_it: tuple[str, ...] = ()

    def create(self, exchange: Exchange) -> Plan | Problem | None:
        """A new record: what was sent, over what such a record has."""
        sent, parents = sent_record(self.kind, exchange), self._parents(exchange)
        if sent is None:
            return None
        if missing := self._missing_above(exchange):
            return missing
        there = KeptRecords(self.kind, exchange.snapshot, parents, exchange.now)
        id, named = self.kind.id_of(sent), False
        if isinstance(id, str | int) and not isinstance(id, bool):
            named = True
            if self._clashes(exchange, there, self.kind.key(parents, id)):
                name = ".".join(self.kind.id_place)
                return problem("resource-exists", f"there is one with the {name} {id!r} already")
        else:
            id = self._new_id(exchange, there, parents)
        record = self.kind.derived(parents, id, exchange.now)
        if record is None:
            return None
        record = without_secrets(self.kind, exchange, record, sent)
        sent = beside_id(self.kind, record, sent)
        initial = {n: value for n, value in self.kind.initial.items() if n not in sent}
        record = fitted(record, initial, self.kind.is_valid) if initial else record
        record = stamped(
            self._changed(record, sent),
            exchange.now,
            made=True,
            is_valid=self.kind.is_valid,
            said=sent.keys(),
        )
        # Times beside those of its making come after them.
        said = {**made_at(record), **sent}
        said = put(said, self.kind.id_place, id) if self.kind.id_place else said
        background = structs.replace(background_of(exchange), body=said)
        record = self.kind.related(record, background)
        key, given = self.kind.key(parents, id), {n: record.get(n) for n in sent}
        location = location_of(self.kind, exchange, id)
        return taken(self.kind, there, key, given, strict=self.strict) or answer_with(
            self.kind, exchange, record, there.put(key, record, named=named), location, id=id
        )

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
        found = self.found(exchange)
        return answer_with(self.kind, exchange, found) if isinstance(found, dict) else found

    def show(self, exchange: Exchange) -> Plan | Problem | None:
        """One page of the records, as the query filters and sorts them."""
        if missing := self._missing_above(exchange):
            return missing
        return listed(self.kind, self.paging, exchange, self._parents(exchange))

    def replace(self, exchange: Exchange) -> Plan | Problem | None:
        """What was sent takes the record's place; what only the server says of it stays."""
        sent, found = sent_record(self.kind, exchange), self.found(exchange)
        if sent is None:
            return None
        made = self.kind.resource.create == self.kind.resource.replace and self._is_new(exchange)
        if made and self._missing_above(exchange) is None:
            found = self.kind.derived(self._parents(exchange), self._id(exchange), exchange.now)
        if not isinstance(found, dict):
            return found
        takes = members_taken(exchange, self.kind.wrapping)
        holder = self.kind.id_place[:1]
        left = {n: value for n, value in found.items() if n not in takes or n in holder}
        record = {**left, **known(self.kind, beside_id(self.kind, found, sent))}
        if not self.kind.is_valid(record):
            record = self._changed(found, sent)
        return self._kept(exchange, found, record, made=made)

    def _is_new(self, exchange: Exchange) -> bool:
        """Whether nobody has made the record that a request is about, nor is it there at start."""
        parents, key = self._place(exchange)
        return KeptRecords(self.kind, exchange.snapshot, parents, exchange.now).get(key) is None

    def update(self, exchange: Exchange) -> Plan | Problem | None:
        """The record with what was sent."""
        body, found = exchange.body, self.found(exchange)
        if not isinstance(found, dict):
            return found
        kind = base_type(exchange.request.header("content-type") or "")
        if kind == JSON_PATCH and isinstance(body, list):
            try:
                changed = patched(found, body)
            except PatchError as error:
                return problem("resource-conflict", str(error))
            kept = {n: value for n, value in found.items() if n in self.kind.read_only}
            changed = {**changed, **kept}
            changed = changed if self.kind.is_valid(changed) else found
            return self._kept(exchange, found, changed)
        sent = sent_record(self.kind, exchange)
        if sent is None:
            return None
        if kind == MERGE_PATCH:
            changed = merged(found, sent)
            if self.kind.is_valid(changed):
                return self._kept(exchange, found, changed)
        return self._kept(exchange, found, self._changed(found, within(found, sent)))

    def act(self, exchange: Exchange, action: str) -> Plan | Problem | None:
        """What an action makes of a record: another state, what was sent, a time."""
        parents, key = self._place(exchange)
        there = KeptRecords(self.kind, exchange.snapshot, parents, exchange.now)
        if there.was_deleted(key):
            return self.below(exchange)
        found = self.found(exchange)
        if not isinstance(found, dict):
            return found
        shape = own_shape(self.kind, exchange)
        if shape is None or not self._shows_record(shape):
            return None
        sent = known(self.kind, sent_record(self.kind, exchange) or {})
        state = state_after(action, self.kind)
        return self._kept(exchange, found, self._changed(found, {**sent, **state}))

    def _shows_record(self, shape: ResponseShape) -> bool:
        """Whether a response shows the record, and not what came of the action alone."""
        shown = members(shape.part, self.kind.generator.api.responses.definitions)
        return 2 * len(self.kind.members.keys() & shown.keys()) > len(self.kind.members)

    def delete(self, exchange: Exchange) -> Plan | Problem | None:
        """The record is gone from now on."""
        found = self.found(exchange)
        parents, key = self._place(exchange)
        if isinstance(found, Problem) and not self.strict:
            # Deleting is idempotent (RFC 9110, 9.2.2): leniently, what is gone may go again.
            again = self.kind.derived(parents, self._id(exchange), exchange.now)
            return answer_with(self.kind, exchange, again) if again else None
        if not isinstance(found, dict):
            return found
        there = KeptRecords(self.kind, exchange.snapshot, parents, exchange.now)
        effects = there.delete(key, self.below_it)
        return answer_with(self.kind, exchange, found, effects)

    def below(self, exchange: Exchange) -> Problem | None:
        """What is wrong with a request for something else of a record that isn't there."""
        if self.strict:
            found = self.found(exchange)
            return found if isinstance(found, Problem) else None
        _, key = self._place(exchange)
        return self._missing_above(exchange) or missing_with(
            exchange, self.kind, key, strict=self.strict
        )

    def found(self, exchange: Exchange) -> Record | Problem | None:
        """The record that a request is about; a Problem where there is none."""
        if missing := self._missing_above(exchange):
            return missing
        parents, key = self._place(exchange)
        there = KeptRecords(self.kind, exchange.snapshot, parents, exchange.now)
        record = there.get(key)
        if record is not None:
            return record
        if there.was_deleted(key):
            return gone(exchange, key, self.kind)
        if self.strict and self.kind.resource.parameter:
            detail = f"there is no {key!r} in {self.kind.collection}"
            return not_there(exchange, detail)
        return self.kind.derived(parents, self._id(exchange), exchange.now)

    def _missing_above(self, exchange: Exchange) -> Problem | None:
        """That one of the records that this one is below was deleted, and this one with it."""
        return missing_above(exchange, self.above, self._parents(exchange), strict=self.strict)

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

    def _changed(self, record: Record, sent: Record) -> Record:
        return self.kind.taking(record, known(self.kind, sent))

    def _kept(
        self, exchange: Exchange, found: Record, record: Record, *, made: bool = False
    ) -> Plan | Problem | None:
        """A record that was found and changed is kept, and is the response."""
        id = self._id(exchange)
        if self.kind.resource.parameter:
            record = self.kind.with_id(record, id)
        # A time that was sent back as it was is no time that the client says.
        said = [name for name, value in record.items() if value != found.get(name)]
        valid = self.kind.is_valid
        record = stamped(record, exchange.now, made=made, is_valid=valid, said=said)
        parents, key = self._place(exchange)
        there = KeptRecords(self.kind, exchange.snapshot, parents, exchange.now)
        if self.kind.resource.unique:
            given = differing(record, None if made else found)
            if wrong := taken(self.kind, there, key, given, strict=self.strict):
                return wrong
        named = not self.strict and there.get(key) is None
        effects = there.put(key, record, named=named)
        put = exchange.request.method == "PUT"
        status = status_of_put(exchange, made=made) if put else None
        return answer_with(self.kind, exchange, record, effects, status=status)
