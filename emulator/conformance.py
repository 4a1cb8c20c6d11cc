"""Whether stubs keep the documents: a fake that lies is worse than none."""

from emulator.decision.decide import Decision
from emulator.exchange import Asked, Endpoint, Site
from emulator.faults.base import Answer
from emulator.messages import Response, Violation
from emulator.routing.router import Match
from emulator.stubs.stub import Stub
from emulator.validation.response import validate_response


def answer_breaches(asked: Asked, decision: Decision, answer: Answer) -> tuple[Violation, ...]:
    """In what a stub's answer breaks the document of the operation it answers."""
    if not decision.stub or asked.endpoint is None:
        return ()
    return _breaches(asked.endpoint, answer)


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
