"""State files."""

import pytest

from emulator.catalogue.state import State, parse_state
from emulator.errors import FixtureError
from emulator.limits import Limit
from emulator.messages import Json

LIMIT = {"name": "l", "limit": 1, "window_s": 1}


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        (None, ""),
        ([], ""),
        ({"credential": []}, "/credential"),
        ({"credentials": {}}, "/credentials"),
        ({"credentials": ["x"]}, "/credentials/0"),
        ({"credentials": [{"value": "x"}]}, "/credentials/0"),
        ({"credentials": [{"scheme": "s", "value": "x"}, {"scheme": "s"}]}, "/credentials/1"),
        ({"credentials": [{"scheme": "s", "value": ""}]}, "/credentials/0"),
        ({"credentials": [{"scheme": "s", "value": 1}]}, "/credentials/0"),
        ({"credentials": [{"scheme": "s", "jwt": "x"}]}, "/credentials/0"),
        ({"limits": {}}, "/limits"),
        ({"limits": ["x"]}, "/limits/0"),
        ({"limits": [{"limit": 1, "window_s": 1}]}, "/limits/0"),
        ({"limits": [LIMIT | {"limit": 0}]}, "/limits/0/limit"),
        ({"limits": [LIMIT | {"limit": True}]}, "/limits/0/limit"),
        ({"limits": [LIMIT | {"window_s": 1.5}]}, "/limits/0/window_s"),
        ({"limits": [{"name": "l", "limit": 1}]}, "/limits/0/window_s"),
        ({"limits": [LIMIT | {"kind": "leaky"}]}, "/limits/0/kind"),
        ({"limits": [LIMIT | {"by": "credential"}]}, "/limits/0/by"),
        ({"limits": [LIMIT | {"by": ["caller"]}]}, "/limits/0/by"),
        ({"limits": [LIMIT | {"by": [["credential"]]}]}, "/limits/0/by"),
        ({"limits": [LIMIT | {"enforced": "no"}]}, "/limits/0/enforced"),
        ({"limits": [LIMIT | {"burst": 1}]}, "/limits/0/burst"),
        ({"limits": [LIMIT, LIMIT]}, "/limits/1/name"),
    ],
)
def test_bad_state_is_refused_with_its_pointer(raw: Json, pointer: str) -> None:
    with pytest.raises(FixtureError) as refused:
        parse_state(raw, "state.yaml")
    assert (refused.value.file, refused.value.pointer) == ("state.yaml", pointer)


def test_credentials_are_values_or_claims() -> None:
    state = parse_state(
        {"credentials": [{"scheme": "a", "value": "x"}, {"scheme": "b", "jwt": {"sub": "s"}}]}, "f"
    )
    assert [(c.scheme, c.value, c.claims) for c in state.credentials] == [
        ("a", "x", None),
        ("b", None, {"sub": "s"}),
    ]


def test_limits_are_read() -> None:
    more = {"name": "m", "kind": "token-bucket", "by": ["credential"], "enforced": False}
    assert parse_state({"limits": [LIMIT, LIMIT | more]}, "f").limits == (
        Limit("l", 1, 1),
        Limit("m", 1, 1, "token-bucket", ("credential",), enforced=False),
    )


def test_no_limits_are_told_from_none_named() -> None:
    assert parse_state({"limits": []}, "f").limits == ()
    assert parse_state({}, "f").limits is None


@pytest.mark.parametrize("raw", [{}, {"credentials": None}])
def test_nothing_known(raw: Json) -> None:
    assert parse_state(raw, "f") == State()
