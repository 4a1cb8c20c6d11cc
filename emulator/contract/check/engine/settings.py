"""A check's options as Schemathesis' settings; its own defaults are switched off."""

from typing import Any

from emulator.contract.check.findings import BEHAVIOUR, CheckOptions, Target
from emulator.contract.check.promises import Contract
from emulator.openapi.document.model import Api

#: Statuses that the engine accepts for valid data by default.
_ACCEPTED = ("2xx", "3xx", "401", "403", "404", "409", "429", "5xx")


def engine_settings(
    target: Target, options: CheckOptions, api: Api, contract: Contract
) -> dict[str, Any]:
    """What `SchemathesisConfig.from_dict` takes for a target, options and a contract."""
    checks: dict[str, Any] = {name: {"enabled": True} for name in options.checks}
    accepts = not checks or "positive_data_acceptance" in checks
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
        "checks": {"enabled": not checks, **checks},
        "operations": _refusals(api, contract) if accepts else [],
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
    refuses: dict[str, tuple[int, ...]] = dict(contract.refuses)
    for promise in contract.idempotency:
        # The engine sends one key with several bodies.
        statuses = (*promise.changed, *promise.in_flight) or (409, 422)
        refuses[promise.operation] = (*refuses.get(promise.operation, ()), *statuses)
    # By name: an operation may be documented without an id.
    found = [(api.operation(id), refused) for id, refused in refuses.items()]
    return [
        {
            "include-name": operation.key,
            "checks": {"positive_data_acceptance": {"expected-statuses": [*_ACCEPTED, *refused]}},
        }
        for operation, refused in found
        if operation is not None
    ]


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
