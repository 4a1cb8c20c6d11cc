"""What was accepted of all that is valid: a check that is turned away checks nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from emulator.contract.check.findings import Finding
from emulator.contract.check.sent_secrets import names_others
from emulator.openapi.document.model import Api, Operation

#: Statuses that say that nothing about the request counts but who sends it, or how often.
_TURNED_AWAY = frozenset({401, 407, 429, 511})
#: So many of them in a row, and an operation that was accepted before is no longer.
_ROW = 3
#: Of so many requests since the first that was turned away, most were: no bad moment.
_SINCE = 6
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
        if len(never) < len(statuses)
        and counts.keys() <= _may_come(operations[key], api, refuses or {})
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


def _may_come(
    operation: Operation, api: Api, refuses: Mapping[str, Sequence[int]]
) -> frozenset[int]:
    """What a valid request may always be answered, for reasons that no document says."""
    by_id = frozenset[int]()
    if "{" in operation.path or names_others(operation, api):
        by_id = _BY_ID
    elif operation.request_body is not None:
        by_id = _BY_ID - _NOT_THERE
    documented = {status for status in _BY_STATE if str(status) in operation.responses}
    return by_id | documented | {*refuses.get(operation.id, ())}


def _accepts(operation: Operation, status: int) -> bool:
    """Whether a status is a success; of an operation without any, whatever is documented is.

    A redirection is none where the document has other successes and no such status: what isn't
    logged in is often sent to where one logs in.
    """
    documented = {key for key, each in operation.responses.items() if not each.augmented}
    described = not documented.isdisjoint((str(status), f"{status // 100}XX"))
    if status >= 400:
        succeeds = any(key[0] in "23" or key == "default" for key in documented)
        return described and not succeeds
    return status < 300 or described or all(key[0] != "2" for key in documented)


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
    if all(300 <= status < 400 for status in statuses):
        return "redirected: to a login (--auth, --header), or to another address (--against)?"
    if statuses <= _NOT_THERE:
        return f"is the base path of --against right? {paths}" if paths else ""
    return ""


def _stopped(
    attempts: Sequence[AnsweredRequest], operations: Mapping[str, Operation], never: Iterable[str]
) -> Iterator[str]:
    """Operations that were accepted until their credentials, or all that was allowed, ran out."""
    out: dict[tuple[int, ...], list[str]] = {}
    by_operation: dict[str, list[int]] = {}
    for each in attempts:
        by_operation.setdefault(each.operation, []).append(each.status)
    for key in by_operation.keys() - {*never}:
        if statuses := _ran_out(by_operation[key], operations[key]):
            out.setdefault(statuses, []).append(key)
    # A document that says nothing of credentials may need them all the same.
    secured = {key for key, each in operations.items() if each.security} or {*operations}
    guarded = [each for each in attempts if each.operation in secured]
    forbidden = [each for each in guarded[-_FORBIDDEN_ROW:] if each.status == 403]
    before = sorted({each.operation for each in forbidden} - {*never})
    if len(forbidden) == _FORBIDDEN_ROW and (len(before) > 1 or len(by_operation) == 1):
        out.setdefault((403,), []).extend(before)
    for statuses, keys in sorted(out.items()):
        hint, said = _hint(frozenset(statuses), ""), " or ".join(map(str, statuses))
        yield f"no longer accepted: {', '.join(sorted(keys))} ({said} since): {hint}"


def _ran_out(statuses: Sequence[int], operation: Operation) -> tuple[int, ...]:
    """What an operation answers since it was accepted for the last time, or to most since then."""
    redirects = {each for each in statuses if 300 <= each < 400}
    away = {each for each in _TURNED_AWAY | redirects if not _accepts(operation, each)}
    last = {*statuses[-_ROW:]}
    if len(statuses) >= _ROW and len(last) == 1 and last <= away:
        return tuple(last)
    out = away - {429}
    first = next((at for at, each in enumerate(statuses) if each in out), len(statuses))
    since = statuses[first:]
    if not any(each in out for each in statuses[-_ROW:]):
        return ()
    turned = [each for each in since if each in out or each == 403]
    if (
        len(since) < _SINCE
        or 2 * len(turned) <= len(since)
        or not any(_accepts(operation, each) for each in statuses[:first])
    ):
        return ()
    return tuple(sorted({*turned}))
