"""Mappings of WireMock answer as WireMock does; where they don't, the table says why."""

from emulator.http.messages import Request, Response
from emulator.mock.assemble import assemble
from emulator.mock.pipeline import handle
from emulator.mock.state.store import Memory
from emulator.settings import Settings
from emulator.stubs.book import NO_STUBS
from emulator.stubs.stub import Stub, parse_stub
from tests.support.clock import NOW
from tests.support.wiremock import Asked, rows


def test_mappings_answer_as_in_wiremock() -> None:
    site = assemble(Settings(specs=("paragon",))).site

    def answer(stub: Stub, ask: Asked) -> list[object]:
        path, _, query = ask.target.partition("?")
        typed = {"content-type": "application/json"} if ask.body else {}
        fields = tuple({"host": "127.0.0.1", **typed, **ask.headers}.items())
        request = Request(ask.method, path, query, fields, ask.body.encode())
        response = handle(site, Memory(stubs=NO_STUBS.with_stub(stub)), request, NOW).response
        assert isinstance(response, Response)
        return [404] if response.status == 404 else [response.status, response.body.decode()]

    wrong = []
    for row in rows():
        stub = parse_stub(row.mapping, "s")
        if row.refused or not isinstance(stub, Stub):
            assert bool(row.refused) is isinstance(stub, tuple), row.name
            continue
        found = [answer(stub, ask) for ask in row.asked]
        wrong += [(row.name, a, f) for a, f in zip(row.asked, found, strict=True) if a.answer != f]
    assert wrong == []
    assert len(rows()) > 40
