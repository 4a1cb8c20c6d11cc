"""Servers that are not ours are asked with care."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from emulator.contract.check.findings import CheckOptions, CheckResult, ExitCode
from emulator.contract.check.run import check
from emulator.openapi.promises.model import Tools
from tests.support.broken_servers import broken
from tests.support.live_app import served
from tests.support.pets import BASE, DOCUMENT, HEADERS, Answer, Asked, Pets, target
from tests.support.plain_check import plain_findings

ENGINE_PHASES = ("coverage", "fuzzing", "stateful")
FEW = CheckOptions(max_examples=1, phases=("behaviour", "coverage"))


def live(app: Pets, options: CheckOptions = FEW, **change: Any) -> CheckResult:
    with served(app) as origin:
        found = replace(target(app), app=None, base_url=f"{origin}{BASE}", **change)
        return check(found, options, lambda _: None)


def test_nothing_that_may_change_something_is_sent() -> None:
    app = Pets()
    result = live(app)
    assert {method for method, *_ in app.seen} <= {"GET", "HEAD", "OPTIONS", "TRACE"}
    assert (result.exit_code, result.operations_tested) == (ExitCode.FINE, 3)
    assert {*result.left_out} == {"POST /pets", "PATCH /pets/{pet_id}", "DELETE /pets/{pet_id}"}


def test_everything_is_sent_where_that_is_allowed() -> None:
    app = Pets()
    result = live(app, replace(FEW, allow_writes=True))
    assert {method for method, *_ in app.seen} >= {"GET", "POST", "PATCH", "DELETE"}
    assert (result.findings, result.errors, result.left_out) == ((), (), ())


def test_only_operations_that_change_something_is_no_check() -> None:
    result = live(Pets(), replace(FEW, include=("POST *",)))
    assert result.errors == ("nothing was checked: all that is selected might change something",)


def test_tools_that_only_read_are_run_all_the_same() -> None:
    app, contract = (
        Pets(),
        replace(target(Pets()).contract, tools=(Tools("createPet", "/name", "/age"),)),
    )
    result = live(app, contract=contract, tools=(("Reader", {}),))
    assert [body for method, _, body in app.seen if method == "POST"]
    assert "POST /pets" in result.tested


@pytest.mark.parametrize("fault", ["sends a value the enum does not have", "ends no stream"])
def test_faults_of_reading_are_found(fault: str) -> None:
    app = broken(fault)
    app.pets["p1"] = {"id": "p1", "name": "Tom"}
    result = live(app, CheckOptions(max_examples=5))
    assert result.findings


def test_credentials_never_follow_a_redirect() -> None:
    with served(elsewhere := Pets()) as other:

        class Moved(Pets):
            async def answer(self, asked: Asked) -> Answer:
                return Answer(307, None, {"location": f"{other}{asked.path}"})

        live(Moved(), replace(FEW, phases=("behaviour", "examples", "coverage", "fuzzing")))
    assert elsewhere.seen == []


def test_endless_stream_is_cut_and_is_no_finding() -> None:
    class Endless(Pets):
        def events(self) -> Any:
            return [(0, "start", 0), *((n, "step", n) for n in range(1, 999))]

    app = Endless()
    result = live(app, replace(FEW, include=("walkPets",)))
    assert result.findings == ()


@pytest.mark.parametrize("writes", [False, True])
def test_the_engine_sends_what_schemathesis_sends_alone(writes: bool) -> None:
    ours, alone = Pets(), Pets()
    options = CheckOptions(seed=3, max_examples=2, phases=ENGINE_PHASES, allow_writes=writes)
    live(ours, options)
    with served(alone) as origin:
        plain_findings(
            DOCUMENT, f"{origin}{BASE}", 3, 2, headers=HEADERS, writes=writes, phases=ENGINE_PHASES
        )
    reading = {"GET", "HEAD", "OPTIONS", "TRACE"}
    expected = [each for each in alone.seen if writes or each[0] in reading]
    assert Counter(ours.seen) == Counter(expected)
    assert len(expected) > 50
