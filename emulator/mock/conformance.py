"""Whether responses of stubs and cassettes keep the document: a mock that lies is useless."""

from emulator.http.messages import AnyResponse, Response, Violation
from emulator.mock.exchange import Endpoint, Exchange
from emulator.mock.site import Site
from emulator.openapi.routing.router import Match
from emulator.openapi.validate.response import validate_response
from emulator.stubs.stub import Stub


def breaches_of(exchange: Exchange, response: AnyResponse) -> tuple[Violation, ...]:
    """In what a response breaks the document of its operation; in nothing where it has none."""
    return _breaches(exchange.endpoint, response) if exchange.endpoint is not None else ()


def stub_breaches(site: Site, stub: Stub) -> tuple[Violation, ...]:
    """In what a stub will break the document, as far as that can be told before it answers.

    It can where the pattern names method and path, and the response is no template.
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
    response = Response(stub.response.status, tuple(headers), fixture.binary or b"")
    return _breaches(found.target, response)


def _breaches(endpoint: Endpoint, response: AnyResponse) -> tuple[Violation, ...]:
    return validate_response(endpoint.service.api, endpoint.operation, response)
