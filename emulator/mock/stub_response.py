"""What a stub answers, as a decision."""

from emulator.fixtures.templates.context import TemplateValues
from emulator.http.problems import Problem
from emulator.mock.decide import Decision
from emulator.mock.responses import keep
from emulator.mock.state.store import Enter
from emulator.stubs.book import StubBook
from emulator.stubs.matching.subject import Subject
from emulator.stubs.stub import Stub
from emulator.stubs.values import stub_values


def decide_stub(
    book: StubBook, stub: Stub, subject: Subject, values: TemplateValues, refusal: Problem | None
) -> Decision:
    """The stub's answer; nothing but its scenario changes by it.

    `refusal` is what the request would have met without the stub.
    """
    response = stub.response
    fixture = response.fixture
    variables = {}
    if not fixture.constant:
        path_parameters = stub.path_parameters(subject)
        variables = stub_values(subject, values, path_parameters, response.parameters)
    moves = stub.scenario is not None and stub.new is not None
    return Decision(
        status=response.status,
        rule="stub",
        source="stub",
        stored=keep(fixture, fixture.media_type),
        variables=variables,
        effects=(Enter(stub.scenario or "", stub.new or ""),) if moves else (),
        delay_ms=response.delay.over(book.settings.delay).draw_ms(values.chance),
        stub=stub.id,
        faults=response.faults,
        violations=refusal.violations if refusal else (),
    )
