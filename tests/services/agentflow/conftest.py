"""AgentFlow on the live emulator."""

import uuid

import httpx
import pytest

from tests.support.agentflow import Caller


@pytest.fixture
def caller(client: httpx.Client) -> Caller:
    return Caller(client, uuid.uuid4().hex)
