"""The service that tests of the recording proxy record."""

from collections.abc import Iterator

import pytest

from emulator.server.uvicorn import running
from tests.support.recorded_pets import Pets


@pytest.fixture
def pets() -> Pets:
    return Pets()


@pytest.fixture
def upstream(pets: Pets) -> Iterator[str]:
    with running(pets.app) as url:
        yield url
