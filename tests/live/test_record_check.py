"""What was recorded of a clean service is clean when it is replayed: `emulator check` on both."""

import time
from collections import Counter
from pathlib import Path

import httpx
from click.testing import CliRunner

from emulator.cli.check import command
from emulator.mock.assemble import assemble, credentials_of
from emulator.openapi.security.credentials import DEVELOPMENT_CREDENTIAL, value_of
from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings
from tests.support.recorded_pets import DOCUMENT, HEADERS, Pets
from tests.support.recorders import recording, replaying

KEY = {"X-Pets-Id": HEADERS["x-pets-id"]}
KNOWN = {"X-Pets-Id": DEVELOPMENT_CREDENTIAL}


def checked(
    url: httpx.URL, headers: dict[str, str], *more: str, spec: str = str(DOCUMENT), seed: int = 1
) -> None:
    """`emulator check --against` finds nothing."""
    sent = [part for field in headers.items() for part in ("--header", ": ".join(field))]
    limits = ["--allow-writes", "--max-examples", "2", "--seed", str(seed), *more]
    arguments = [spec, "--against", str(url), *sent, *limits]
    done = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output


def rules(client: httpx.Client) -> Counter[str]:
    """Who answered how often."""
    entries = client.get("/__admin/requests").json()["requests"]
    return Counter(entry["trace"]["rule"] for entry in entries)


def test_service_is_clean_recorded_and_replayed(tmp_path: Path) -> None:
    with running(Pets().app) as url, recording(url, tmp_path) as here:
        checked(here.client.base_url, KEY)
    assert len(here.files) > 100
    with replaying(tmp_path, auth="known") as client:
        checked(client.base_url, KNOWN)
        # The same requests meet the same answers, all of them.
        assert rules(client) == {"replay": len(here.files)}
        client.post("/__admin/reset")
        # What is recorded and what is kept know nothing of each other: no life cycle to check.
        checked(client.base_url, KNOWN, "--phase", "coverage", "--phase", "fuzzing", seed=2)
        assert rules(client).keys() > {"replay", "resource"}


def test_emulator_itself_is_clean_recorded_and_replayed(tmp_path: Path) -> None:
    settings = Settings(specs=("paragon",), auth="known")
    app = create_app(settings)
    (service,) = assemble(settings).services
    (credential,) = {c.scheme: c for c in credentials_of(service)}.values()
    token = value_of(credential, time.time())
    key = {"Authorization": f"Bearer {token}"}
    with running(app) as url, recording(url, tmp_path, spec="paragon") as here:
        checked(here.client.base_url, key, "--phase", "fuzzing", spec="paragon")
    with replaying(tmp_path, specs=("paragon",), auth="known") as client:
        checked(client.base_url, key, "--phase", "fuzzing", spec="paragon")
        assert rules(client)["replay"] > 0.9 * len(here.files) > 20
