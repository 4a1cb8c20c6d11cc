"""A check's options as Schemathesis' settings; its own defaults are switched off."""

from collections.abc import Mapping
from typing import Any

from emulator.contract.check.findings import BEHAVIOUR, CheckOptions, Target
from emulator.openapi.document.model import Api, Operation
from emulator.openapi.promises.model import Contract

#: Statuses that the engine accepts for valid data by default, and 410, which is a 404 that knows
#: what was there.
_ACCEPTED = ("2xx", "3xx", "401", "403", "404", "409", "410", "429", "5xx")
#: Statuses that the engine takes for a rejection of invalid data by default, and those that reject
#: it as well: for its length (411, 413, 414, 431), for a condition or range that is looked at first
#: (412, 416, 417), or for what it names (410, 421, 423, 424, 451).
_REJECTED = (
    *("400", "401", "403", "404", "405", "406", "409", "415", "422", "428", "429", "5xx"),
    *("410", "411", "412", "413", "414", "416", "417", "421", "423", "424", "431", "451"),
)
_ACCEPTANCE = "positive_data_acceptance"
_EXPECTED: Mapping[str, tuple[str, ...]] = {
    _ACCEPTANCE: _ACCEPTED,
    "negative_data_rejection": _REJECTED,
}
#: What a valid request may be answered for one of these header fields (RFC 9110, 13 and 14).
_CONDITIONS: Mapping[str, int] = {
    "if-match": 412,
    "if-none-match": 412,
    "if-modified-since": 412,
    "if-unmodified-since": 412,
    "if-range": 412,
    "range": 416,
}


def engine_settings(
    target: Target, options: CheckOptions, api: Api, contract: Contract
) -> dict[str, Any]:
    """What `SchemathesisConfig.from_dict` takes for a target, options and a contract."""
    checks: dict[str, Any] = {name: {"enabled": True} for name in options.checks}
    for name, statuses in _EXPECTED.items():
        if not options.checks or name in checks:
            checks[name] = {"enabled": True, "expected-statuses": [*statuses]}
    known = {name: _auth(api, name, value) for name, value in target.credentials}
    return {
        "auth": {"openapi": known} if known else {},
        "seed": options.seed,
        "workers": options.workers,
        "request-timeout": options.timeout_s,
        "max-stream-events": options.max_stream_events,
        # One run shows every finding; instead of shrinking, the shortest request is kept.
        "continue-on-failure": True,
        "cache": {"enabled": False},
        "analysis": {"constants": {"enabled": False}},
        "suppress-health-check": ["all"],
        "checks": {"enabled": not options.checks, **checks},
        "operations": _refusals(api, contract) if _ACCEPTANCE in checks else [],
        "phases": _phases(target, options),
        "generation": {"mode": "all", "max-examples": options.max_examples, "database": "none"},
        # Masking by name would hide generated members called `key`; ours goes by value.
        "output": {"sanitization": {"enabled": False}, "truncation": {"enabled": True}},
    }


def _phases(target: Target, options: CheckOptions) -> dict[str, Any]:
    phases: dict[str, Any] = {
        name: {"enabled": True} for name in options.phases if name != BEHAVIOUR
    }
    if "coverage" in phases and target.app is None and not options.allow_writes:
        # The others might change something, documented or not.
        phases["coverage"]["unexpected-methods"] = ["OPTIONS", "TRACE"]
    return {"enabled": False, **phases}


def _refusals(api: Api, contract: Contract) -> list[dict[str, Any]]:
    """Settings for operations that reject valid requests."""
    # By name: an operation may be documented without an id.
    found = [(each.key, _refused(each, contract)) for each in api.operations]
    return [
        {
            "include-name": key,
            "checks": {_ACCEPTANCE: {"expected-statuses": [*_ACCEPTED, *refused]}},
        }
        for key, refused in found
        if refused
    ]


def _refused(operation: Operation, contract: Contract) -> list[int]:
    names = {each.name.lower() for each in operation.parameters if each.location == "header"}
    conditions = {status for name, status in _CONDITIONS.items() if name in names}
    return sorted({*contract.refuses.get(operation.id, ()), *conditions})


def _auth(api: Api, name: str, value: str) -> dict[str, str]:
    """A credential in the engine's settings, where `${...}` would read the environment."""
    scheme = api.schemes.get(name)
    value = value.replace("${", "$${")
    if scheme and scheme.type == "apiKey":
        return {"api_key": value}
    if scheme and scheme.http_scheme == "basic":
        user, _, password = value.partition(":")
        return {"username": user, "password": password}
    return {"bearer": value}
