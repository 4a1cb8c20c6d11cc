"""Schemathesis on its own, with its own settings: what `emulator check` has to find as well."""

import copy
from collections.abc import Iterable, Mapping
from typing import Any

import schemathesis
from schemathesis import engine
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events
from schemathesis.schemas import BaseSchema

from emulator.contract.check.engine.isolation import isolated
from emulator.contract.check.findings import Finding
from emulator.http.messages import Headers

READING = ("GET", "HEAD", "OPTIONS", "TRACE", "QUERY")


def plain_findings(
    document: Mapping[str, Any],
    server: Any,
    seed: int,
    max_examples: int,
    *,
    headers: Headers = (),
    writes: bool = False,
    phases: tuple[str, ...] = (),
    goes_on: bool = False,
) -> set[tuple[str, str]]:
    """Pairs of operation and check that fail; without `writes`, of requests that only read.

    `server` is a base URL, or an application to call in process. Literals of the modules that are
    loaded here are no part of what a server is asked. It `goes_on` after an operation's first
    failure, as a check does.
    """
    named = {name: {"enabled": True} for name in phases}
    only: dict[str, Any] = {"enabled": False, **named} if phases else {}
    if not writes and (not phases or "coverage" in phases):
        # Methods that no operation has are asked for as well: the others might change something.
        only["coverage"] = {"enabled": True, "unexpected-methods": ["OPTIONS", "TRACE"]}
    settings = {
        "seed": seed,
        "generation": {"max-examples": max_examples, "database": "none"},
        "phases": only,
        "cache": {"enabled": False},
        "continue-on-failure": goes_on,
    }
    config = SchemathesisConfig.from_dict(settings)
    config.projects.default.update(headers=dict(headers))
    if isinstance(server, str):
        config.projects.default.update(base_url=server)
    written = copy.deepcopy(dict(document))
    schema: BaseSchema = schemathesis.openapi.from_dict(written, config=config)
    schema.app = None if isinstance(server, str) else server
    schema = schema if writes else schema.include(method=[*READING])
    found: set[tuple[str, str]] = set()
    with isolated():
        for event in engine.from_schema(schema).execute():
            if isinstance(event, events.ScenarioFinished):
                recorder = event.recorder
                found |= {
                    (recorder.cases[case].value.operation.label, check.name)
                    for case, checks in recorder.checks.items()
                    for check in checks
                    if check.failure_info is not None
                }
    return found


def missing_pairs(
    plain: Iterable[tuple[str, str]], findings: Iterable[Finding]
) -> set[tuple[str, str]]:
    """What Schemathesis finds alone, and a check does not.

    What is found with a method that a path does not have belongs to the path.
    """
    found = {_place(each.operation, each.check) for each in findings}
    return {pair for pair in plain if _place(*pair) not in found}


def _place(operation: str, check: str) -> tuple[str, str]:
    by_path = check in ("unsupported_method", "allow_header_conformance")
    return operation.partition(" ")[2] if by_path else operation, check
