"""Texts by Faker, where a schema asks for them with `x-faker` and the package is installed.

`x-faker: first_name` names a method of its providers, also as faker.js and Prism do
(`person.firstName`, `name.firstName`); an object adds a locale: `{method: city, locale: de_DE}`.
"""

import importlib
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from emulator.http.messages import Json
from emulator.http.nearest import did_you_mean
from emulator.schema.draws import Word

#: The keyword that names a method of Faker.
KEYWORD = "x-faker"
_USUAL_LOCALE = "en_US"
_NAME = re.compile(r"(?:[A-Za-z]+\.)?([A-Za-z][A-Za-z0-9_]{0,60})")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SCALARS = (str, int, float)


class FakerError(Exception):
    """What an `x-faker` asks for can't be drawn; the message says why, and what to do."""


def faked(wish: Json) -> Callable[[Word], str]:
    """What draws the texts that an `x-faker` asks for: the same for the same words.

    Raises FakerError.
    """
    asked = wish if isinstance(wish, dict) else {"method": wish}
    name, locale = asked.get("method"), asked.get("locale", _USUAL_LOCALE)
    match = _NAME.fullmatch(name) if isinstance(name, str) else None
    if match is None or not isinstance(locale, str):
        raise FakerError("it has to be the name of a method, or {method: …, locale: …}")
    return _maker(_HUMP.sub("_", match[1]).lower(), locale)


@lru_cache(maxsize=1024)
def _maker(name: str, locale: str) -> Callable[[Word], str]:
    faker = _faker(locale)
    methods = [each for each in dir(faker) if not each.startswith(("_", "seed", "add_"))]
    method = getattr(faker, name, None) if name in methods else None
    if not callable(method) or not _draws_text(faker, method):
        close = "" if name in methods else did_you_mean(name, methods)
        raise FakerError(f"Faker has no method {name!r} that draws a text{close}")

    def make(word: Word) -> str:
        faker.seed_instance(word())
        return str(method())

    return make


def _draws_text(faker: Any, method: Callable[[], object]) -> bool:
    faker.seed_instance(0)
    try:
        return isinstance(method(), _SCALARS)
    except Exception:  # of somebody else's method, called without what it needs
        return False


@lru_cache(maxsize=32)
def _faker(locale: str) -> Any:
    """The Faker of a locale; imported when a document first asks for one."""
    try:
        package = importlib.import_module("faker")
    except ModuleNotFoundError as error:
        raise FakerError("Faker is not installed: pip install 'openapi-emulator[faker]'") from error
    try:
        return package.Faker(locale).items()[0][1]
    except AttributeError as error:
        known = importlib.import_module("faker.config").AVAILABLE_LOCALES
        close = did_you_mean(locale, sorted(known))
        raise FakerError(f"Faker has no locale {locale!r}{close}") from error
