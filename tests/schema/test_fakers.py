"""Texts by Faker: as `x-faker` asks for them, the same every time."""

import pytest

from emulator.http.messages import Json
from emulator.schema.draws import random_words
from emulator.schema.fakers import FakerError, faked
from emulator.schema.generate.generator import Generator


def texts(wish: Json) -> list[str]:
    return [faked(wish)(random_words(bytes([each]))) for each in range(9)]


@pytest.mark.parametrize(
    "wish",
    ["first_name", "person.firstName", "name.firstName", {"method": "city", "locale": "de_DE"}],
)
def test_texts_are_the_same_every_time(wish: Json) -> None:
    assert texts(wish) == texts(wish)
    assert len({*texts(wish)}) > 1


def test_spellings_mean_the_same() -> None:
    assert texts("person.firstName") == texts("first_name")
    assert texts({"method": "city", "locale": "de_DE"}) != texts("city")


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ("fist_name", "did you mean 'first_name'?"),
        ("profile", "no method 'profile' that draws a text"),
        ("__class__", "the name of a method"),
        ("add_provider", "no method 'add_provider'"),
        (7, "the name of a method"),
        ({"method": "city", "locale": "de_XX"}, "no locale 'de_XX'; did you mean 'de'?"),
        ({"method": "city", "locale": 7}, "the name of a method"),
    ],
)
def test_what_can_not_be_drawn_is_told(wish: Json, reason: str) -> None:
    with pytest.raises(FakerError) as raised:
        faked(wish)
    assert reason in str(raised.value)


def test_way_out_is_told_where_faker_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> None:
        raise ModuleNotFoundError

    monkeypatch.setattr("emulator.schema.fakers.importlib.import_module", missing)
    with pytest.raises(FakerError, match="pip install"):
        faked({"method": "city", "locale": "fr_FR"})


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"maxLength": 3},
        {"minLength": 40},
        {"pattern": "^[a-z]+$"},
        {"format": "date"},
        {"allOf": [{"maxLength": 5}]},
    ],
)
def test_the_schema_wins(more: Json) -> None:
    schema = {"type": "string", "x-faker": "first_name", **more}
    generator = Generator({})
    drawn = {generator.generate(schema, random_words(bytes([each]))) for each in range(9)}
    assert len(drawn) > 1
    if not more:
        assert drawn == {*texts("first_name")}
    assert all(len(each) <= 5 for each in drawn) or "allOf" not in more
