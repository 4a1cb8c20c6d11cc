"""State files."""

import pytest

from emulator.catalogue.state import State, parse_state
from emulator.errors import FixtureError
from emulator.messages import Json


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


@pytest.mark.parametrize("raw", [{}, {"credentials": None}])
def test_nothing_known(raw: Json) -> None:
    assert parse_state(raw, "f") == State()
