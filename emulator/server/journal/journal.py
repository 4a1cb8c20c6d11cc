"""The journal: every exchange of every scope, until there are too many or they are too large."""

import asyncio
import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
from msgspec.structs import replace

from emulator.faults.base import Fault
from emulator.http.messages import AnyResponse, Request, Response, size_of
from emulator.mock.outcome import Outcome, Trace
from emulator.schema.chance import RequestKey, name_of

#: Entries that a follower may be behind; the older ones are lost to it.
_FOLLOWER_LIMIT = 1_000


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One exchange. `number` counts all of them; `at` is the time in the scope.

    What nobody may ever ask for, like its id and what is redacted, is made when somebody does. The
    garbage collector never visits an entry: with thousands kept it would stop the server.
    """

    number: int
    scope: str
    request: Request
    response: AnyResponse
    trace: Trace
    at: datetime
    faults: tuple[Fault, ...] = ()
    delay_ms: int = 0
    key: RequestKey = ""
    turn: int = 0
    size_bytes: int = 0

    @property
    def id(self) -> str:
        """A UUID, the same for the same exchange of every run."""
        name = f"{self.scope}/{name_of(self.key)}/{self.turn}" if self.key else f"{self.number}"
        digits = hashlib.sha256(name.encode()).hexdigest()
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"

    @property
    def matched(self) -> bool:
        """Whether there was an operation or a stub for it."""
        trace = self.trace
        return bool(trace.operation) or trace.rule in (
            *("options", "preflight", "console", "stub", "replay", "upstream"),
        )


#: What a field, a violation and an exchange weigh beside their texts.
_FIELD, _VIOLATION, _EXCHANGE = 100, 300, 500


def _size_bytes(request: Request, response: AnyResponse, trace: Trace) -> int:
    """What an exchange weighs: what was sent and received, and what holds it."""
    headers, lines = response.headers, b""
    if isinstance(response, Response):
        size = len(response.body)
        lines = response.lines if response.lined is headers else lines
    else:
        size = sum([len(event.data) + len(event.comment or "") for event in response.events])
    if lines:
        size += len(lines)
    else:
        for _, value in headers:
            size += len(value)
    if trace.violations or trace.breaches:
        for each in (*trace.violations, *trace.breaches):
            size += _VIOLATION + len(each.pointer) + len(each.message)
    if trace.mapping is not None:
        size += trace.mapping.size_bytes
    size += request.fields_bytes or size_of(request.fields)
    size += len(request.path) + len(request.query) + len(request.body)
    return _EXCHANGE + size + _FIELD * (len(request.headers) + len(headers))


class Told:
    """An entry that followers are told of, and how a feed writes it, once for all of them."""

    __slots__ = ("entry", "frame")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.frame: bytes | None = None


class FeedReader:
    """Who is told of entries: the newest ones, where it does not keep up."""

    __slots__ = ("_queue",)

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Told | None] = asyncio.Queue(_FOLLOWER_LIMIT)

    def tell(self, told: Told) -> None:
        """Add one more."""
        self._put(told)

    def end(self) -> None:
        """Nobody follows any more."""
        self._put(None)

    async def next(self) -> Told | None:
        """Wait for the next one; None at the end."""
        return await self._queue.get()

    def _put(self, told: Told | None) -> None:
        if self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait(told)


@dataclass(slots=True)
class Journal:
    """Entries of all scopes, the oldest first; when it is full the oldest go.

    `limit` entries a scope, and `limit_bytes` of all together. What is kept for each is as little
    as can be, as the garbage collector visits it: scopes have the numbers of their entries alone.
    """

    limit: int = 10_000
    limit_bytes: int = 64_000_000
    _all: dict[int, Entry] = field(default_factory=dict)
    _scopes: dict[str, deque[int]] = field(default_factory=dict)
    _followers: dict[str, list[FeedReader]] = field(default_factory=dict)
    _met: dict[str, set[str]] = field(default_factory=dict)
    _number: int = 0
    #: No entry has a lower number.
    _oldest: int = 1
    _bytes: int = 0

    def add(self, scope: str, request: Request, outcome: Outcome, at: datetime) -> Entry:
        """Write down one exchange, as soon as its answer is known."""
        self._number = number = self._number + 1
        size = _size_bytes(request, outcome.response, outcome.trace)
        entry = Entry(
            number,
            scope,
            request,
            outcome.response,
            outcome.trace,
            at,
            outcome.faults,
            outcome.delay_ms,
            outcome.key,
            outcome.turn,
            size,
        )
        stub = outcome.trace.stub
        if stub:
            met = self._met
            if scope not in met:
                met[scope] = set()
            if stub not in met[scope]:
                met[scope].add(stub)
        # One that is too large for all would take the place of all.
        if self.limit and size <= self.limit_bytes:
            self._all[number] = entry
            own = self._scopes.get(scope)
            if own is None:
                own = self._scopes[scope] = deque()
            own.append(number)
            self._bytes += size
            if len(own) > self.limit:
                self._drop_first(own)
            while self._bytes > self.limit_bytes:
                self._pass_gaps()
                self._drop_first(self._scopes[self._all[self._oldest].scope])
        if self._followers:
            self._tell(entry)
        return entry

    def _tell(self, entry: Entry) -> None:
        told = Told(entry)
        for follower in self._followers.get(entry.scope, ()):
            follower.tell(told)

    def amend(self, entry: Entry, outcome: Outcome) -> Entry:
        """Write down more of an exchange whose answer has gone on."""
        amended = replace(
            entry,
            response=outcome.response,
            trace=outcome.trace,
            faults=outcome.faults,
            delay_ms=outcome.delay_ms,
            size_bytes=_size_bytes(entry.request, outcome.response, outcome.trace),
        )
        if entry.number in self._all:
            self._all[entry.number] = amended
            self._bytes += amended.size_bytes - entry.size_bytes
        return amended

    def scopes(self) -> tuple[str, ...]:
        """The scopes that have entries."""
        return tuple(self._scopes)

    def entries(self, scope: str) -> tuple[Entry, ...]:
        """A scope's entries, the oldest first."""
        return tuple([self._all[number] for number in self._scopes.get(scope, ())])

    def newest(self, scope: str, after: int, limit: int, before: int | None = None) -> list[Entry]:
        """The newest of a scope's entries first: so many that came after one, and before another.

        Both are numbers.
        """
        found: list[Entry] = []
        for number in reversed(self._scopes.get(scope, ())):
            if number <= after or len(found) == limit:
                break
            if before is None or number < before:
                found.append(self._all[number])
        return found

    def count(self, scope: str) -> int:
        """How many entries of a scope are kept."""
        return len(self._scopes.get(scope, ()))

    def last(self, scope: str) -> int:
        """The number of a scope's newest entry; 0 without any."""
        own = self._scopes.get(scope)
        return own[-1] if own else 0

    def entry(self, scope: str, id_: str) -> Entry | None:
        """The scope's entry with this id."""
        return next((each for each in self.entries(scope) if each.id == id_), None)

    def met(self, scope: str) -> Set[str]:
        """The ids of the stubs that answered in the scope, whether or not the entries are kept."""
        return self._met.get(scope, frozenset())

    def forget_stub(self, scope: str, stub: str) -> None:
        """Another stub has this id from now on."""
        self._met.get(scope, set()).discard(stub)

    def forget(self, scope: str) -> None:
        """Forget everything of a scope."""
        self.remove(scope, lambda _: True)
        self._met.pop(scope, None)

    def remove(self, scope: str, unwanted: Callable[[Entry], bool]) -> tuple[Entry, ...]:
        """Forget the scope's entries that are not wanted; gives them."""
        removed = tuple(entry for entry in self.entries(scope) if unwanted(entry))
        for entry in removed:
            self._bytes -= self._all.pop(entry.number).size_bytes
        left = deque(number for number in self._scopes.get(scope, ()) if number in self._all)
        if left:
            self._scopes[scope] = left
        else:
            self._scopes.pop(scope, None)
        self._pass_gaps()
        return removed

    @contextmanager
    def followed(self, scope: str) -> Iterator[FeedReader]:
        """A follower that is told of the scope's entries from now on."""
        follower = FeedReader()
        followers = self._followers.setdefault(scope, [])
        followers.append(follower)
        try:
            yield follower
        finally:
            followers.remove(follower)
            if not followers:
                self._followers.pop(scope, None)

    def _drop_first(self, own: deque[int]) -> None:
        """Forget the oldest entry of a scope."""
        entry = self._all.pop(own.popleft())
        self._bytes -= entry.size_bytes
        if not own:
            del self._scopes[entry.scope]
        self._pass_gaps()

    def _pass_gaps(self) -> None:
        while self._oldest not in self._all and self._oldest <= self._number:
            self._oldest += 1
