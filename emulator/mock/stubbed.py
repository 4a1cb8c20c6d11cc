"""What the stubs of a scope do to an exchange, and whether they keep the documents.

A fake that lies is worse than none.
"""

from emulator.faults.base import Answer
from emulator.http.messages import Response, Violation
from emulator.http.problems import Problem
from emulator.mock.decide import Decision
from emulator.mock.exchange import Asked, Endpoint, Site
from emulator.mock.stub_response import decide_stub
from emulator.openapi.routing.router import Match
from emulator.openapi.validate.response import validate_response
from emulator.stubs.matching.subject import Subject
from emulator.stubs.stub import Stub


def stubbed(asked: Asked, refusal: Problem | None) -> Decision | None:
    """What a stub answers, if one does, also to what would meet a refusal.

    The wish for a certain answer goes first.
    """
    book = asked.memory.stubs
    if book is None or (asked.endpoint is not None and asked.preferences.chooses):
        return None
    subject = Subject(asked.values.plain)
    stub = book.find(subject)
    return decide_stub(book, stub, subject, asked.values, refusal) if stub is not None else None


def delay_of(asked: Asked, decision: Decision) -> int:
    """How late an answer comes, in ms; the scope's delay holds for every answer."""
    book = asked.memory.stubs
    if book is None or decision.stub:
        return decision.delay_ms
    return decision.delay_ms + book.settings.delay.draw_ms(asked.values.chance)


def answer_breaches(asked: Asked, decision: Decision, answer: Answer) -> tuple[Violation, ...]:
    """In what the answer of a stub or a cassette breaks the document of its operation."""
    return _breaches(asked.endpoint, answer) if asked.endpoint is not None else ()


def stub_breaches(site: Site, stub: Stub) -> tuple[Violation, ...]:
    """In what a stub will break the document, as far as that can be told before it answers.

    It can where the pattern names method and path, and the answer is no template.
    """
    raw, fixture = stub.pattern.raw, stub.response.fixture
    method, path = raw.get("method", "ANY").upper(), stub.path or raw.get("urlPathTemplate")
    if method == "ANY" or path is None or not fixture.constant:
        return ()
    found = site.router.find(method, path)
    if not isinstance(found, Match):
        return ()
    headers = [(name, str(value({}))) for name, value in fixture.headers]
    if fixture.media_type is not None:
        headers.append(("content-type", fixture.media_type))
    answer = Response(stub.response.status, tuple(headers), fixture.binary or b"")
    return _breaches(found.target, answer)


def _breaches(endpoint: Endpoint, answer: Answer) -> tuple[Violation, ...]:
    return validate_response(endpoint.service.api, endpoint.operation, answer)
