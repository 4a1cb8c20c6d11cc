"""Fixtures: the three built-in services on a real socket, and a client for them."""

import gc
import os
import ssl
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import settings

from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings
from tests.support.assembled import assembled
from tests.support.clock import NOW
from tests.support.load_document import LoadDocument, loader_in

# Tests start many processes, and so does pytest: what one has compiled is read by the next.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Each client of httpx reads the certificates that the machine trusts, which takes longer than most
# tests. Those that heed no environment trust the same ones, so they are read once.
transports: Any = sys.modules["httpx._transports.default"]
made = transports.create_ssl_context
trusted = cache(made)


def create_ssl_context(
    verify: Any = True, cert: Any = None, trust_env: bool = True
) -> ssl.SSLContext:
    """As httpx makes it; one for all that ask for the usual."""
    usual = verify is True and cert is None and not trust_env
    found: ssl.SSLContext = (trusted if usual else made)(
        verify=verify, cert=cert, trust_env=trust_env
    )
    return found


transports.create_ssl_context = create_ssl_context

# The same examples every time, and no wall clock: a loaded machine fails no test.
settings.register_profile("tests", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("tests")
#: Others every time, and many: `make test ARGS=--hypothesis-profile=thorough`.
settings.register_profile("thorough", deadline=None, max_examples=1_000)
#: For `make test-fast`.
settings.register_profile("fast", settings.get_profile("tests"), max_examples=20)

#: Runs pytest in a test, for the plugin.
pytest_plugins = ["pytester"]


def pytest_collection_finish() -> None:
    """No collection of garbage has to visit ten thousand tests."""
    gc.freeze()


@pytest.fixture(scope="session")
def live_server() -> Iterator[str]:
    """The base URL of the three built-in services with default settings."""
    with running(create_app(Settings(now=NOW), assembled())) as url:
        yield url


@pytest.fixture(scope="session")
def client(live_server: str) -> Iterator[httpx.Client]:
    """A client of the live server."""
    with httpx.Client(base_url=live_server, timeout=20, trust_env=False) as client:
        yield client


@pytest.fixture
def load_document(tmp_path: Path) -> LoadDocument:
    """Loads a document given as a value."""
    return loader_in(tmp_path)
