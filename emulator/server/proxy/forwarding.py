"""Forwards one request to the upstream, and its response back as steps."""

from emulator.faults.steps import Body, Close, End, Reset, Start, Steps, Until
from emulator.fixtures.cassettes.recorded import ending
from emulator.http.forwarding import to_client
from emulator.http.messages import Headers
from emulator.server.proxy.recording import Recording
from emulator.server.proxy.upstream import AnswerReader, Arriving, Upstream, UpstreamError
from emulator.server.send import raw_headers


class Forwarding:
    """Forwards one request and passes the response back.

    A whole response is recorded before it is passed on; a stream, and a body that is larger than
    `limit_bytes` or unreadable, once it is over. It is over, too, when the client leaves: many
    leave a stream at its last event.
    """

    def __init__(
        self, upstream: Upstream, path: str, recording: Recording, limit_bytes: int
    ) -> None:
        self._upstream, self._path, self._recording = upstream, path, recording
        self._limit_bytes = limit_bytes
        self._arriving: Arriving | None = None
        self._content: AnswerReader | None = None
        self._headers: Headers = ()
        self._length: int | None = None
        self._part: bytes | None = b""
        self._error: UpstreamError | None = None
        #: Whether a response is passed on that is not recorded yet.
        self._passes = False

    async def steps(self) -> Steps:
        """The response as it arrives, ended as the upstream ended it."""
        try:
            yield Until(self._begin)
            if self._content is None:
                parts = self._without_answer()
            else:
                parts = self._with_answer(self._content)
            async for step in parts:
                yield step
        finally:
            if self._passes and self._content is not None:
                self._recording.over(self._content, None)
            if self._arriving is not None:
                await self._arriving.close()

    async def _with_answer(self, content: AnswerReader) -> Steps:
        held: list[bytes] = []
        while self._part is not None and not (content.is_stream or content.unreadable):
            yield Until(self._next)
            held.append(self._part or b"")
        whole = self._part is None
        if whole:
            self._recording.over(content, self._error)
        else:
            self._passes = True
            self._recording.begins(content)
        yield self._start(sum(map(len, held)) if whole and not self._error else None)
        for part in filter(None, held):
            yield Body(part)
        if not whole:
            async for step in self._passing(sum(map(len, held))):
                yield step
            self._passes = False
            self._recording.over(content, self._error)
        if self._error is None:
            yield End()
        else:
            # Who waits for an upstream longer than we do is let go.
            yield Reset() if self._error.failure == "reset" else Close()

    async def _passing(self, passed: int) -> Steps:
        """The parts that are still to come, as they come."""
        while self._part is not None and passed != self._length:
            yield Until(self._next)
            if self._part:
                passed += len(self._part)
                yield Body(self._part)

    async def _begin(self) -> None:
        """Send the request and wait for the head of the answer."""
        try:
            arriving = await self._upstream.send(self._recording.sent, self._path)
        except UpstreamError as error:
            self._error = error
            return
        stated = dict(arriving.headers).get("content-length", "")
        self._arriving = arriving
        self._length = int(stated) if stated.isascii() and stated.isdigit() else None
        self._headers = to_client(arriving.headers, self._upstream.url)
        self._content = AnswerReader(
            arriving.status, self._headers, self._length, self._limit_bytes, self._recording.now()
        )

    async def _next(self) -> None:
        """Wait for the next part of the body; None is the end."""
        assert self._arriving is not None
        assert self._content is not None
        try:
            self._part = await self._arriving.part()
        except UpstreamError as error:
            self._part, self._error = None, error
        if self._part:
            self._content.feed(self._part, self._recording.now())

    def _start(self, size: int | None) -> Start:
        """The head: with the length that was stated, else the one that is known by now."""
        assert self._arriving is not None
        status = self._arriving.status
        start = Start(status, (*raw_headers(self._headers), *self._recording.headers()))
        # RFC 9110, 8.6: none where there is no content; that of a HEAD is what a GET would have.
        bare = status in (204, 304) or self._recording.sent.method == "HEAD"
        return start.with_length(self._length if bare or self._length is not None else size)

    async def _without_answer(self) -> Steps:
        """No answer came: the connection ends as the upstream's did, or we say why."""
        assert self._error is not None
        answer = self._recording.refused(self._error)
        if self._error.failure not in ("", "timeout"):
            async for step in ending(_nothing(), self._error.failure, None, begun=False):
                yield step
            return
        fields = *raw_headers(answer.headers), *self._recording.headers()
        yield Start(answer.status, fields).with_length(len(answer.body))
        yield Body(answer.body)
        yield End()


async def _nothing() -> Steps:
    return
    yield
