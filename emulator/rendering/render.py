"""Decision → bytes: the last stage of the pipeline that knows JSON."""

from collections.abc import Mapping
from random import Random

from emulator.catalogue.fixtures import StoredEvents
from emulator.decision.answers import Stored
from emulator.decision.decide import Decision
from emulator.encode import dump, encode
from emulator.messages import Event, EventStream, Json, Response
from emulator.problems import MEDIA_TYPE
from emulator.template_values import TemplateValues


def render(decision: Decision, values: TemplateValues) -> Response | EventStream:
    """The answer as it goes out; raises RenderError where a fixture's template fails."""
    stored = decision.stored
    if stored is None:
        return (
            _problem(decision) if decision.problem else _generated(decision, values.chance.random())
        )
    fixture = stored.fixture
    variables: Mapping[str, Json] = {}
    if not fixture.constant:
        variables = values.all(decision.variables, decision.problem)
    headers = _headers(decision, stored, variables)
    if fixture.events is not None:
        return _stream(decision.status, headers, fixture.events, variables)
    return Response(decision.status, headers, _body(stored, variables))


def _headers(
    decision: Decision, stored: Stored, variables: Mapping[str, Json]
) -> tuple[tuple[str, str], ...]:
    own = [(name, _one_line(value(variables))) for name, value in stored.fixture.headers]
    if stored.media_type is not None and not any(name == "content-type" for name, _ in own):
        own.insert(0, ("content-type", stored.media_type))
    said = {name for name, _ in own}
    added = decision.problem.headers if decision.problem else ()
    return (*own, *(header for header in added if header[0] not in said))


def _one_line(value: Json) -> str:
    """A header's value; what a request could have put into it ends at the first line."""
    return (str(value).splitlines() or [""])[0]


def _body(stored: Stored, variables: Mapping[str, Json]) -> bytes:
    if stored.content is not None:
        return stored.content
    fixture = stored.fixture
    if fixture.text is not None:
        return str(fixture.text(variables)).encode()
    if fixture.body is not None:
        return encode(fixture.body(variables), stored.media_type)
    return b""


def _stream(
    status: int,
    headers: tuple[tuple[str, str], ...],
    events: StoredEvents,
    variables: Mapping[str, Json],
) -> EventStream:
    frames = tuple(
        Event(
            data=item["data"] if isinstance(item["data"], str) else dump(item["data"]).decode(),
            id=None if item.get("id") is None else str(item["id"]),
            event=None if item.get("event") is None else str(item["event"]),
        )
        for item in events.items(variables)
    )
    if not any(name == "cache-control" for name, _ in headers):
        headers = (*headers, ("cache-control", "no-cache"))
    return EventStream(status, headers, frames, events.retry_ms)


def _problem(decision: Decision) -> Response:
    refusal = decision.problem
    assert refusal is not None
    headers = (("content-type", MEDIA_TYPE), *refusal.headers)
    return Response(decision.status, headers, dump(refusal.as_json(decision.status)))


def _generated(decision: Decision, rng: Random) -> Response:
    if decision.media_type is None:
        return Response(decision.status)
    return Response(decision.status, (("content-type", decision.media_type),), b"")
