"""What faults of event streams share: the event they apply to, and how a stream ends early."""

from collections.abc import Callable, Iterable

from emulator.faults.base import FaultContext, FaultParameter, NotApplicable, Parameters
from emulator.faults.steps import Body, Close, End, Step, Steps
from emulator.http.messages import AnyResponse, EventStream
from emulator.http.sse import read_events

#: For every fault that applies after so many events.
AFTER = FaultParameter("after", "Events that are sent before.", default=1)


def clean(*, default: bool) -> FaultParameter:
    """The parameter of faults that end a stream early."""
    return FaultParameter(
        "clean", "End as if complete; otherwise as a lost connection.", "boolean", default
    )


def last_step(parameters: Parameters) -> End | Close:
    """How a stream ends early: in order, or as a connection that is closed before the end."""
    return End() if parameters["clean"] else Close()


def with_events(
    answer: AnyResponse, count: int, context: FaultContext
) -> EventStream | NotApplicable:
    """The stream, if it has so many events, or may have yet."""
    assert isinstance(answer, EventStream), "`Fault.alter` lets nothing else through"
    there = context.before + len(answer.events)
    if context.goes_on or there >= count:
        return answer
    events = "event" if count == 1 else "events"
    return NotApplicable(f"it needs a stream of {count} {events} or more; this one has {there}")


def needs_next(
    answer: AnyResponse, parameters: Parameters, context: FaultContext
) -> AnyResponse | NotApplicable:
    """`alters` of faults that leave the events as they are, but need one after those before."""
    return with_events(answer, parameters["after"] + 1, context)


async def at_event(
    steps: Steps,
    before: int,
    replace_with: Callable[[Body], Iterable[Step]],
    *,
    goes_on: bool = False,
) -> Steps:
    """The steps, with others in place of the event that comes after so many.

    Then the stream is over, unless it `goes_on`.
    """
    left = before
    async for step in steps:
        if isinstance(step, Body) and is_event(step):
            left -= 1
            if left == -1:
                for other in replace_with(step):
                    yield other
                if not goes_on:
                    return
                continue
        yield step


def is_event(step: Body) -> bool:
    """Whether a frame holds an event, and not just a retry time or a comment."""
    return any(read_events(step.data))
