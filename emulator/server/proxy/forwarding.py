"""Forwards one request to the upstream, and its response back as steps."""

from emulator.faults.steps import Body, Close, End, Reset, Start, Steps, Until
from emulator.fixtures.cassettes.recorded import ending
from emulator.http.messages import Request
from emulator.server.proxy.recording import Recording
from emulator.server.proxy.upstream import Upstream, UpstreamError, UpstreamResponse
from emulator.server.whole import raw_headers


class Forwarding:
    """Forwards one request as it was sent and passes the response back.

    A whole response is recorded before it is passed on; a stream, and a body that is larger than
    `limit_bytes` or unreadable, once it is over. It is over, too, when the client leaves: many
    leave a stream at its last event.
    """

    def __init__(
        self, upstream: Upstream, path: str, sent: Request, recording: Recording, limit_bytes: int
    ) -> None:
        self._upstream, self._path, self._recording = upstream, path, recording
        self._sent = sent
        self._limit_bytes = limit_bytes
        self._response: UpstreamResponse | None = None
        self._part: bytes | None = b""
        self._error: UpstreamError | None = None
        #: Whether a response is passed on that is not recorded yet.
        self._passes = False

    async def steps(self) -> Steps:
        """The response as it arrives, ended as the upstream ended it."""
        try:
            yield Until(self._begin)
            response = self._response
            parts = self._without_answer() if response is None else self._with_answer(response)
            async for step in parts:
                yield step
        finally:
            if self._response is not None:
                if self._passes:
                    self._recording.over(self._response, None)
                await self._response.close()

    async def _with_answer(self, response: UpstreamResponse) -> Steps:
        held: list[bytes] = []
        while self._part is not None and not (response.is_stream or response.unreadable):
            yield Until(self._next)
            held.append(self._part or b"")
        whole, size = self._part is None, sum(map(len, held))
        if whole:
            self._recording.over(response, self._error)
        else:
            self._passes = True
            self._recording.begins(response)
        yield self._start(response, size if whole and not self._error else None)
        for part in filter(None, held):
            yield Body(part)
        if not whole:
            # The parts that are still to come, as they come.
            while self._part is not None and size != response.stated:
                yield Until(self._next)
                if self._part:
                    size += len(self._part)
                    yield Body(self._part)
            self._passes = False
            self._recording.over(response, self._error)
        if self._error is None:
            yield End()
        else:
            # Who waits for an upstream longer than we do is let go.
            yield Reset() if self._error.failure == "reset" else Close()

    async def _begin(self) -> None:
        """Send the request and wait for the head of the answer."""
        recording = self._recording
        try:
            self._response = await self._upstream.send(
                self._sent, self._path, self._limit_bytes, recording.now
            )
        except UpstreamError as error:
            self._error = error

    async def _next(self) -> None:
        """Wait for the next part of the body; None is the end."""
        assert self._response is not None
        try:
            self._part = await self._response.part()
        except UpstreamError as error:
            self._part, self._error = None, error

    def _start(self, response: UpstreamResponse, size: int | None) -> Start:
        """The head: with the length that was stated, else the one that is known by now."""
        fields = *raw_headers(response.headers), *self._recording.headers()
        # RFC 9110, 8.6: none where there is no content; that of a HEAD is what a GET would have.
        bare = response.status in (204, 304) or self._sent.method == "HEAD"
        stated = response.stated
        length = stated if bare or stated is not None else size
        return Start(response.status, fields).with_length(length)

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
