"""A server for the SDKs. Where Node.js is absent, the tests of the TypeScript SDK are not there."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings

HAS_NODE = Path(__file__).parents[2] / "scripts" / "has-node"

collect_ignore = [] if subprocess.run([HAS_NODE]).returncode == 0 else ["test_composio_node.py"]


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """An emulator whose clock runs: connections become active with time."""
    with running(create_app(Settings(specs=("composio",)))) as url:
        yield url
