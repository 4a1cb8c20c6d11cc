import copy
import importlib
import socket
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from emulator.contract.check import run
from emulator.contract.check.findings import PHASES, CheckOptions, CheckResult, ExitCode, Target
from emulator.contract.reports.display import Progress
from emulator.errors import SettingsError
from tests.support.broken_servers import FAULTS, QUICK, broken
from tests.support.live_app import served
from tests.support.pets import BASE, DOCUMENT, HEADERS, Pets, target

EMPTY: Mapping[str, Any] = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}}


def checked(target: Target, options: CheckOptions = QUICK) -> CheckResult:
    return run.check(target, options, lambda _: None)


def pets(fault: str = "") -> Target:
    return target(broken(fault))


#: What a seed draws: everything else is the same with any.
DRAWN = ("fuzzing", "stateful")


@pytest.mark.parametrize(("seed", "phases"), [(0, PHASES), (1, DRAWN)])
def test_right_server_has_no_findings(seed: int, phases: tuple[str, ...]) -> None:
    result = checked(pets(), CheckOptions(seed=seed, max_examples=10, phases=phases))
    assert result.findings == ()
    assert result.errors == ()
    assert (result.exit_code, result.operations_tested) == (ExitCode.FINE, 6)


def test_finding_shows_reason_answer_and_a_request_without_the_credentials() -> None:
    result = checked(pets("sends a member of the wrong type"))
    finding = next(
        each
        for each in result.findings
        if (each.operation, each.check) == ("POST /pets", "response_schema_conformance")
    )
    assert '7 is not of type "string"' in finding.reason
    assert finding.response.startswith("201 Created (application/json)\n")
    assert finding.curl == (
        "curl -X POST -H 'x-pets-id: [REDACTED]' -H 'Content-Type: application/json'"
        """ -d '{"name": ""}' http://127.0.0.1:4010/api/v1/pets"""
    )


def test_credentials_can_be_shown() -> None:
    options = CheckOptions(max_examples=1, phases=("coverage",), mask_credentials=False)
    result = checked(pets("sends a member of the wrong type"), options)
    assert f"x-pets-id: {HEADERS[0][1]}" in result.findings[0].curl


def test_same_seed_sends_the_same_requests_and_another_seed_others() -> None:
    apps = [Pets(), Pets(), Pets()]
    options = CheckOptions(max_examples=2, include=("/pets", "getPet"))
    for app, seed in zip(apps, (3, 3, 4), strict=True):
        checked(target(app), replace(options, seed=seed))
    assert apps[0].seen == apps[1].seen
    assert apps[0].seen != apps[2].seen


def test_seed_does_not_depend_on_the_modules_of_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apps = [Pets(), Pets()]
    options = CheckOptions(max_examples=50, phases=("fuzzing",), include=("POST /pets",))
    checked(target(apps[0]), options)
    literals = ", ".join(f"'literal {number}', {number}" for number in range(99))
    (tmp_path / "full_of_literals.py").write_text(f"LITERALS = [{literals}]")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("full_of_literals")
    checked(target(apps[1]), options)
    assert apps[0].seen == apps[1].seen


def test_progress_counts_up_to_the_result() -> None:
    seen: list[Progress] = []
    result = run.check(pets(), QUICK, seen.append)
    assert [step.requests for step in seen] == sorted(step.requests for step in seen)
    assert (seen[-1].requests, seen[-1].done) == (result.cases, 6)


def test_operations_lie_below_the_path_of_the_first_server() -> None:
    app = Pets()
    checked(target(app), CheckOptions(phases=("coverage",), include=("* /pets",)))
    paths = [path for _, path, _ in app.seen]
    assert paths
    assert all(path.startswith(BASE) for path in paths)


@pytest.mark.parametrize(
    ("options", "tested"),
    [
        pytest.param(CheckOptions(include=("POST *",)), 1, id="label"),
        pytest.param(CheckOptions(include=("deletePet", "getPet")), 2, id="operationId"),
        pytest.param(CheckOptions(exclude=("/pets",)), 4, id="path excluded"),
        pytest.param(CheckOptions(include=("/pets",), exclude=("GET *",)), 1, id="both"),
    ],
)
def test_patterns_select_operations(options: CheckOptions, tested: int) -> None:
    result = checked(pets(), replace(options, max_examples=1))
    assert (result.operations_tested, result.operations_total) == (tested, tested)


def test_patterns_select_among_operations_that_may_refuse() -> None:
    document = copy.deepcopy(DOCUMENT)
    document["paths"]["/pets"]["post"]["x-emulator-refuses"] = [409]
    target = Target("pets", document, app=Pets(), headers=HEADERS)
    assert checked(target, CheckOptions(include=("deletePet",))).operations_total == 1


def test_only_the_named_check_runs() -> None:
    options = CheckOptions(max_examples=3, checks=("unsupported_method",))
    assert checked(pets("lets everybody in"), options).exit_code is ExitCode.FINE


@pytest.mark.parametrize(
    ("document", "error"),
    [
        pytest.param(EMPTY, "nothing was checked", id="no operations"),
        pytest.param({**EMPTY, "openapi": "4.0.0"}, "4.0.0", id="unknown version"),
        pytest.param({**EMPTY, "paths": [1]}, "can't be checked", id="malformed paths"),
        pytest.param(
            {**EMPTY, "paths": {"/a": {"$ref": "file:///etc/passwd"}}},
            "refers outside itself: file:///etc/passwd",
            id="reference to a file",
        ),
    ],
)
def test_document_without_checkable_operation_is_never_fine(document: Any, error: str) -> None:
    result = checked(Target("t", document, app=Pets()))
    assert result.exit_code is ExitCode.NOT_RUN
    assert error in result.errors[0]


def test_selecting_nothing_is_never_fine() -> None:
    assert checked(pets(), CheckOptions(include=("PUT *",))).exit_code is ExitCode.NOT_RUN


def test_application_that_raises_is_an_error_not_a_traceback() -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("no pets today")

    options = CheckOptions(include=("/pets",), phases=("coverage",))
    result = checked(Target("pets", DOCUMENT, app=broken, headers=HEADERS), options)
    assert result.exit_code is ExitCode.NOT_RUN
    assert "no pets today" in result.errors[0]


def test_live_server_is_checked_over_the_wire() -> None:
    app = broken("leaves out a required member")
    options = CheckOptions(max_examples=1, allow_writes=True)
    with served(app) as origin:
        live = Target("pets", DOCUMENT, base_url=f"{origin}{BASE}", headers=HEADERS)
        result = checked(live, options)
    assert {finding.check for finding in result.findings} == {"response_schema_conformance"}
    assert f"{origin}{BASE}/pets" in result.findings[0].curl
    assert app.seen


def test_refused_connection_is_one_clear_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/api"
    result = checked(Target("pets", DOCUMENT, base_url=url, headers=HEADERS))
    assert result.errors == (f"no server at {url} (Connection refused): is it running?",)
    assert result.exit_code is ExitCode.NOT_RUN


def test_interrupt_keeps_what_was_found() -> None:
    def stop(progress: Progress) -> None:
        if progress.findings:
            raise KeyboardInterrupt

    result = run.check(pets("sends a member of the wrong type"), QUICK, stop)
    assert result.interrupted
    assert result.findings
    assert result.exit_code is ExitCode.NOT_RUN


def test_no_file_is_left_and_no_stray_settings_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "schemathesis.toml").write_text("this is not TOML")
    monkeypatch.chdir(tmp_path)
    assert checked(pets()).exit_code is ExitCode.FINE
    assert [path.name for path in tmp_path.iterdir()] == ["schemathesis.toml"]


def test_header_is_sent_as_written() -> None:
    values: set[str | None] = set()

    class Noted(Pets):
        def let_in(self, headers: dict[str, str]) -> bool:
            values.add(headers.get("x-note"))
            return super().let_in(headers)

    headers = (*HEADERS, ("x-note", "${HOME}"))
    checked(Target("pets", DOCUMENT, app=Noted(), headers=headers))
    assert values == {"${HOME}"}


def test_missing_extra_names_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "emulator.contract.check.engine.adapter", None)
    monkeypatch.delattr("emulator.contract.check.engine.adapter", raising=False)
    with pytest.raises(SettingsError, match=r"pip install 'openapi-emulator\[check\]'"):
        checked(pets())


def test_check_names_are_those_of_the_engine() -> None:
    assert {fault.check for fault in FAULTS.values()} <= set(run.check_names())
