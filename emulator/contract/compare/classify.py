"""Two answers, each perhaps given several times → their differences, each of one kind."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from emulator.contract.compare.cases import Case
from emulator.contract.compare.described import is_described
from emulator.contract.compare.facts import OBJECT, View
from emulator.contract.compare.suggestions import suggest
from emulator.contract.compare.values import Difference, Exchange, Kind, Suggestion
from emulator.http.messages import Violation
from emulator.openapi.document.model import Api

_INDEX = re.compile(r"/\d+(?=/|$)")

Views = tuple[View | None, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the two did with a case: every exchange, the first one first, and its view.

    The view of an exchange without answer is None.
    """

    name: str
    exchanges: tuple[Exchange, ...]
    views: Views


@dataclass(frozen=True, slots=True)
class Gap:
    """One aspect in which two views differ: what the first has, and what the second.

    Of a breach, `key` is its location, pointer and keyword.
    """

    aspect: str
    place: str
    first: str = ""
    second: str = ""
    key: tuple[str, str, str] = ("", "", "")


def classify(api: Api, case: Case, emulator: Side, endpoint: Side) -> tuple[Difference, ...]:
    """Every difference of one case.

    Where an answer differs from itself on repetition that is the difference, and nothing else is
    said of the place. Where one breaks the document nothing is said of how they differ there.
    """
    return tuple(_Classifier(api, case, emulator, endpoint).differences())


def gaps(first: View, second: View) -> Iterator[Gap]:
    """What differs between two answers, as far as both can be compared."""
    if first.status != second.status:
        yield Gap("status", "", str(first.status), str(second.status))
        return
    status = str(first.status)
    if first.media_type != second.media_type:
        # What is said in two formats can't be compared.
        yield Gap("media type", status, first.media_type or "none", second.media_type or "none")
    elif first.code != second.code:
        yield Gap("error code", status, _shown(first.code), _shown(second.code))
    for name in sorted(first.headers ^ second.headers):
        yield Gap("header", f"{status} {name}", *_there(name in first.headers))
    if first.media_type == second.media_type:
        yield from _body_gaps(first, second, status)


def _body_gaps(first: View, second: View, status: str) -> Iterator[Gap]:
    for pointer in sorted(first.body.keys() | second.body.keys()):
        ours, theirs = first.body.get(pointer), second.body.get(pointer)
        place = f"{status} {pointer}"
        if ours is not None and theirs is not None:
            if ours != theirs:
                yield Gap("domain", place, _listed(ours), _listed(theirs))
            continue
        parent, _, step = pointer.rpartition("/")
        around = (second if theirs is None else first).body.get(parent, ())
        # Items of an empty array, and all below what is absent itself, say nothing.
        if OBJECT in around and step != "*":
            yield Gap("presence", place, *_there(ours is not None))


class _Classifier:
    """One case; remembers the places of which something was said."""

    def __init__(self, api: Api, case: Case, emulator: Side, endpoint: Side) -> None:
        self._api, self._case = api, case
        self._emulator, self._endpoint = emulator, endpoint
        self._told: set[tuple[str, str]] = set()

    def differences(self) -> Iterator[Difference]:
        yield from self._unsteady(self._endpoint)
        yield from self._unsteady(self._emulator)
        if ("status", "") in self._told:
            return
        ours, theirs = self._emulator.views[0], self._endpoint.views[0]
        if ours is None or theirs is None:
            if ours is not theirs:
                yield self._silent(self._endpoint if theirs is None else self._emulator)
            return
        unsteady = frozenset(self._told)
        yield from self._broken(Kind.ENDPOINT, theirs, unsteady)
        yield from self._broken(Kind.EMULATOR, ours, unsteady)
        for gap in gaps(ours, theirs):
            if not self._is_told(gap):
                reason = f"emulator: {gap.first}; endpoint: {gap.second}"
                yield self._difference(Kind.DIFFERENT, gap, reason)

    def _unsteady(self, side: Side) -> Iterator[Difference]:
        """In what an answer differs from itself; steady breaches are no matter of this."""
        for exchange, other in zip(side.exchanges[1:], side.views[1:], strict=True):
            for gap in _own_gaps(side.views[0], other):
                if self._is_told(gap):
                    continue
                self._tell(gap)
                shown = ((side.name, side.exchanges[0]), (f"{side.name} again", exchange))
                reason = f"the {side.name} gives {gap.first}, and then {gap.second}"
                yield self._difference(Kind.FLAKY, gap, reason, shown)

    def _silent(self, side: Side) -> Difference:
        kind = Kind.ENDPOINT if side is self._endpoint else Kind.EMULATOR
        reason = f"no answer came: {side.exchanges[0].error}"
        return self._difference(kind, Gap("answer", ""), reason)

    def _broken(
        self, kind: Kind, view: View, unsteady: frozenset[tuple[str, str]]
    ) -> Iterator[Difference]:
        for key, breach in {_key(each): each for each in reversed(view.breaches)}.items():
            gap = Gap("document", _place(view, key), key=key)
            if (gap.aspect, gap.place) not in unsteady:
                self._tell(gap)
                yield self._difference(kind, gap, _said(breach))

    def _tell(self, gap: Gap) -> None:
        self._told.add((gap.aspect, gap.place))
        location, pointer, _ = gap.key
        self._told.add((location, pointer.lower() if location == "header" else pointer))

    def _is_told(self, gap: Gap) -> bool:
        """Whether the gap, or what is around it, was told of already."""
        if (gap.aspect, gap.place) in self._told:
            return True
        place = gap.place.partition(" ")[2]
        if gap.aspect == "media type":
            return ("header", "/content-type") in self._told
        if gap.aspect == "header":
            return ("header", f"/{place}") in self._told
        around = [pointer for location, pointer in self._told if location == "body"]
        return gap.aspect in ("presence", "domain") and any(
            place == pointer or place.startswith(f"{pointer}/") for pointer in around
        )

    def _difference(
        self, kind: Kind, gap: Gap, reason: str, shown: tuple[tuple[str, Exchange], ...] = ()
    ) -> Difference:
        status = gap.aspect == "status"
        sides = (self._emulator, self._endpoint)
        return Difference(
            kind=kind,
            operation=self._case.operation.key,
            aspect=gap.aspect,
            place=f"{gap.first}, {gap.second}" if status else gap.place,
            reason=reason,
            case=self._case.name,
            suggestion=self._suggestion(kind, gap),
            exchanges=shown or tuple((side.name, side.exchanges[0]) for side in sides),
        )

    def _suggestion(self, kind: Kind, gap: Gap) -> Suggestion:
        theirs, unknown = self._endpoint.views[0], False
        if gap.aspect == "presence" and theirs is not None:
            _, _, pointer = gap.place.partition(" ")
            answer = (theirs.status, theirs.media_type, pointer)
            unknown = not is_described(self._api, self._case.operation, *answer)
        values = (gap.first, gap.second)
        return suggest(kind, gap.aspect, values, self._case, self._api.name, unknown)


def _own_gaps(first: View | None, other: View | None) -> Sequence[Gap]:
    if first is None or other is None:
        once, again = ("no answer" if v is None else str(v.status) for v in (first, other))
        return () if first is other else (Gap("status", "", once, again),)
    if first.status != other.status:
        return tuple(gaps(first, other))
    before = {_key(breach): _said(breach) for breach in first.breaches}
    after = {_key(breach): _said(breach) for breach in other.breaches}
    kept = "what keeps it"
    broken = (
        Gap("document", _place(first, key), before.get(key, kept), after.get(key, kept), key)
        for key in sorted(before.keys() ^ after.keys())
    )
    return (*broken, *gaps(first, other))


def _key(violation: Violation) -> tuple[str, str, str]:
    return (violation.location, _INDEX.sub("/*", violation.pointer), violation.keyword)


def _place(view: View, key: tuple[str, str, str]) -> str:
    parts = key if key[0] != "status" else ()
    return " ".join(part for part in (str(view.status), *parts) if part)


def _said(violation: Violation) -> str:
    place = f"{violation.location} {violation.pointer}".strip()
    return f"{place}: {violation.message}"


def _there(first: bool) -> tuple[str, str]:
    return ("there", "absent") if first else ("absent", "there")


def _shown(code: object) -> str:
    return "none" if code is None else str(code)


def _listed(domains: frozenset[str]) -> str:
    return " or ".join(sorted(domains))
