"""What was accepted of all that is valid: a check that is turned away checks nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from emulator.contract.check.findings import Finding
from emulator.openapi.document.model import Api, Operation

#: Statuses that say that nothing about the request counts but who sends it, or how often.
_TURNED_AWAY = frozenset({401, 407, 429, 511})
#: So many of them in a row, and an operation that was accepted before is no longer.
_ROW = 3
#: The same for 403, which may also be about a single thing: over all operations.
_FORBIDDEN_ROW = 10
#: What is asked for is not there: by a wrong base path, or a made-up id.
_NOT_THERE = frozenset({404, 410})
#: What a path or a body names is not there or in no state for the request: told, but no error.
_BY_ID = _NOT_THERE | {409, 412, 423}
#: What says that a server can't do it now: as good an answer as any where it is documented.
_BY_STATE = frozenset({409, 412, 423, 501, 503})
#: Checks whose findings say already that valid requests are not accepted.
_TOLD = frozenset({"positive_data_acceptance", "not_a_server_error"})


@dataclass(frozen=True, slots=True)
class AnsweredRequest:
    """A valid request with the credentials there are: the key of its operation, and the status."""

    operation: str
    status: int


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Which operations were never accepted, by what they were answered.

    `errors` are those that make the run no check; `notes` name what was only asked for by ids that
    don't exist.
    """

    errors: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


def acceptance_of(
    attempts: Sequence[AnsweredRequest],
    api: Api,
    findings: Iterable[Finding],
    base_url: str,
    refuses: Mapping[str, Sequence[int]] | None = None,
) -> Acceptance:
    """What became of all valid requests of a run, in the order in which they were sent.

    `refuses` are statuses by operation id that valid requests may be rejected with.
    """
    operations = {each.key: each for each in api.operations}
    known = [each for each in attempts if each.operation in operations]
    statuses: dict[str, Counter[int]] = {}
    for each in known:
        statuses.setdefault(each.operation, Counter())[each.status] += 1
    never = {
        key: counts
        for key, counts in statuses.items()
        if not any(_accepts(operations[key], status) for status in counts)
    }
    told = {each.operation for each in findings if each.check in _TOLD}
    wrong = {key: counts for key, counts in never.items() if key not in told}
    # Where nothing at all is there, it is the path to everything that is wrong.
    missing = {
        key: counts
        for key, counts in wrong.items()
        if len(never) < len(statuses) and counts.keys() <= _may_come(operations[key], refuses or {})
    }
    errors = [
        _error(status, keys, counts, _paths(api, base_url))
        for status, keys, counts in _grouped({k: v for k, v in wrong.items() if k not in missing})
    ]
    errors += _stopped(known, operations, never.keys())
    notes = [
        f"{_never(status, keys, counts)}: nothing fitting was there"
        for status, keys, counts in _grouped(missing)
    ]
    return Acceptance(tuple(errors), tuple(notes), tuple(never))


def _may_come(operation: Operation, refuses: Mapping[str, Sequence[int]]) -> frozenset[int]:
    """What a valid request may always be answered, for reasons that no document says."""
    names = "{" in operation.path or operation.request_body is not None
    by_id = _BY_ID if names else frozenset[int]()
    documented = {status for status in _BY_STATE if str(status) in operation.responses}
    return by_id | documented | {*refuses.get(operation.id, ())}


def _accepts(operation: Operation, status: int) -> bool:
    """Whether a status is a success; of an operation without any, whatever is documented is."""
    documented = {key for key, each in operation.responses.items() if not each.augmented}
    succeeds = any(key[0] in "23" or key == "default" for key in documented) or not documented
    return status < 400 if succeeds else str(status) in documented or status < 400


def _grouped(
    never: Mapping[str, Counter[int]],
) -> Iterator[tuple[str, list[str], Counter[int]]]:
    """By the statuses that came: these, the operations, and how many of each."""
    groups: dict[tuple[int, ...], list[str]] = {}
    for key, counts in never.items():
        groups.setdefault(tuple(sorted(counts)), []).append(key)
    for statuses, keys in groups.items():
        counts = sum((never[key] for key in keys), Counter[int]())
        yield " or ".join(map(str, statuses)), keys, counts


def _error(status: str, keys: Sequence[str], counts: Counter[int], paths: str) -> str:
    hint = _hint(frozenset(counts), paths)
    return f"{_never(status, keys, counts)}{hint and ': '}{hint}"


def _never(status: str, keys: Sequence[str], counts: Counter[int]) -> str:
    number = counts.total()
    requests = "the one valid request" if number == 1 else f"all {number:,} valid requests"
    return f"never accepted: {', '.join(keys)} ({status} to {requests})"


def _paths(api: Api, base_url: str) -> str:
    """Where requests went, and where the document's operations are, if that is elsewhere."""
    asked = urlsplit(base_url).path.rstrip("/")
    others = [prefix or "/" for prefix in api.prefixes if prefix != asked]
    documented = "" if asked in api.prefixes else f"; the document's is {' or '.join(others)}"
    return f"requests went below {base_url}{documented}" if base_url else ""


def _hint(statuses: frozenset[int], paths: str) -> str:
    if statuses & {401, 407}:
        return "the credentials are missing or not accepted (--auth, --header)"
    if statuses == {403}:
        return "the credentials may not do that (--auth, --header)"
    if 429 in statuses:
        return "the server limits the rate (--rate)"
    if statuses <= _NOT_THERE:
        return f"is the base path of --against right? {paths}" if paths else ""
    return ""


def _stopped(
    attempts: Sequence[AnsweredRequest], operations: Mapping[str, Operation], never: Iterable[str]
) -> Iterator[str]:
    """Operations that were accepted until their credentials, or all that was allowed, ran out."""
    out: dict[int, list[str]] = {}
    by_operation: dict[str, list[int]] = {}
    for each in attempts:
        by_operation.setdefault(each.operation, []).append(each.status)
    for key in by_operation.keys() - {*never}:
        last = by_operation[key][-_ROW:]
        if len(last) == _ROW and len({*last}) == 1 and last[0] in _TURNED_AWAY:
            out.setdefault(last[0], []).append(key)
    guarded = [each for each in attempts if operations[each.operation].security]
    forbidden = [each for each in guarded[-_FORBIDDEN_ROW:] if each.status == 403]
    before = sorted({each.operation for each in forbidden} - {*never})
    if len(forbidden) == _FORBIDDEN_ROW and (len(before) > 1 or len(by_operation) == 1):
        out.setdefault(403, []).extend(before)
    for status, keys in sorted(out.items()):
        hint = _hint(frozenset({status}), "")
        yield f"no longer accepted: {', '.join(sorted(keys))} ({status} since): {hint}"
