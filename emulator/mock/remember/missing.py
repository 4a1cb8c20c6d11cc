"""How an operation says that there is no record, in the statuses that it documents."""

import dataclasses
from collections.abc import Iterable

import msgspec

from emulator.http.problems import Problem, problem
from emulator.mock.exchange import Exchange
from emulator.mock.remember.kinds import RecordKind

#: What refuses a request for a record that isn't there, where neither 404 nor 410 is documented:
#: first what doesn't say that the request is wrong.
_NEARLY = (409, 403, 400, 422)


def gone(exchange: Exchange, key: str, kind: RecordKind) -> Problem:
    """That a record was deleted."""
    responses = exchange.responses
    documented = responses is not None and "410" in responses.by_key and 410 in kind.resource.gone
    name = "resource-gone" if documented else "resource-not-found"
    return _told(exchange, problem(name, f"{key!r} was deleted"))


def not_there(exchange: Exchange, detail: str) -> Problem:
    """That there never was a record."""
    return _told(exchange, problem("resource-not-found", detail))


def missing_above(
    exchange: Exchange, above: Iterable[RecordKind], place: tuple[str, ...], *, strict: bool
) -> Problem | None:
    """That one of the records that something is below was deleted, and this with it.

    `place` has the path's parameters in order, and so the keys of records of these kinds `above`.
    """
    for kind in above:
        key = "/".join(place[: len(kind.parents) + 1])
        if missing := missing_with(exchange, kind, key, strict=strict):
            return missing
    return None


def missing_with(exchange: Exchange, kind: RecordKind, key: str, *, strict: bool) -> Problem | None:
    """That a record was deleted, and with it what is below."""
    with_all_below = exchange.snapshot.records(kind.gone).get(key)
    if with_all_below is None or not (strict or with_all_below):
        return None
    return gone(exchange, key, kind)


def _told(exchange: Exchange, missing: Problem) -> Problem:
    """That there is no record, in what the operation documents that says so most nearly."""
    responses = exchange.responses
    if responses is None or any(responses.for_status(each) for each in missing.type.statuses):
        return missing
    documented = tuple(each for each in _NEARLY if str(each) in responses.by_key)
    kind = dataclasses.replace(missing.type, statuses=documented or (404,))
    return msgspec.structs.replace(missing, type=kind)
