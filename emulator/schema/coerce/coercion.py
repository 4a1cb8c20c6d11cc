"""Text to typed JSON values, guided by what a schema allows.

Text has no types: `12` may be a number or a string. A `Shape` is the little of a schema that
decides this, compiled once. Where a schema leaves the choice open:

1. a member of `enum` or `const` that is written like the text wins (a string before a number);
2. a schema that takes any string keeps the string: it is what was sent, and it is valid;
3. else the text becomes a number, a boolean or null (`null` or empty) if it reads as one that is
   allowed, since the string would have had to satisfy `pattern`, `format`, `minLength` or `enum`;
4. else it stays a string, and validation will say what was expected.

Text that may be a scalar or the only item of an array is the scalar where the schema takes it as
one, else the item: `ids=1` is an array where the scalar can only be the word `all`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from emulator.http.exact import number
from emulator.http.messages import Json

#: All types of JSON; `integer` is in any set that holds `number`.
ALL_TYPES = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
SCALAR_TYPES = ALL_TYPES - {"array", "object"}

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
#: Longer integers than any double stay text: they are no number a client could mean.
_MAX_DIGITS = 309
_ABSENT = object()


class Parts(NamedTuple):
    """The shapes of what a value may hold; `additional` is None where nothing else is allowed."""

    properties: Mapping[str, "Shape"] = {}
    additional: "Shape | None" = None
    prefix_items: tuple["Shape", ...] = ()
    items: "Shape | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """What a schema says about decoding text at one place in a value.

    `literals` are the scalar members of enum and const by their text. `free_text`: any string is
    valid. `catch_all` is true where undeclared properties are invited (declared, or nothing else
    is). `filled`: an array must have an item. `binary`: the string holds octets. `xml` is the
    schema's XML Object. `parts` are worked out when they are first asked for.
    """

    types: frozenset[str] = ALL_TYPES
    literals: Mapping[str, Json] = field(default_factory=dict)
    free_text: bool = True
    filled: bool = False
    binary: bool = False
    catch_all: bool = True
    xml: Mapping[str, Json] = field(default_factory=dict)
    parts: Callable[[], Parts] = field(default=Parts, repr=False)
    #: Whether a scalar is valid, where an array can be meant as well; None where that isn't asked.
    takes: Callable[[Json], bool] | None = field(default=None, repr=False)
    #: Worked out from the above: text is returned as it is.
    verbatim: bool = field(init=False)
    #: Worked out: a scalar, an array, an object can be meant (an undeclared type means a scalar).
    #: A nullable array or object is no scalar, but for the text `null`: see `is_null`.
    scalar: bool = field(init=False)
    array: bool = field(init=False)
    object: bool = field(init=False)

    def __post_init__(self) -> None:
        texts = all(isinstance(value, str) for value in self.literals.values())
        only_text = not self.types & (SCALAR_TYPES - {"string"})
        untyped = self.types == ALL_TYPES
        object.__setattr__(self, "verbatim", texts and (only_text or self.free_text))
        scalars = self.types & SCALAR_TYPES
        only_null = scalars == {"null"} and self.types != scalars
        object.__setattr__(self, "scalar", untyped or (bool(scalars) and not only_null))
        object.__setattr__(self, "array", not untyped and "array" in self.types)
        object.__setattr__(self, "object", not untyped and "object" in self.types)

    def is_null(self, text: str) -> bool:
        """Whether this text (empty, or `null`) is null where an array or object is expected."""
        return text in ("", "null") and not self.scalar and "null" in self.types

    @property
    def properties(self) -> Mapping[str, "Shape"]:
        """The shapes of the properties that are declared."""
        return self.parts().properties

    @property
    def additional(self) -> "Shape | None":
        """The shape of the other properties; None where they are forbidden."""
        return self.parts().additional

    def property(self, name: str) -> "Shape":
        """The shape of a property, declared or not."""
        parts = self.parts()
        return parts.properties.get(name) or parts.additional or ANY

    def item(self, index: int) -> "Shape":
        """The shape of an array's item."""
        parts = self.parts()
        if index < len(parts.prefix_items):
            return parts.prefix_items[index]
        return parts.items or ANY


#: The shape of an empty schema.
ANY = Shape()


def coerce(text: str, shape: Shape) -> Json:
    """Read a text as the type its shape allows; never raises."""
    if shape.verbatim:
        return text
    literal = shape.literals.get(text, _ABSENT)
    if literal is not _ABSENT:
        return literal
    if shape.free_text:
        return text
    types = shape.types
    if "integer" in types:
        found = to_number(text)
        if found is not None:
            return found
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    if "null" in types and text in ("", "null"):
        return None
    return text


def coerce_alone(text: str, shape: Shape) -> Json:
    """Read a text that was sent once: the scalar, or an array of it where no scalar is meant."""
    value = coerce(text, shape)
    if shape.takes is None or shape.takes(value):
        return value
    item = coerce(text, shape.item(0))
    only_text = isinstance(item, str) and "string" not in shape.item(0).types
    return value if only_text else [item]


def to_number(text: str) -> int | float | Decimal | None:
    """The finite number a text denotes in JSON's grammar (RFC 8259, 6), or None."""
    match = _NUMBER.fullmatch(text)
    if match is None or len(text) > _MAX_DIGITS:
        return None
    if match.lastindex is None:
        return int(text)
    try:
        return number(text)
    except ValueError:
        return None


def to_text(value: Json) -> str:
    """Write a scalar as text; the inverse of `coerce`."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, Decimal) else repr(value)
