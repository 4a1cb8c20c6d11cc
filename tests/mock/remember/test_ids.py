"""Ids of new records: in the form of the document's, and different."""

import re

import pytest

from emulator.http.messages import Json
from emulator.mock.remember.ids import next_id


def test_what_is_shown_for_all_is_no_id_of_one() -> None:
    made = [next_id("vm-g4x", "vm-zzz", number, "vms", ("vm-g4x",)) for number in range(9)]
    assert made == [f"vm-g4x-{number + 1}" for number in range(9)]


@pytest.mark.parametrize(
    ("drawn", "example", "form"),
    [
        (7, 40, r"\d+"),
        ("41", "40", r"\d+"),
        ("ord_abcdef12", "ord_12345678", r"ord_[0-9a-f]{8}"),
        ("quiet garden", None, r"thing_[0-9a-f]{12}"),
        ("123ABC456DEF789", "123ABC456DEF789", r"\d{3}ABC\d{3}DEF\d{3}"),
        ("latest", "latest", r"latest-\d+"),
    ],
)
def test_ids_have_the_form_of_the_documents(drawn: Json, example: Json, form: str) -> None:
    made = [next_id(drawn, example, number, "things") for number in range(30)]
    assert all(re.fullmatch(form, str(each)) for each in made), made
    assert len({*made}) == len(made)
    assert made == [next_id(drawn, example, number, "things") for number in range(30)]
