"""The official Python SDK of Composio, pointed at an emulator.

Its import takes seconds, so whoever runs no test of it doesn't import it.
"""

from contextlib import AbstractContextManager
from typing import Any

import pytest

SLACK = "SLACK_SEND_MESSAGE"
VERSION = "20251001_00"
MESSAGE = {"channel": "C0123456789", "markdown_text": "Deployed."}

#: Python tells more of the SDK's answers than its types do: they are `object`s in places.
Sdk = Any


def client(
    server: str,
    monkeypatch: pytest.MonkeyPatch,
    scope: str,
    key: str = "ak_test",
    retries: int = 0,
) -> Sdk:
    from composio import Composio

    monkeypatch.setenv("COMPOSIO_CUSTOM_HEADERS", f"Emulator-Scope: {scope}")
    monkeypatch.setenv("TELEMETRY_DISABLED", "true")
    return Composio(api_key=key, base_url=server, allow_tracking=False, max_retries=retries)


def raises(name: str) -> AbstractContextManager[pytest.ExceptionInfo[Any]]:
    """The SDK, or the client under it, raises its exception of this name."""
    import composio_client
    from composio import exceptions

    return pytest.raises(getattr(composio_client, name, None) or getattr(exceptions, name))
