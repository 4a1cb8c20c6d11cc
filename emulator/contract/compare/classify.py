"""Two responses, each perhaps repeated → their differences, each of one kind."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from emulator.contract.compare.cases import Case
from emulator.contract.compare.facts import OBJECT, View
from emulator.contract.compare.suggestions import is_described, suggest
from emulator.contract.compare.values import ComparedExchange, Difference, Kind, Suggestion
from emulator.http.messages import Violation
from emulator.openapi.document.model import Api

_INDEX = re.compile(r"/\d+(?=/|$)")


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the two did with a case: every exchange, the first one first, and its view.

    The view of an exchange without a response is None.
    """

    name: str
    exchanges: tuple[ComparedExchange, ...]
    views: tuple[View | None, ...]


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One aspect in which two views differ: what the first has, and what the second.

    Of a violation, `key` is its location, pointer and keyword.
    """

    aspect: str
    place: str
    first: str = ""
    second: str = ""
    key: tuple[str, str, str] = ("", "", "")


def classify(api: Api, case: Case, emulator: Side, endpoint: Side) -> tuple[Difference, ...]:
    """Every difference of one case.

    Where a response differs from itself when repeated, that alone is reported of the place. Where
    one violates the document, how the two differ there is not reported.
    """
    return tuple(_Classifier(api, case, emulator, endpoint).differences())


def discrepancies(first: View, second: View) -> Iterator[Discrepancy]:
    """What differs between two responses, as far as they can be compared."""
    if first.status != second.status:
        yield Discrepancy("status", "", str(first.status), str(second.status))
        return
    status = str(first.status)
    if first.media_type != second.media_type:
        # Two formats can't be compared.
        types = (first.media_type or "none", second.media_type or "none")
        yield Discrepancy("media type", status, *types)
    elif first.code != second.code:
        yield Discrepancy("error code", status, _code(first.code), _code(second.code))
    for name in sorted(first.headers ^ second.headers):
        yield Discrepancy("header", f"{status} {name}", *_presence(name in first.headers))
    if first.media_type == second.media_type:
        yield from _body_discrepancies(first, second, status)


def _body_discrepancies(first: View, second: View, status: str) -> Iterator[Discrepancy]:
    for pointer in sorted(first.body.keys() | second.body.keys()):
        ours, theirs = first.body.get(pointer), second.body.get(pointer)
        place = f"{status} {pointer}"
        if ours is not None and theirs is not None:
            if ours != theirs:
                yield Discrepancy("domain", place, _joined(ours), _joined(theirs))
            continue
        parent, _, step = pointer.rpartition("/")
        around = (second if theirs is None else first).body.get(parent, ())
        # Items of an empty array, and members of what is absent itself, don't count.
        if OBJECT in around and step != "*":
            yield Discrepancy("presence", place, *_presence(ours is not None))


class _Classifier:
    """One case, with the places that were reported."""

    def __init__(self, api: Api, case: Case, emulator: Side, endpoint: Side) -> None:
        self._api, self._case = api, case
        self._emulator, self._endpoint = emulator, endpoint
        self._reported: set[tuple[str, str]] = set()

    def differences(self) -> Iterator[Difference]:
        yield from self._flaky(self._endpoint)
        yield from self._flaky(self._emulator)
        if ("status", "") in self._reported:
            return
        ours, theirs = self._emulator.views[0], self._endpoint.views[0]
        if ours is None or theirs is None:
            if ours is not theirs:
                mute = Kind.ENDPOINT if theirs is None else Kind.EMULATOR
                side = self._endpoint if theirs is None else self._emulator
                reason = f"no answer came: {side.exchanges[0].error}"
                yield self._difference(mute, Discrepancy("answer", ""), reason)
            return
        flaky = frozenset(self._reported)
        yield from self._violations(Kind.ENDPOINT, theirs, flaky)
        yield from self._violations(Kind.EMULATOR, ours, flaky)
        for discrepancy in discrepancies(ours, theirs):
            if not (self._is_reported(discrepancy) or self._is_invented(discrepancy, ours)):
                reason = f"emulator: {discrepancy.first}; endpoint: {discrepancy.second}"
                failed = discrepancy.aspect == "status" and theirs.status >= 500
                kind = Kind.ENDPOINT if failed else Kind.DIFFERENT
                yield self._difference(kind, discrepancy, reason)

    def _flaky(self, side: Side) -> Iterator[Difference]:
        """In what a response differs from itself; constant violations are not of interest here."""
        for exchange, other in zip(side.exchanges[1:], side.views[1:], strict=True):
            for discrepancy in _self_discrepancies(side.views[0], other):
                if self._is_reported(discrepancy):
                    continue
                self._report(discrepancy)
                exchanges = ((side.name, side.exchanges[0]), (f"{side.name} again", exchange))
                reason = f"the {side.name} gives {discrepancy.first}, and then {discrepancy.second}"
                yield self._difference(Kind.FLAKY, discrepancy, reason, exchanges)

    def _violations(
        self, kind: Kind, view: View, flaky: frozenset[tuple[str, str]]
    ) -> Iterator[Difference]:
        for key, breach in {_key(each): each for each in reversed(view.breaches)}.items():
            discrepancy = Discrepancy("document", _place(view, key), key=key)
            if (discrepancy.aspect, discrepancy.place) not in flaky:
                self._report(discrepancy)
                yield self._difference(kind, discrepancy, _described(breach))

    def _report(self, discrepancy: Discrepancy) -> None:
        self._reported.add((discrepancy.aspect, discrepancy.place))
        location, pointer, _ = discrepancy.key
        self._reported.add((location, pointer.lower() if location == "header" else pointer))

    def _is_reported(self, discrepancy: Discrepancy) -> bool:
        """Whether the discrepancy, or what is around it, was reported already."""
        if (discrepancy.aspect, discrepancy.place) in self._reported:
            return True
        place = discrepancy.place.partition(" ")[2]
        if discrepancy.aspect == "media type":
            return ("header", "/content-type") in self._reported
        if discrepancy.aspect == "header":
            return ("header", f"/{place}") in self._reported
        around = [pointer for location, pointer in self._reported if location == "body"]
        return discrepancy.aspect in ("presence", "domain") and any(
            place == pointer or place.startswith(f"{pointer}/") for pointer in around
        )

    def _is_invented(self, discrepancy: Discrepancy, ours: View) -> bool:
        """Whether a member is there alone because the document allows any, and names none."""
        if discrepancy.aspect != "presence" or discrepancy.first != "there":
            return False
        return not self._is_described(discrepancy, ours)

    def _is_described(self, discrepancy: Discrepancy, view: View) -> bool:
        pointer = discrepancy.place.partition(" ")[2]
        answer = (view.status, view.media_type, pointer)
        return is_described(self._api, self._case.operation, *answer)

    def _difference(
        self,
        kind: Kind,
        discrepancy: Discrepancy,
        reason: str,
        exchanges: tuple[tuple[str, ComparedExchange], ...] = (),
    ) -> Difference:
        status = discrepancy.aspect == "status"
        sides = (self._emulator, self._endpoint)
        return Difference(
            kind=kind,
            operation=self._case.operation.key,
            aspect=discrepancy.aspect,
            place=f"{discrepancy.first}, {discrepancy.second}" if status else discrepancy.place,
            reason=reason,
            case=self._case.name,
            suggestion=self._suggestion(kind, discrepancy),
            exchanges=exchanges or tuple((side.name, side.exchanges[0]) for side in sides),
        )

    def _suggestion(self, kind: Kind, discrepancy: Discrepancy) -> Suggestion:
        theirs, unknown = self._endpoint.views[0], False
        if discrepancy.aspect == "presence" and theirs is not None:
            unknown = not self._is_described(discrepancy, theirs)
        values = (discrepancy.first, discrepancy.second)
        return suggest(kind, discrepancy.aspect, values, self._case, self._api.name, unknown)


def _self_discrepancies(first: View | None, other: View | None) -> Sequence[Discrepancy]:
    if first is None or other is None:
        once, again = ("no answer" if v is None else str(v.status) for v in (first, other))
        return () if first is other else (Discrepancy("status", "", once, again),)
    if first.status != other.status:
        return tuple(discrepancies(first, other))
    before = {_key(breach): _described(breach) for breach in first.breaches}
    after = {_key(breach): _described(breach) for breach in other.breaches}
    broken = []
    for key in sorted(before.keys() ^ after.keys()):
        texts = [found.get(key, "what keeps it") for found in (before, after)]
        broken.append(Discrepancy("document", _place(first, key), texts[0], texts[1], key))
    return (*broken, *discrepancies(first, other))


def _key(violation: Violation) -> tuple[str, str, str]:
    return (violation.location, _INDEX.sub("/*", violation.pointer), violation.keyword)


def _place(view: View, key: tuple[str, str, str]) -> str:
    parts = key if key[0] != "status" else ()
    return " ".join(part for part in (str(view.status), *parts) if part)


def _described(violation: Violation) -> str:
    place = f"{violation.location} {violation.pointer}".strip()
    return f"{place}: {violation.message}"


def _presence(first: bool) -> tuple[str, str]:
    return ("there", "absent") if first else ("absent", "there")


def _code(code: object) -> str:
    return "none" if code is None else str(code)


def _joined(domains: frozenset[str]) -> str:
    return " or ".join(sorted(domains))
