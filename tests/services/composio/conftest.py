"""Composio on the live emulator."""

import httpx
import pytest

from tests.support.composio import Service


@pytest.fixture
def composio(client: httpx.Client) -> Service:
    return Service(client)
