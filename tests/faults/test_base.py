"""Parameters of faults: what they take, from JSON and from a header's text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.faults.base import FaultParameter, read_parameters
from emulator.faults.table import FAULTS
from emulator.http.messages import Json

COUNT = FaultParameter("count", "How many.", default=2, minimum=1, maximum=10)
SHARE = FaultParameter("share", "How much.", "number", 0.5, 0, 1)
KIND = FaultParameter("kind", "Which.", "text", "a", choices=("a", "b"))
CODE = FaultParameter("code", "Which.", "text", "A-1", pattern="[A-Z]-[0-9]")
SWITCH = FaultParameter("switch", "Whether.", "boolean", default=False)
MAYBE = FaultParameter("maybe", "If at all.")

#: Units that a parameter's name may end in; other numbers count something.
UNITS = ("_ms", "_s", "_per_s", "bytes")


@pytest.mark.parametrize(
    ("parameter", "given", "read"),
    [
        (COUNT, 3, 3),
        (COUNT, "3", 3),
        (COUNT, 3.0, 3),
        (SHARE, "0.25", 0.25),
        (SHARE, 1, 1.0),
        (KIND, "b", "b"),
        (CODE, "B-2", "B-2"),
        (SWITCH, True, True),
        (SWITCH, "TRUE", True),
        (SWITCH, "false", False),
    ],
)
def test_value_is_read(parameter: FaultParameter, given: Json, read: Json) -> None:
    assert parameter.read(given) == read


NO_COUNTS: list[Json] = [0, 11, "x", 1.5, True, [], {}]
NO_SHARES: list[Json] = [-0.1, "nan", "inf", True, []]
NO_CODES: list[Json] = ["a-1", "A-1\r\nX: y", "", 1]
NO_SWITCHES: list[Json] = ["yes", 1, ""]


@pytest.mark.parametrize(
    ("parameter", "given", "takes"),
    [
        *((COUNT, value, "an integer from 1 to 10") for value in NO_COUNTS),
        *((SHARE, value, "a number from 0 to 1") for value in NO_SHARES),
        (KIND, "c", "one of a, b"),
        (KIND, 1, "one of a, b"),
        *((CODE, value, "a text like A-1") for value in NO_CODES),
        *((SWITCH, value, "true or false") for value in NO_SWITCHES),
    ],
)
def test_value_of_another_kind_is_told(parameter: FaultParameter, given: Json, takes: str) -> None:
    values, wrong = read_parameters([parameter], {parameter.name: given})
    assert wrong == [(parameter.name, f"{parameter.name} is {given!r}; it takes {takes}")]
    assert values == {parameter.name: parameter.default}


def test_what_is_not_given_has_its_default() -> None:
    values, wrong = read_parameters([COUNT, MAYBE], {"maybe": None})
    assert (values, wrong) == ({"count": 2, "maybe": None}, [])


def test_stranger_is_told_with_what_there_is() -> None:
    _, wrong = read_parameters([COUNT, KIND], {"counts": 1, "speed": 2})
    assert wrong == [
        ("counts", "no parameter is called 'counts'; did you mean 'count'?"),
        ("speed", "no parameter is called 'speed'; there is: count, kind"),
    ]


@given(
    st.dictionaries(
        st.sampled_from(["count", "share", "kind", "code", "x"]),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text()
        | st.lists(st.integers()),
    )
)
def test_nothing_breaks_reading(given: dict[str, Json]) -> None:
    values, _ = read_parameters([COUNT, SHARE, KIND, CODE], given)
    assert 1 <= values["count"] <= 10
    assert 0 <= values["share"] <= 1
    assert values["kind"] in KIND.choices
    assert re.fullmatch(CODE.pattern, values["code"])


@pytest.mark.parametrize("kind", FAULTS.values(), ids=list(FAULTS))
def test_every_default_is_a_value_and_every_measure_has_its_unit(kind: object) -> None:
    assert isinstance(kind, type(FAULTS["delay"]))
    for parameter in kind.parameters:
        if parameter.default is not None:
            assert parameter.read(parameter.default) == parameter.default
        if re.search(r"\b(ms|seconds?|bytes?|long|late)\b", parameter.help.lower()):
            assert parameter.name.endswith(UNITS) or parameter.name in ("ms", "sigma", "at")
