"""How an operation says that there is no record, in the statuses that it documents."""

import dataclasses

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


def _told(exchange: Exchange, missing: Problem) -> Problem:
    """That there is no record, in what the operation documents that says so most nearly."""
    responses = exchange.responses
    if responses is None or any(responses.for_status(each) for each in missing.type.statuses):
        return missing
    documented = tuple(each for each in _NEARLY if str(each) in responses.by_key)
    kind = dataclasses.replace(missing.type, statuses=documented or (404,))
    return msgspec.structs.replace(missing, type=kind)
