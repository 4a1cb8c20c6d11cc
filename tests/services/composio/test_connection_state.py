"""The state of a connected account, shown or generated, fits one variant of the SDK's union."""

from typing import Any

import httpx
import pytest

from emulator.services.composio.connection_state import connection_values
from tests.support.composio import Service

SCHEMES = (
    *("OAUTH1", "OAUTH2", "API_KEY", "BASIC", "BEARER_TOKEN", "GOOGLE_SERVICE_ACCOUNT", "NO_AUTH"),
    *("CALCOM_AUTH", "BILLCOM_AUTH", "BASIC_WITH_JWT", "SERVICE_ACCOUNT", "SAML", "DCR_OAUTH"),
    "S2S_OAUTH2",
)
STATUSES = ("INITIALIZING", "INITIATED", "ACTIVE", "INACTIVE", "FAILED", "EXPIRED", "REVOKED")


@pytest.fixture(scope="module")
def union() -> Any:
    """The SDK's; who only collects tests need not wait for it."""
    from composio_client.types import ConnectedAccountRetrieveResponse
    from pydantic import TypeAdapter

    state: Any = ConnectedAccountRetrieveResponse.model_fields["state"].annotation
    return TypeAdapter(state)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_state_fits_the_union(scheme: str, union: Any) -> None:
    for status in STATUSES:
        val = connection_values(scheme, status, {}, "http://127.0.0.1/link")
        union.validate_python({"authScheme": scheme, "val": val})


def test_what_is_known_stays() -> None:
    known = {"username": "ada", "more": 1}
    assert connection_values("BASIC", "ACTIVE", known, "") == {**known, "status": "ACTIVE"}


def test_generated_and_stored_states_fit_the_union(composio: Service, union: Any) -> None:
    for item in composio.get("/connected_accounts?limit=100")["items"]:
        union.validate_python(item["state"])
    for number in range(30):
        wish = {"prefer": f"dynamic=true, seed={number}"}
        answer: httpx.Response = composio("GET", "/connected_accounts/ca_expired", **wish)
        union.validate_python(answer.json()["state"])
