"""Reads the body of an upstream response while its parts pass through."""

from dataclasses import replace
from datetime import datetime

from emulator.http.forwarding import Decoder, UnreadableError
from emulator.http.media_types import EVENT_STREAM, base_type
from emulator.http.messages import AnyResponse, Event, EventStream, Headers, Response
from emulator.http.sse import EventReader

#: Header fields that are not recorded: the server that replays them has its own time.
_UNKEPT = ("date",)


class AnswerReader:
    """One response as it arrives: the body decoded, or the events with the time between them.

    `unreadable` is why it can't be decoded, and so can't be recorded.
    """

    def __init__(
        self, status: int, headers: Headers, length: int | None, limit_bytes: int, now: datetime
    ) -> None:
        fields = dict(headers)
        self.is_stream = base_type(fields.get("content-type", "")) == EVENT_STREAM
        self.unreadable = ""
        self._coded = "content-encoding" in fields
        self._status, self._headers = status, headers
        self._body: list[bytes] = []
        self._reader, self._events, self._last = EventReader(), list[Event](), now
        self._decoder = Decoder("", limit_bytes)
        try:
            self._decoder = Decoder(fields.get("content-encoding", ""), limit_bytes)
        except UnreadableError as error:
            self.unreadable = str(error)
        #: The expected length of the decoded body, None if it is unknown.
        self.length = None if self._coded else length

    def feed(self, part: bytes, now: datetime) -> None:
        """Read the next part, which has just arrived."""
        if self.unreadable:
            return
        try:
            data = self._decoder.feed(part)
        except UnreadableError as error:
            self.unreadable = str(error)
            return
        if not self.is_stream:
            self._body.append(data)
            return
        for event in self._reader.feed(data):
            after_ms = round((now - self._last).total_seconds() * 1000)
            self._last = now
            self._events.append(replace(event, after_ms=max(after_ms, 0)))

    def answer(self) -> AnyResponse:
        """The response so far, decoded."""
        dropped = (*_UNKEPT, "content-encoding") if self._coded else _UNKEPT
        if self.unreadable:
            dropped = _UNKEPT
        headers = tuple(field for field in self._headers if field[0] not in dropped)
        if self.is_stream:
            return EventStream(self._status, headers, tuple(self._events))
        body = b"" if self.unreadable else b"".join(self._body)
        return Response(self._status, headers, body)
