"""Two schemas of one place in a request or an answer: what changed in them, and whom it breaks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from emulator.diff.changes import OTHER, WORDS, Change, Severity, Side, Words
from emulator.diff.containment import gaps_between
from emulator.diff.keywords import UNNAMED
from emulator.diff.places import Places, shown
from emulator.diff.schemas import Gap, Schema
from emulator.diff.unchanged import unchanged
from emulator.diff.witnesses import Witnesses
from emulator.messages import Json
from emulator.spec.bank import Schemas
from emulator.spec.model import Api


@dataclass(frozen=True, slots=True)
class Place:
    """One place of an operation that has a schema in both documents.

    `pointers` are where it stands in the old and in the new one; found when there is a change.
    """

    operation: str
    side: Side
    name: str
    old_key: str | None
    new_key: str | None
    pointers: Callable[[], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Contents:
    """The schemas of two documents, compared place by place."""

    old: Api
    new: Api
    old_places: Places
    new_places: Places
    #: Definitions that mean the same in both, by side.
    same: Mapping[Side, frozenset[str]]

    def changes(self, place: Place) -> Iterator[Change]:
        """What changed at a place: first what breaks clients, or may, then the rest."""
        old = _schema(_side(self.old, place.side), place.old_key)
        new = _schema(_side(self.new, place.side), place.new_key)
        # What a client sent must still be accepted; what it accepted must be all that comes.
        wider, narrower = (new, old) if place.side == "request" else (old, new)
        same = self.same[place.side]
        breaking = _told(gaps_between(wider, narrower, same))
        witnesses = Witnesses(wider, narrower)
        for word, gap in breaking:
            harmless = place.side == "request" and word == "silent"
            witness = () if harmless else witnesses.of(gap)
            severity = Severity.BREAKING if witness else Severity.UNKNOWN
            severity = Severity.NON_BREAKING if harmless else severity
            yield self._change(place, word, gap, severity, witness)
        told = {(word, gap.at) for word, gap in breaking}
        for word, gap in _told(gaps_between(narrower, wider, same)):
            if (word, gap.at) not in told and gap.keyword:
                yield self._change(place, word, gap, Severity.NON_BREAKING, (), back=True)

    def _change(
        self,
        place: Place,
        word: str,
        gap: Gap,
        severity: Severity,
        witness: tuple[Json, ...],
        *,
        back: bool = False,
    ) -> Change:
        words = WORDS.get(word, OTHER)
        tighter = (place.side == "request") is not back
        old, new = place.pointers()
        at = gap.at[:-1] if gap.at[-1:] == (UNNAMED,) else gap.at
        return Change(
            rule=f"{place.side}-{words.tighter if tighter else words.looser}",
            severity=severity,
            operation=place.operation,
            message=_message(words, place, shown(at), severity, tighter=tighter),
            old=self.old_places.schema(old, at, gap.keyword),
            new=self.new_places.schema(new, at, gap.keyword),
            place=place.name,
            at=shown(at),
            witness=witness,
        )


def make_contents(old: Api, new: Api) -> Contents:
    """The schemas of two documents, ready to be compared."""
    same: dict[Side, frozenset[str]] = {
        "request": unchanged(old.requests.definitions, new.requests.definitions),
        "response": unchanged(old.responses.definitions, new.responses.definitions),
    }
    return Contents(old, new, Places(old.document), Places(new.document), same)


def _side(api: Api, side: Side) -> Schemas:
    return api.requests if side == "request" else api.responses


def _schema(schemas: Schemas, key: str | None) -> Schema:
    if key is None:
        return Schema(True, {})
    accepts: Callable[[Json], bool] = lambda value: schemas.is_valid(key, value)  # noqa: E731
    return Schema(schemas.roots[key], schemas.definitions, accepts)


def _told(gaps: tuple[Gap, ...]) -> list[tuple[str, Gap]]:
    """The gaps with the word for each; of a property that is gone or new only that is told."""
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


def _message(words: Words, place: Place, at: str, severity: Severity, *, tighter: bool) -> str:
    """What changed, and what that does to a client."""
    said = words.said_tighter if tighter else words.said_looser
    what = f"{at or 'the value'} {said}"
    if severity is Severity.UNKNOWN:
        return f"{what}, as far as can be told: neither proved nor shown by a value"
    if severity is Severity.NON_BREAKING:
        return what
    if place.side == "request":
        return f"{what}: clients that send what was allowed are refused"
    return f"{what}: clients get what they were told can't come"
