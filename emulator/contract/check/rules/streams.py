"""Whether an event stream is well-formed and follows its grammar."""

from collections.abc import Iterator, Sequence

from emulator.contract.check.events import (
    EVENT_STREAM,
    Received,
    read_events,
    strange_lines,
    unfinished,
)
from emulator.contract.check.exchanges import CheckedExchange, at, parsed
from emulator.contract.check.promises import Basis, Stream
from emulator.contract.check.rules.base import Breach, RuleContext
from emulator.openapi.document.model import Operation

CHECK = "event_grammar"


def judge_stream(
    exchange: CheckedExchange, operation: Operation, context: RuleContext
) -> Iterator[Breach]:
    """Malformed lines, ids that go back, events out of order, no end or two."""
    if not exchange.accepted or exchange.media_type != EVENT_STREAM:
        return
    text = exchange.response.body.decode("utf-8", "replace")
    lines = strange_lines(text)
    if lines:
        reason = f"{lines[0]!r} (WHATWG HTML, 9.2.5)"
        yield Breach(CHECK, Basis.HTTP, "A line of the stream is neither field nor comment", reason)
    if unfinished(text) and not exchange.cut_short:
        reason = "readers throw it away: a blank line is missing (WHATWG HTML, 9.2.6)"
        yield Breach(CHECK, Basis.HTTP, "The stream ends within an event", reason)
    events = read_events(text)
    yield from _ids(events)
    for stream in context.contract.streams:
        if stream.operation == operation.id:
            yield from _sequence(events, stream)
            yield from _order(events, stream, exchange)


def _ids(events: Sequence[Received]) -> Iterator[Breach]:
    ids = [event.id for event in events if event.id is not None]
    numbers = [int(each) for each in ids if each.isascii() and each.isdigit()]
    if len(set(ids)) < len(ids):
        twice = next(each for each in ids if ids.count(each) > 1)
        reason = f"{twice!r}: who reconnects with Last-Event-ID would miss or repeat events"
        yield Breach(CHECK, Basis.CONVENTION, "Two events have the same id", reason)
    elif len(numbers) == len(ids) and numbers != sorted(numbers):
        reason = f"{', '.join(ids)}"
        yield Breach(CHECK, Basis.CONVENTION, "The ids of the events go back", reason)


def _sequence(events: Sequence[Received], stream: Stream) -> Iterator[Breach]:
    """`seq` in the data is the event's id: declared, or inferred where all events have both."""
    pointer = stream.sequence or "/seq"
    numbers = [at(parsed(event.data), pointer) for event in events]
    if stream.sequence is None and not all(type(number) is int for number in numbers):
        return
    for event, number in zip(events, numbers, strict=True):
        if event.id is not None and str(number) != event.id:
            reason = f"{pointer} is {number}, the id {event.id}"
            title = "An event has another number in its data than in its id"
            yield Breach(CHECK, stream.basis, title, reason)
            return


def _order(
    events: Sequence[Received], stream: Stream, exchange: CheckedExchange
) -> Iterator[Breach]:
    types = [_type(event, stream) for event in events]
    sequence = " → ".join(types) or "no event"
    # A resumed stream is only the rest.
    resumed = exchange.request.header("last-event-id") is not None
    if stream.first and not resumed:
        if not types or types[0] not in stream.first:
            title = f"The stream does not begin with {' or '.join(stream.first)}"
            yield Breach(CHECK, stream.basis, title, sequence)
        elif any(each in stream.first for each in types[1:]):
            yield Breach(CHECK, stream.basis, f"{types[0]} comes again", sequence)
    ends = [number for number, each in enumerate(types) if each in stream.last]
    if not stream.last:
        return
    if len(ends) > 1:
        yield Breach(CHECK, stream.basis, "The stream ends more than once", sequence)
    elif not ends and not exchange.cut_short and not (resumed and not types):
        title = f"The stream never ends with {' or '.join(stream.last)}"
        yield Breach(CHECK, stream.basis, title, sequence)
    elif ends and ends[0] != len(types) - 1:
        yield Breach(CHECK, stream.basis, f"Events come after {types[ends[0]]}", sequence)


def _type(event: Received, stream: Stream) -> str:
    if stream.type is None:
        return event.event
    return str(at(parsed(event.data), stream.type, "?"))
