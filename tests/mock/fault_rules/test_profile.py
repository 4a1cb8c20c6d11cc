"""Profiles: rules as a file, refused with the place of what is wrong."""

from datetime import UTC, datetime

import pytest

from emulator.errors import FixtureError
from emulator.http.messages import Json
from emulator.mock.fault_rules.profile import read_profile

NOW = datetime(2026, 4, 28, tzinfo=UTC)
ROWS = [{"fault": "delay"}, {"fault": "error", "id": "down"}]


@pytest.mark.parametrize("raw", [ROWS, {"faults": ROWS}], ids=["list", "object"])
def test_profile_is_read(raw: Json) -> None:
    rules = read_profile(raw, "p.yaml", NOW)
    assert [(rule.id, rule.fault.name) for rule in rules] == [
        ("profile-1", "delay"),
        ("down", "error"),
    ]


@pytest.mark.parametrize(
    ("raw", "pointer", "message"),
    [
        (None, "", "a list of fault rules"),
        ({"rules": []}, "/faults", "a list of fault rules"),
        ([{"fault": "meltdown"}], "/0/fault", "meltdown"),
        ({"faults": [{"fault": "delay"}, {}]}, "/faults/1", "fault"),
        ([{"fault": "delay", "parameters": {"ms": -1}}], "/0/parameters/ms", "from 0 to"),
        ([{"fault": "delay", "id": "a"}] * 2, "/1/id", "used twice"),
    ],
    ids=str,
)
def test_mistake_is_told_with_its_place(raw: Json, pointer: str, message: str) -> None:
    with pytest.raises(FixtureError) as raised:
        read_profile(raw, "p.yaml", NOW)
    assert (raised.value.file, raised.value.pointer) == ("p.yaml", pointer)
    assert message in raised.value.message
