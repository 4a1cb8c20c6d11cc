"""Reads what arrives in pieces, and refuses heads of requests that are too long.

What arrives at once may hold ten thousand requests, or a hundred thousand header fields. Between
two pieces that begin requests other connections have their turn; a head is judged when it is
complete, or as soon as it can't become short enough.
"""

from collections.abc import Iterable
from typing import Any

from emulator.http.problems import Problem
from emulator.server.heads import ReadMessage
from emulator.server.hosts import target_host
from emulator.server.idle import IdleProtocol
from emulator.server.limits import long_head
from emulator.server.stand_ins import unknown_coding, unsupported_version

#: The most that is read in one go.
_PIECE = 16_384


class _Refused(Exception):
    """Ends the parser's work on a head that is refused."""


class BoundedProtocol(IdleProtocol):
    """Keeps heads to their limits.

    `rest` is what arrived and is not read yet; `fed` how much of a head came before its last piece.
    """

    __slots__ = (
        "_body",
        "_fields",
        "_goes_on",
        "_headed",
        "_read",
        "_reads",
        "_repeated",
        "fed",
        "hosts",
        "known_hosts",
        "piece",
        "refused",
        "rest",
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.piece = max(min(_PIECE, self.limits.head_bytes), 1)
        self.hosts = self.server_state.hosts
        self.known_hosts = self.hosts.known
        self.rest = b""
        self.fed = 0
        #: Why the head is refused.
        self.refused: Problem | None = None
        #: Whether the head that is being read is complete, or none is being read.
        self._headed = True
        #: Its fields, made anew for each; all of them where one is repeated.
        self._fields: dict[str, str] = {}
        self._repeated: list[tuple[str, str]] | None = None
        self._body = b""
        #: Whether it is answered without ASGI if it can be; what the parser said once it was read.
        self._reads = False
        self._read: ReadMessage | None = None
        self._goes_on = False

    def read_in_pieces(self, data: bytes) -> None:
        """Read what is too much for one go, behind what is still to be read."""
        self.rest += data
        if not self._goes_on:
            self._read_rest()

    def read_on(self) -> None:
        """Read what has arrived already, or what comes next."""
        if not self.rest:
            super().read_on()
        elif not (self._goes_on or self.pipeline):
            self._let_others()

    def count_head(self, size_bytes: int) -> None:
        """Refuse a head, or trailers, that go on after so many more bytes if they are too long."""
        self.fed += size_bytes
        limits = self.limits
        # What was before the head came in the same piece.
        least = self.fed - self.piece
        found = long_head(limits, least, len(self.url), len(self._repeated or self._fields))
        if found is not None:
            self.refuse(found)

    def judge_head(self, method: bytes, fields: Iterable[tuple[str, str]]) -> None:
        """Refuse a head that is not for this server; raises what ends the parser's work on it."""
        target, number = len(self.url), 0
        hosts: list[str] = []
        codings: list[str] = []
        size = len(method) + target + len(b"  HTTP/1.1\r\n\r\n")
        for name, value in fields:
            size += len(name) + len(value) + len(b": \r\n")
            number += 1
            if name == "host":
                hosts.append(value)
            elif name == "transfer-encoding":
                codings.append(value)
        found = long_head(self.limits, size, target, number)
        version = self.parser.get_http_version()
        needs = version == "1.1"
        self.refused = (
            unsupported_version(version)
            or found
            or self.hosts.refusal(hosts, needs=needs)
            or unknown_coding(codings)
        )
        if self.refused is not None:
            raise _Refused

    def repeat(self, name: str, text: str) -> None:
        """Keep a field of which there are several, and all that come after it."""
        if self._repeated is None:
            self._repeated = list(self._fields.items())
        self._repeated.append((name, text))
        self._fields.setdefault(name, text)

    def take_host(self) -> None:
        """Let the host that the target names be the Host, whatever the field says."""
        named = target_host(self.url)
        if named is not None and "host" in self._fields:
            self._fields["host"] = named
            for at, (name, _) in enumerate(self._repeated or ()):
                if name == "host":
                    self._repeated[at] = name, named  # type: ignore[index]
                    break

    def on_body(self, body: bytes) -> None:
        """Take a part of a body for ASGI; what is counted is what comes without one."""
        self.fed = 0
        super().on_body(body)

    def incomplete(self) -> tuple[object, int] | None:
        """The request that is being read, and how much of it there is; None if there is none."""
        if not self._headed:
            return self._fields, 0
        if self._reads and self._read is None:
            return self._fields, len(self._body)
        return super().incomplete()

    def _read_rest(self) -> None:
        self._goes_on = False
        while self.rest and not (self.deaf or self.transport.is_closing() or self.pipeline):
            rest, size, before = self.rest, self.piece, self._fields
            self.rest = b""
            self.data_received(rest[:size])
            self.rest = rest[size:]
            if self.rest and self._fields is not before:
                self._let_others()
                return
        if self.deaf or self.transport.is_closing():
            self.rest = b""
        if self.rest:
            self.flow.pause_reading()
        elif not self.pipeline:
            self.flow.resume_reading()

    def _let_others(self) -> None:
        """Read on when other connections had their turn."""
        self._goes_on = True
        self.flow.pause_reading()
        self.loop.call_soon(self._read_rest)
