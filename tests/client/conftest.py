"""A project of a user of the pytest plugin."""

import json

import pytest

CONFTEST = """
import httpx
import pytest

@pytest.fixture(scope="session")
def connections():
    with httpx.Client(headers={"authorization": "Bearer t", "x-api-key": "k"}) as client:
        yield client

@pytest.fixture
def client(emulator, connections):
    connections.base_url = emulator.url
    return connections
"""

DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "servers": [{"url": "/v1"}],
    "paths": {
        "/pets": {
            "get": {
                "operationId": "listPets",
                "responses": {
                    "200": {
                        "description": "All of them.",
                        "content": {"application/json": {"example": [{"name": "Rex"}]}},
                    }
                },
            }
        }
    },
}


@pytest.fixture
def plugged(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project of a user of the plugin."""
    pytester.makeconftest(CONFTEST)
    pytester.path.joinpath("pets.json").write_text(json.dumps(DOCUMENT))
    return pytester
