"""Composio on the live emulator."""

import httpx
import pytest

from tests.services.composio.service import Service


@pytest.fixture
def composio(client: httpx.Client) -> Service:
    return Service(client)
