"""One kind of record, compiled: what a record is like that nobody made, and what a client makes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zlib import crc32

from emulator.http.messages import Json
from emulator.mock.generate import ResponseGenerator
from emulator.mock.relations.background import Background
from emulator.mock.relations.relate import reflect, relate
from emulator.mock.remember.fitting import Record, fitted
from emulator.mock.remember.ids import fitting_id, next_id
from emulator.mock.remember.names import STATES
from emulator.mock.remember.shapes import Place, ResponseShape, at, keyword, put
from emulator.mock.state.records import Records
from emulator.openapi.promises.model import Resource
from emulator.openapi.promises.routes import ID_MEMBERS
from emulator.schema.chance import chance_of
from emulator.schema.draws import Word
from emulator.schema.generate.around import Taken
from emulator.schema.generate.generator import Generator, Ungeneratable
from emulator.schema.instances import copied
from emulator.schema.spelling import plain

#: So many parents have the records at start of their collections kept.
_PARENTS = 500
#: Ids that are numbers are so far from the example's at most.
_OTHER_IDS = 1_000_000


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind of record of a document: its operations' shapes, and what is there at start.

    `collection` is what its records are kept under. `id_place` leads to the member with the id,
    to nothing where there is none; `members` are all that a record has, with their schemas,
    `parents` the path parameters before the last, `template` the path of one. `usual` is the
    shape that says most of a record, `own` the one of the responses to its operations, by
    operationId. `initial` is what a new record has unless the client says so, `read_only` what
    only the server says. `id_key` finds the schema of its path parameter, `id_schema` is that
    of the member, with these `id_examples`. `wrappers` are what a member may be called that
    holds the record in a response, `wrapping` the plain names of those in the body of a
    request. `stated`: the records at start are those of the state file.
    """

    resource: Resource
    collection: str
    generator: ResponseGenerator
    seed: str
    size: int
    usual: ResponseShape
    own: dict[str, ResponseShape | None]
    list: ResponseShape | None
    id_place: Place
    parents: tuple[str, ...]
    template: str
    members: Mapping[str, Json]
    initial: Mapping[str, Json]
    read_only: frozenset[str]
    id_key: str | None
    id_schema: Json
    id_examples: tuple[Json, ...]
    wrappers: tuple[str, ...]
    wrapping: frozenset[str]
    stated: bool = False
    _at_start: dict[tuple[str, ...], Records] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    @property
    def is_single(self) -> bool:
        """Whether there is one record of this kind: it is in no list, and no path names it."""
        return not self.resource.parameter and not self.resource.list

    @property
    def gone(self) -> str:
        """The collection of ids that were deleted, each with whether all below went, too."""
        return deleted_in(self.collection)

    @property
    def named(self) -> str:
        """The collection of ids that a client chose of records that were not there."""
        return named_in(self.collection)

    @property
    def emptied(self) -> str:
        """The collection of parents below which there is nothing of what was there at start."""
        return f"{self.collection} (set)"

    def key(self, above: tuple[str, ...], id: Json) -> str:
        """What a record is kept under: its id, below those of its parents."""
        return "/".join((*above, str(id)))

    def derived(self, above: tuple[str, ...], id: Json, now: datetime) -> Record | None:
        """The record with an id as it is where nobody has made it: the same in every run.

        Its times are before the month of `now`, so that they stay what they are.
        """
        try:
            whole = self.usual.draw(self.generator, self._words(above, id))
        except Ungeneratable:
            return None
        record = at(whole, self.usual.place)
        if not isinstance(record, dict):
            return None
        record = self._with_other_ids(self.with_id(record, id), id)
        if self.usual.example is None:
            path = dict(zip(self.parents, above, strict=False))
            month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
            # Where no path names one record, the last parameter of the list's is none of its own.
            template = self.template if self.resource.parameter else f"{self.template}/each"
            background = Background(month, template, {**path, self.resource.parameter: id})
            relate(record, background, self.is_valid)
        return record

    def related(self, record: Record, background: Background) -> Record:
        """A record of a client's making that hangs together with what was sent for it."""
        own: Record = copied(record)
        relate(own, background, self.is_valid)
        return own

    def taking(self, record: Record, sent: Record) -> Record:
        """The record with what was sent; what it can't take as it is, as near as it may.

        An id stands for the object that is shown in its place; what an object or a list must have
        besides what was sent is drawn.
        """
        changed = fitted(record, sent, self.is_valid)
        left = {n: v for n, v in sent.items() if n in changed and changed[n] != v}
        if not left:
            return changed
        changed = reflect(copied(changed), left, self.is_valid)
        for name, value in left.items():
            if changed[name] != value and isinstance(value, dict | list) and name in self.members:
                word = self._words((), name)
                near = self.generator.generator.around(self.members[name], word, value, Taken())
                changed = fitted(changed, {name: near}, self.is_valid)
        return changed

    def id_of(self, record: Json) -> Json:
        """The id that a record has; None where it has none."""
        return at(record, self.id_place) if self.id_place else None

    def with_id(self, record: Record, id: Json) -> Record:
        """The record with another id, of the type it has there."""
        if not self.id_place:
            return record
        for value in (fitting_id(self.id_of(record), id), id):
            changed: Record = put(record, self.id_place, value)
            if self.is_valid(changed):
                return changed
        return record

    def _with_other_ids(self, record: Record, id: Json) -> Record:
        """The record with no id of an example: what its path names it by is not all it has."""
        number = crc32(str(id).encode()) % _OTHER_IDS
        for name in ID_MEMBERS:
            if name in record and (name,) != self.id_place:
                other = next_id(record[name], record[name], number, self.collection)
                record = fitted(record, {name: other}, self.is_valid)
        return record

    def is_valid(self, record: Record) -> bool:
        """Whether the document allows this record in the response that says most of it."""
        place = self.usual.place
        if not place:
            return self.usual.is_valid(record)
        frame = self.frame_of(self.usual)
        return frame is not None and self.usual.is_valid(put(frame, place, record))

    def frame_of(self, shape: ResponseShape) -> Json:
        """What stands around a record or a list: the same in all responses of the operation.

        None where nothing can be drawn.
        """
        if shape.example is not None:
            return shape.example
        return self.generator.kept(shape, drawn)

    def at_start(self, above: tuple[str, ...], now: datetime) -> Records:
        """The records of a collection that nobody made, by key, in their order."""
        where = (str(now.year), str(now.month), *above)
        found = self._at_start.get(where)
        if found is None:
            found = Records({} if self.stated else dict(self._first(above, now)))
            if len(self._at_start) >= _PARENTS:
                self._at_start.clear()
            self._at_start[where] = found
        return found

    def _first(self, above: tuple[str, ...], now: datetime) -> Iterator[tuple[str, Record]]:
        if self.is_single:
            only = self.derived(above, "", now)
            yield from [(self.key(above, ""), only)] if only is not None else []
            return
        listed = at(self.list.example, self.list.place) if self.list else None
        if isinstance(listed, list) and self.list is not None and self.list.example is not None:
            for number, item in enumerate(listed):
                id = self.id_of(item) if isinstance(item, dict) else None
                id = number + 1 if id is None and isinstance(item, dict) else id
                record = self.derived(above, id, now) if id is not None else None
                if record is not None:
                    yield self.key(above, id), fitted(record, item, self.is_valid)
            return
        seen = set[str]()
        example = at(self.usual.example, self.usual.place)
        first = self.id_of(example)
        for number in range(self.size):
            id = self.new_id(above, number) if number or first is None else first
            record = self.derived(above, id, now)
            key = self.key(above, id)
            if record is not None and key not in seen:
                seen.add(key)
                yield key, record

    def new_id(self, above: tuple[str, ...], number: int) -> Json:
        """The id of the record made as the next one after so many."""
        wanted = self._wanted_ids(self._words(above, f"#{number}"), number)
        first = next(wanted)
        return first if self._takes_id(first) else next(filter(self._takes_id, wanted), first)

    def _wanted_ids(self, word: Word, number: int) -> Iterator[Json]:
        example = at(self.usual.example, self.usual.place)
        like_this = self.id_of(example)
        in_record = self._drawn_id(self.generator.generator, self.id_schema, word)
        yield next_id(in_record, like_this, number, self.collection, self.id_examples)
        yield in_record
        if self.id_key is not None:
            requests = self.generator.api.requests
            generator = Generator(requests.definitions)
            yield self._drawn_id(generator, requests.roots[self.id_key], word)

    def _takes_id(self, id: Json) -> bool:
        """Whether an id can be in a path and in a record."""
        if not isinstance(id, str | int) or isinstance(id, bool):
            return False
        requests, frame = self.generator.api.requests, self.frame_of(self.usual)
        if self.id_key is not None and not requests.is_valid(self.id_key, id):
            return False
        record = at(frame, self.usual.place)
        if not self.id_place or not isinstance(record, dict):
            return True
        return self.is_valid(put(record, self.id_place, fitting_id(self.id_of(record), id)))

    def _drawn_id(self, generator: Generator, schema: Json, word: Word) -> Json:
        try:
            return generator.generate(schema, word)
        except Ungeneratable:
            return None

    def _words(self, above: tuple[str, ...], id: Json) -> Word:
        parts = (self.seed, self.generator.api.name, self.collection, *above, str(id))
        return chance_of(*parts).words()


def deleted_in(collection: str) -> str:
    """The collection of ids that were deleted in another."""
    return f"{collection} (deleted)"


def named_in(collection: str) -> str:
    """The collection of ids that a client chose in another."""
    return f"{collection} (named)"


def drawn(generator: ResponseGenerator, shape: ResponseShape) -> Json:
    """A whole body of a shape, the same for all requests; None where none can be drawn."""
    try:
        return shape.drawn(generator, chance_of("frame").words())
    except Ungeneratable:
        return None


def initial_values(inside: Mapping[str, Json], definitions: Mapping[str, Json]) -> dict[str, Json]:
    """What a new record has where nothing else is said: defaults, and the first of its states."""
    found: dict[str, Json] = {}
    for name, schema in inside.items():
        default, options = keyword(schema, "default", definitions), None
        if plain(name) in STATES:
            options = keyword(schema, "enum", definitions)
        if default is not None:
            found[name] = default
        elif isinstance(options, list) and options:
            found[name] = options[0]
    return found


def read_only_members(
    inside: Mapping[str, Json], definitions: Mapping[str, Json]
) -> frozenset[str]:
    """The members that only the server says."""
    return frozenset(
        n for n, sub in inside.items() if keyword(sub, "readOnly", definitions) is True
    )
