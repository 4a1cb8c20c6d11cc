"""What went wrong on the wire, as faults that let it happen again."""

from collections.abc import Callable, Mapping

from emulator.faults.base import Fault, FaultType
from emulator.faults.steps import Close, End, Hang, Raw, Reset, Start, Step, Steps
from emulator.recording.recorded import Failure, Recorded

#: How the connection ends.
_ENDS: Mapping[Failure, Callable[[], Step]] = {
    "reset": Reset,
    "closed": Close,
    "timeout": Hang,
    "garbage": Close,
}

#: What is sent where the upstream sent no HTTP; its bytes are not kept.
NO_HTTP = b"\x00\x01\x02 this is no HTTP \xff\r\n\r\n"

#: The faults whose names say the same, before an answer and within one.
_NAMES: Mapping[Failure, tuple[str, str]] = {
    "reset": ("connection-reset", "reset-mid-body"),
    "closed": ("empty-reply", "short-body"),
    "timeout": ("hang", "hang"),
    "garbage": ("garbage", "garbage"),
}


def faults_of(recorded: Recorded) -> tuple[Fault, ...]:
    """The fault that makes this exchange end as it did; none where it went well."""
    failure = recorded.failure
    if not failure:
        return ()
    begun = recorded.answer is not None
    kind = FaultType(
        name=_NAMES[failure][begun],
        level="wire",
        description="As it was recorded.",
        plays=lambda steps, _: ending(steps, failure, recorded.length, begun=begun),
    )
    return (Fault(kind),)


async def ending(steps: Steps, failure: Failure, length: int | None, *, begun: bool) -> Steps:
    """The steps of what did come, with the length that was said, and how it ended."""
    if begun:
        async for step in steps:
            if isinstance(step, Start):
                yield with_length(step, length)
            elif not isinstance(step, End):
                yield step
    elif failure == "garbage":
        yield Raw(NO_HTTP)
    yield _ENDS[failure]()


def with_length(start: Start, length: int | None) -> Start:
    """The start of an answer with another Content-Length, or none: then its body is in chunks."""
    kept = tuple(field for field in start.headers if field[0] != b"content-length")
    said = ((b"content-length", b"%d" % length),) if length is not None else ()
    return Start(start.status, (*kept, *said))
