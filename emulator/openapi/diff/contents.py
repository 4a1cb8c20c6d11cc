"""Two versions of an operation and of its schemas: what changed, and whom it breaks."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from emulator.http.media_types import find
from emulator.http.messages import Json
from emulator.openapi.diff.changes import OTHER, WORDS, Change, Severity, Side
from emulator.openapi.diff.events import DocumentEvents
from emulator.openapi.diff.pointers import DocumentPointers, shown
from emulator.openapi.diff.variants import Heirs, changes_between, heirs_of, paired, variants
from emulator.openapi.document.model import Api, MediaType, Operation
from emulator.schema.containment.contains import gaps_between
from emulator.schema.containment.counterexamples import Counterexamples
from emulator.schema.containment.keywords import UNNAMED
from emulator.schema.containment.model import Gap, Schema
from emulator.schema.containment.unchanged import bare, unchanged
from emulator.schema.validators import Schemas

#: What a change that breaks clients does to them.
_EFFECT: Mapping[Side, str] = {
    "request": "clients that send what was valid are rejected",
    "response": "clients get what the document excluded",
}


@dataclass(frozen=True, slots=True)
class SchemaPair:
    """A schema of an operation in both documents.

    `side` says if clients send the value or get it; rules begin with `prefix`. `pointers` finds it
    in the old and in the new document, which only a change needs.
    """

    operation: str
    side: Side
    prefix: str
    name: str
    old_key: str | None
    new_key: str | None
    pointers: Callable[[], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SideSchemas:
    """The schemas of one side in both documents.

    `before` and `after` are their definitions, bare; `same` names those that mean the same.
    """

    old: Schemas
    new: Schemas
    before: Mapping[str, Json]
    after: Mapping[str, Json]
    same: frozenset[str]


@dataclass(frozen=True, slots=True)
class Contents:
    """Compares the schemas of two documents."""

    old_pointers: DocumentPointers
    new_pointers: DocumentPointers
    old_heirs: Heirs
    new_heirs: Heirs
    sides: Mapping[Side, SideSchemas]
    #: What shows each change, by its rule and places: looked for once.
    shown: dict[tuple[str, str, str], tuple[Json, ...]] = field(default_factory=dict)

    def changes(self, pair: SchemaPair) -> Iterator[Change]:
        """The changes of a schema: first those that break clients, or may, then the rest."""
        side = self.sides[pair.side]
        old, new = _schema(side.old, pair.old_key), _schema(side.new, pair.new_key)
        wide, narrow = Schema(bare(old.root), side.before), Schema(bare(new.root), side.after)
        counterexamples = Counterexamples(old, new)
        # What a client sent must still be accepted; what it accepted must be all that comes.
        if pair.side == "request":
            wide, narrow = narrow, wide
            counterexamples = Counterexamples(new, old)
        breaking = _worded(gaps_between(wide, narrow, side.same))
        tighter = pair.side == "request"
        for word, gap in breaking:
            change = self._change(pair, word, gap, tighter=tighter)
            harmless = tighter and word == "silent"  # nobody sends what was not described
            yield change if harmless else self._judged(change, pair, gap, counterexamples)
        known = {(word, gap.at) for word, gap in breaking}
        for word, gap in _worded(gaps_between(narrow, wide, side.same)):
            if (word, gap.at) not in known and gap.keyword:
                yield self._change(pair, word, gap, tighter=not tighter)
        yield from self._of_variants(pair, old, new)

    def _of_variants(self, pair: SchemaPair, old: Schema, new: Schema) -> Iterator[Change]:
        """The changes of what discriminators tell apart."""
        before, after = variants(old, self.old_heirs), variants(new, self.new_heirs)
        for at in {**before, **after}:
            place = shown([0 if step == UNNAMED else step for step in at])
            for was, now in paired(before.get(at, ()), after.get(at, ())):
                for rule, severity, message in changes_between(pair.side, was, now):
                    places = pair.pointers()
                    yield Change(
                        rule=f"{pair.prefix}-{rule}",
                        severity=severity,
                        operation=pair.operation,
                        message=f"{place or 'the value'}: {message}",
                        old=self.old_pointers.schema(places[0], at, "discriminator"),
                        new=self.new_pointers.schema(places[1], at, "discriminator"),
                        place=pair.name,
                        at=place,
                    )

    def _change(self, pair: SchemaPair, word: str, gap: Gap, *, tighter: bool) -> Change:
        """The change, as one that breaks nobody."""
        words = WORDS.get(word, OTHER)
        old, new = pair.pointers()
        at = gap.at[:-1] if gap.at[-1:] == (UNNAMED,) else gap.at
        text = words.tighter_text if tighter else words.looser_text
        return Change(
            rule=f"{pair.prefix}-{words.tighter if tighter else words.looser}",
            severity=Severity.NON_BREAKING,
            operation=pair.operation,
            message=f"{shown(at) or 'the value'} {text}",
            old=self.old_pointers.schema(old, at, gap.keyword),
            new=self.new_pointers.schema(new, at, gap.keyword),
            place=pair.name,
            at=shown(at),
        )

    def _judged(
        self, change: Change, pair: SchemaPair, gap: Gap, counterexamples: Counterexamples
    ) -> Change:
        """The change, as breaking if a counterexample shows that it is, else as unknown."""
        mark = (change.rule, change.old, change.new)
        if mark not in self.shown:
            self.shown[mark] = counterexamples.of(gap)
        counterexample = self.shown[mark]
        severity = Severity.BREAKING if counterexample else Severity.UNKNOWN
        effect = _EFFECT[pair.side] if counterexample else "neither proved nor shown by a value"
        message = f"{change.message}: {effect}"
        return replace(change, severity=severity, message=message, counterexample=counterexample)


def make_contents(old: Api, new: Api) -> Contents:
    """Prepare the schemas of two documents for comparison."""
    sides: dict[Side, SideSchemas] = {
        "request": _side(old.requests, new.requests),
        "response": _side(old.responses, new.responses),
    }
    pointers = DocumentPointers(old.document), DocumentPointers(new.document)
    return Contents(*pointers, heirs_of(old.document), heirs_of(new.document), sides)


def contents_of_events(old: DocumentEvents, new: DocumentEvents) -> Contents:
    """The same of what the documents' APIs send: clients get requests, and send responses."""
    sides: dict[Side, SideSchemas] = {
        "request": _side(old.api.responses, new.api.responses),
        "response": _side(old.api.requests, new.api.requests),
    }
    heirs = heirs_of(old.api.document), heirs_of(new.api.document)
    return Contents(old.pointers, new.pointers, *heirs, sides)


@dataclass(frozen=True, slots=True)
class Versions:
    """Both versions of an operation; `event` begins rules where the API calls and clients answer.

    What is said of a part of it, a request or a response, depends on its side: whether clients
    send it ("request"), or get it.
    """

    contents: Contents
    old: Operation
    new: Operation
    event: str = ""

    def side(self, part: Side) -> Side:
        """Whether clients send a part of the operation, or get it."""
        return part if not self.event else "response" if part == "request" else "request"

    def pointers(self, old: Sequence[str], new: Sequence[str]) -> tuple[str, str]:
        """The pointers to a place in both operations, or as far as it exists."""
        before, after = self.contents.old_pointers, self.contents.new_pointers
        return (
            before.below(before.operation(self.old), *old),
            after.below(after.operation(self.new), *new),
        )

    def change(
        self, rule: str, severity: Severity, message: str, place: str, inner: Sequence[str]
    ) -> Change:
        """A change of what is at `inner` in the operation."""
        pointers = self.pointers(inner, inner)
        return Change(self.event + rule, severity, self.new.key, message, *pointers, place)

    def schemas(
        self,
        part: Side,
        place: str,
        keys: tuple[str | None, str | None],
        pointers: Callable[[], tuple[str, str]],
    ) -> Iterator[Change]:
        """The changes of a schema in a part of the operation."""
        about = self.new.key, self.side(part), self.event + part, place
        yield from self.contents.changes(SchemaPair(*about, *keys, pointers))

    def content(
        self,
        part: Side,
        name: str,
        pair: tuple[MediaType, MediaType],
        inner: tuple[Sequence[str], Sequence[str]],
    ) -> Iterator[Change]:
        """The changes of a media type's schema, and of the schema of its items."""
        old, new = pair
        of_whole, of_items = (old.schema_key, new.schema_key), (old.item_key, new.item_key)
        for keyword, keys, what in (("schema", of_whole, ""), ("itemSchema", of_items, " item")):
            at = (*inner[0], old.name, keyword), (*inner[1], new.name, keyword)
            place = f"{name} {new.name}{what}"
            yield from self.schemas(part, place, keys, partial(self.pointers, *at))


def covering(content: Sequence[MediaType], name: str) -> MediaType | None:
    """The media type that describes content of this type: its own name, or a range."""
    found = next((each for each in content if each.name == name), None)
    key = name if found else find([each.name for each in content], name)
    return found or next((each for each in content if each.name == key), None)


def _side(old: Schemas, new: Schemas) -> SideSchemas:
    before = {name: bare(schema) for name, schema in old.definitions.items()}
    after = {name: bare(schema) for name, schema in new.definitions.items()}
    return SideSchemas(old, new, before, after, unchanged(before, after))


def _schema(schemas: Schemas, key: str | None) -> Schema:
    if key is None:
        return Schema(True, {})
    return Schema(schemas.roots[key], schemas.definitions, partial(schemas.is_valid, key))


def _worded(gaps: tuple[Gap, ...]) -> list[tuple[str, Gap]]:
    """The gaps with the word for each; a property that is gone or new is reported only once."""
    silent = {gap.at for gap in gaps if gap.silent}
    required = {gap.at for gap in gaps if gap.keyword == "required"}
    return [(_word(gap, silent), gap) for gap in gaps if not (gap.silent and gap.at in required)]


def _word(gap: Gap, silent: set[tuple[str | int, ...]]) -> str:
    if gap.silent:
        return "silent"
    if gap.keyword == "required" and gap.at in silent:
        return "new-required"
    if gap.keyword == "additionalProperties" and gap.at and gap.at[-1] != UNNAMED:
        return "additional"
    if gap.keyword == "type" and gap.doubt in ({"type": "null"}, {"enum": [None]}):
        return "null"
    return gap.keyword
