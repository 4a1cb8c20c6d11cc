"""A check's options as Schemathesis' settings, without what it would do on its own."""

from typing import Any

from emulator.contract.document import refusing_operations, security_scheme
from emulator.contract.findings import CheckOptions, Target
from emulator.messages import Headers


def engine_settings(target: Target, options: CheckOptions) -> dict[str, Any]:
    """What `SchemathesisConfig.from_dict` takes for a target and options."""
    checks: dict[str, Any] = {name: {"enabled": True} for name in options.checks}
    accepts = not checks or "positive_data_acceptance" in checks
    known = {name: _auth(target, name, value) for name, value in target.credentials}
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
        "operations": refusing_operations(target.document) if accepts else [],
        "phases": {"enabled": False, **{name: {"enabled": True} for name in options.phases}},
        "generation": {"mode": "all", "max-examples": options.max_examples, "database": "none"},
        # Masking by name would hide generated members called `key`; ours goes by value.
        "output": {"sanitization": {"enabled": False}, "truncation": {"enabled": True}},
    }


def _auth(target: Target, name: str, value: str) -> dict[str, str]:
    """A credential as the engine's settings have it, where `${...}` would read the environment."""
    scheme = security_scheme(target.document, name)
    value = value.replace("${", "$${")
    if scheme.get("type") == "apiKey":
        return {"api_key": value}
    if str(scheme.get("scheme")).lower() == "basic":
        user, _, password = value.partition(":")
        return {"username": user, "password": password}
    return {"bearer": value}


def joined(headers: Headers) -> dict[str, str]:
    """Headers by name, the values of repeated ones joined (RFC 9110, 5.3)."""
    joined: dict[str, str] = {}
    for name, value in headers:
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined
