"""Decision → bytes: the last stage of the pipeline that knows JSON."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from emulator.fixtures.responses import StoredEvents
from emulator.fixtures.templates.compile import Template
from emulator.fixtures.templates.context import TemplateValues
from emulator.http.encode import dump, encode
from emulator.http.messages import Event, EventStream, Headers, Json, Response
from emulator.http.problems import MEDIA_TYPE
from emulator.mock.decide import Decision
from emulator.mock.generate import Maker
from emulator.mock.refusal import refusal_body
from emulator.mock.responses import Stored


def render(
    decision: Decision,
    values: TemplateValues,
    maker: Maker | None,
    shared: Sequence[tuple[str, Template]] = (),
) -> Response | EventStream:
    """The answer as it goes out; `maker` draws what is not stored, `shared` are further headers.

    Raises RenderError where a template fails, Ungeneratable where no value can be drawn.
    """
    if decision.answer is not None:
        return decision.answer
    stored = decision.stored
    if decision.stub and stored is not None:
        return _stubbed(decision, stored, values, maker)
    variables: Mapping[str, Json] = {}
    if shared or not (stored is None or stored.fixture.constant):
        variables = values.all(decision.variables, decision.problem)
    further = dict(_filled(shared, variables))
    if stored is None:
        return _unstored(decision, values, maker, further)
    fixture = stored.fixture
    own = list(_filled(fixture.headers, variables))
    if stored.media_type is not None and not any(name == "content-type" for name, _ in own):
        own.insert(0, ("content-type", stored.media_type))
    headers = _complete({**further, **dict(own)}, decision, values, maker)
    if fixture.events is not None:
        return _stream(decision.status, headers, fixture.events, variables)
    return Response(decision.status, headers, _body(stored, variables, decision, maker))


def _stubbed(
    decision: Decision, stored: Stored, values: TemplateValues, maker: Maker | None
) -> Response:
    """Exactly what a stub says; header fields may be repeated."""
    constant = stored.fixture.constant
    variables = {} if constant else values.all(decision.variables)
    headers = list(_filled(stored.fixture.headers, variables))
    if stored.media_type is not None:
        headers.insert(0, ("content-type", stored.media_type))
    body = _body(stored, variables, decision, maker)
    return Response(decision.status, (*headers, *decision.headers), body)


def _unstored(
    decision: Decision, values: TemplateValues, maker: Maker | None, further: dict[str, str]
) -> Response | EventStream:
    """A body that is drawn, or a refusal in the document's shape or ours (RFC 9457)."""
    made: tuple[str, bytes | tuple[Event, ...]] | None = None
    if decision.problem is not None:
        possible = decision.possible
        if maker is not None and possible is not None and not possible.response.augmented:
            accept = values.plain.header("accept")
            made = refusal_body(maker, decision, accept, values.chance.random())
        made = made or (MEDIA_TYPE, dump(decision.problem.as_json(decision.status)))
    elif decision.schema is not None and maker is not None:
        made = maker.body(decision.schema, values.chance.random())
    own = {"content-type": made[0], **further} if made else further
    headers = _complete(own, decision, values, maker)
    body = made[1] if made else b""
    if isinstance(body, bytes):
        return Response(decision.status, headers, body)
    return EventStream(decision.status, (*headers, ("cache-control", "no-cache")), body)


def _complete(
    headers: dict[str, str],
    decision: Decision,
    values: TemplateValues,
    maker: Maker | None,
) -> Headers:
    """The answer's own headers, then those of the refusal, then those that are documented."""
    headers = headers | dict(decision.headers)
    for name, value in decision.problem.headers if decision.problem else ():
        headers.setdefault(name, value)
    if maker is not None and decision.response is not None and decision.response.headers:
        for name, value in maker.headers(decision.response, values.chance.random()):
            headers.setdefault(name, value)
    return tuple(headers.items())


def _filled(
    headers: Iterable[tuple[str, Template]], variables: Mapping[str, Json]
) -> Iterator[tuple[str, str]]:
    for name, template in headers:
        value = template(variables)
        if value is not None:
            yield name, _one_line(value)


def _one_line(value: Json) -> str:
    """A header's value; what a request could have put into it ends at the first line."""
    return (str(value).splitlines() or [""])[0]


def _body(
    stored: Stored, variables: Mapping[str, Json], decision: Decision, maker: Maker | None
) -> bytes:
    if stored.content is not None:
        return stored.content
    fixture = stored.fixture
    if fixture.text is not None:
        return str(fixture.text(variables)).encode()
    if fixture.body is None:
        return b""
    value = fixture.body(variables)
    if stored.rule == "example" and maker is not None and decision.response is not None:
        return maker.write(value, stored.media_type or "", decision.response)
    return encode(value, stored.media_type)


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
            after_ms=item["after_ms"] if type(item.get("after_ms")) is int else 0,
        )
        for item in events.items(variables)
    )
    if not any(name == "cache-control" for name, _ in headers):
        headers = (*headers, ("cache-control", "no-cache"))
    return EventStream(status, headers, frames, events.retry_ms)
