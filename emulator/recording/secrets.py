"""Which values of an exchange are secrets: by their names, and by where they stand in JSON."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from emulator.redaction import is_secret
from emulator.spec.model import Api
from emulator.spec.pointers import parts_of

#: Steps into a JSON value: names and positions.
Steps = tuple[str, ...]

_NAME = re.compile(r"[^/\s]\S*")


@dataclass(frozen=True, slots=True)
class Secrets:
    """Names (lower case) and places of what is taken out, beside what every secret's name says.

    `*` in a place stands for any name or position.
    """

    names: frozenset[str] = frozenset()
    places: tuple[Steps, ...] = ()

    def named(self, name: str) -> bool:
        """Whether a header, parameter, field or member of this name is a secret."""
        return name.lower() in self.names or is_secret(name)

    def at(self, steps: Steps) -> bool:
        """Whether what stands here in a JSON body is a secret."""
        return any(_covers(place, steps) for place in self.places)


def compile_secrets(redact: Iterable[str], api: Api | None = None) -> Secrets:
    """Secrets by further names or JSON pointers, and by the parameters of API keys.

    Raises ValueError for what is neither.
    """
    names = {scheme.parameter.lower() for scheme in api.schemes.values()} if api else set()
    places = []
    for each in redact:
        if each.startswith("/"):
            places.append(tuple(parts_of(each)))
        elif _NAME.fullmatch(each):
            names.add(each.lower())
        else:
            raise ValueError("a name such as ssn, or a JSON pointer such as /data/*/card")
    return Secrets(frozenset(names - {""}), tuple(places))


def _covers(place: Steps, steps: Steps) -> bool:
    return len(place) == len(steps) and all(
        wanted in ("*", step) for wanted, step in zip(place, steps, strict=True)
    )
