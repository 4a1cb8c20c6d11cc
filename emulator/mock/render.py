"""Plan → response: the last stage that knows what a body is."""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from emulator.errors import RenderError
from emulator.fixtures.responses import StoredEvents
from emulator.fixtures.templates.compile import NO_FIELDS, Fields
from emulator.http.codings import in_charset
from emulator.http.encode import dump, encode
from emulator.http.messages import AnyResponse, Event, EventStream, Headers, Json, Response, first
from emulator.http.problems import MEDIA_TYPE, OF_WISHES, Problem
from emulator.mock.backgrounds import background_of, location
from emulator.mock.error_bodies import Made, documented_error, refusal_body, usual_options
from emulator.mock.examples import fitted_example
from emulator.mock.exchange import Exchange
from emulator.mock.generate import Around, Judge
from emulator.mock.plan import Composed, Plan
from emulator.mock.relations.relate import relate, relate_around
from emulator.mock.responses import Generated, Refusal
from emulator.mock.stored import PreparedResponse
from emulator.openapi.write.bodies import concrete
from emulator.schema.chance import chance_of
from emulator.schema.generate.around import Taken

_NOTHING: Mapping[str, Json] = {}
_NO_HEADERS: Mapping[str, str] = {}
#: Statuses by which a record was made, or will be.
_MADE = (201, 202)
#: Examples that these rules chose take what the request says.
_FITTED = ("example", "resource")


def render(exchange: Exchange, plan: Plan) -> AnyResponse:
    """The response as it goes out.

    Raises RenderError where a template fails, Ungeneratable where no value can be generated.
    """
    body, service = plan.body, exchange.service
    shared = service.fixtures.headers if service is not None and plan.rule != "stub" else NO_FIELDS
    if isinstance(body, PreparedResponse):
        if plan.rule in _FITTED and service is not None and service.remembers:
            body = fitted_example(exchange, body) if body.rule == "example" else body
            plan = plan if body is plan.body else replace(plan, body=body)
        # Most stored responses say the same to everybody.
        content, headers = body.content, body.headers
        if headers is not None and content is not None and not (shared or plan.headers):
            return Response(plan.status, headers, content)
        if plan.rule != "stub":
            return _stored(exchange, plan, body, shared)
        return _of_stub(exchange, plan, body)
    if isinstance(body, AnyResponse):
        return body
    if isinstance(body, Refusal) and body.stored is not None:
        return _stored(exchange, plan, body.stored, shared)
    further: dict[str, str] = {}
    if shared:
        further = dict(shared.make(exchange.variables(plan.variables, plan.problem))[0])
    if isinstance(body, Generated):
        return _generated(exchange, plan, body, further)
    if isinstance(body, Composed):
        return _composed(exchange, plan, body, further)
    return render_refused(exchange, plan, body, further)


def _stored(
    exchange: Exchange, plan: Plan, stored: PreparedResponse, shared: Fields
) -> AnyResponse:
    """A stored response, with the headers that all responses of the service share."""
    fixture, variables = stored.fixture, _NOTHING
    if shared or not fixture.constant:
        variables = exchange.variables(plan.variables, plan.problem)
    described = stored.response is not None and stored.response.headers
    if stored is plan.body and fixture.events is None and not (described or plan.headers):
        joined = shared.joined(stored.sent_as, fixture.headers)
        if joined is not None:
            fields, lines = joined.make(variables)
            content = _body(exchange, stored, variables, stored.sent_as)
            return Response(plan.status, fields, content, lines, fields)
    headers = dict(shared.make(variables)[0]) if shared else {}
    own = dict(fixture.headers.make(variables)[0]) if fixture.headers else {}
    if stored.sent_as is not None and "content-type" not in own:
        headers["content-type"] = stored.sent_as
    headers |= own
    complete = _complete(exchange, plan, headers)
    if fixture.events is not None:
        return _stream(plan.status, complete, fixture.events, variables)
    media_type = headers.get("content-type")
    return Response(plan.status, complete, _body(exchange, stored, variables, media_type))


def render_problem(refusal: Problem, status: int) -> Response:
    """A refusal outside of any service: problem details (RFC 9457)."""
    headers = (("content-type", MEDIA_TYPE), *refusal.headers)
    return Response(status, headers, dump(refusal.as_json(status)))


def _of_stub(exchange: Exchange, plan: Plan, stored: PreparedResponse) -> Response:
    """Exactly what a stub says; header fields may be repeated."""
    variables = {} if stored.fixture.constant else exchange.variables(plan.variables)
    headers = list(stored.fixture.headers.make(variables)[0])
    if stored.media_type is not None:
        headers.insert(0, ("content-type", stored.media_type))
    media_type = first(tuple(headers), "content-type")
    body = _body(exchange, stored, variables, media_type)
    return Response(plan.status, (*headers, *plan.headers), body)


def _generated(
    exchange: Exchange, plan: Plan, body: Generated, further: Mapping[str, str]
) -> AnyResponse:
    """A body generated from its schema; none where the document describes none."""
    if body.media_type is None or exchange.service is None:
        return Response(plan.status, _complete(exchange, plan, further))
    generator, chance = exchange.service.generator, exchange.chance
    if exchange.preferences.dynamic and exchange.preferences.seed is None:
        # What is drawn differs from one request to the next, also where they are equal.
        turn = exchange.memory.seen.get(chance.key, 0)
        chance = chance_of(chance.text, str(turn), body=chance.body) if turn else chance
    if plan.status >= 400:
        error = documented_error(exchange, generator, body.media_type, plan.status)
        made = generator.body(body.media_type, chance.words(), error)
        return _made(exchange, plan, made, further)
    if not (exchange.service.remembers or exchange.preferences.dynamic):
        return _made(exchange, plan, generator.body(body.media_type, chance.words()), further)
    background = background_of(exchange)
    values: list[Json] = []

    def related(value: Json, _: str, is_valid: Judge) -> Json:
        value = value if is_valid is None else relate(value, background, is_valid)
        values.append(value)
        return value

    def completed(value: Json, taken: Taken, is_valid: Callable[[Json], bool]) -> Json:
        value = relate_around(value, taken, background, is_valid)
        if value is not None:
            values.append(value)
        return value

    sent = background.body
    around = Around(sent, completed) if sent.__class__ is dict and sent else None
    made = generator.body(body.media_type, chance.words(), related, around)
    if plan.status in _MADE and body.response is not None and body.response.headers:
        further = {**location(generator, body.response, background, values), **further}
    return _made(exchange, plan, made, further)


def _composed(
    exchange: Exchange, plan: Plan, body: Composed, further: dict[str, str]
) -> AnyResponse:
    """A body written for a value."""
    media_type = concrete(body.media_type.name)
    if "charset" in media_type.lower():
        written = in_charset(dump(body.value), media_type)
    else:
        written = dump(body.value)
    return _made(exchange, plan, (media_type, written), further)


def render_refused(
    exchange: Exchange, plan: Plan, refusal: Refusal, further: Mapping[str, str] = _NO_HEADERS
) -> AnyResponse:
    """A refusal in the shape that its response has, else its document's errors, else ours."""
    made: Made | None = None
    options, service, problem = refusal.options, exchange.service, refusal.problem
    if service is not None:
        if options is not None and not options.response.augmented:
            made = refusal_body(exchange, service.generator, problem, options, plan.status)
        if made is None and problem.type.name not in OF_WISHES:
            usual = usual_options(service, plan.status)
            if usual is not None:
                made = refusal_body(exchange, service.generator, problem, usual, plan.status)
    made = made or (MEDIA_TYPE, dump(problem.as_json(plan.status)))
    return _made(exchange, plan, made, further)


def _made(
    exchange: Exchange,
    plan: Plan,
    made: Made,
    further: Mapping[str, str],
) -> AnyResponse:
    media_type, body = made
    headers = _complete(exchange, plan, {"content-type": media_type, **further})
    if isinstance(body, bytes):
        return Response(plan.status, headers, body)
    return EventStream(plan.status, (*headers, ("cache-control", "no-cache")), body)


def _complete(exchange: Exchange, plan: Plan, headers: Mapping[str, str]) -> Headers:
    """The response's own headers, then those that are documented, then those of the refusal."""
    if plan.headers:
        headers = {**headers, **dict(plan.headers)}
    body = plan.body
    refused: Headers = ()
    if isinstance(body, Refusal) and body.problem.headers:
        # A refusal may have several fields of a name, like challenges.
        refused = tuple(field for field in body.problem.headers if field[0] not in headers)
    documented = None if isinstance(body, AnyResponse) else body.response
    if exchange.service is not None and documented is not None and documented.headers:
        requests = exchange.memory.seen.total
        described = exchange.service.generator.headers(documented, exchange.chance.words, requests)
        taken = {*headers, *(name for name, _ in refused)}
        # A documented field may stand there several times, like cookies.
        kept = tuple(field for field in described if field[0] not in taken)
        return (*headers.items(), *kept, *refused)
    return (*headers.items(), *refused) if refused else tuple(headers.items())


def _body(
    exchange: Exchange,
    stored: PreparedResponse,
    variables: Mapping[str, Json],
    media_type: str | None,
) -> bytes:
    if stored.content is not None:
        return stored.content
    fixture = stored.fixture
    named = media_type is not None and "charset" in media_type.lower()
    try:
        if fixture.text is not None:
            text: str = fixture.text.make(variables)
            return in_charset(text.encode(), media_type) if named else text.encode()
        if fixture.body is None:
            return b""
        if stored.rule != "example" and type(fixture.body.value) is dict:
            written = fixture.body.write(variables)
            return in_charset(written, media_type) if named else written
        value = fixture.body.make(variables)
        if (
            stored.rule == "example"
            and exchange.service is not None
            and stored.response is not None
        ):
            generator = exchange.service.generator
            return generator.write(value, stored.media_type or "", stored.response)
        written = encode(value, stored.sent_as)
        return in_charset(written, media_type) if named else written
    except (TypeError, ValueError) as error:  # a function, half a surrogate pair: no JSON, no text
        place = "/body" if fixture.text is None else "/body_text"
        raise RenderError(fixture.file, f"the body can't be written: {error}", place) from error


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
