"""Schemas that no value satisfies, or none that is drawn, as far as one look at them tells.

And formats that are misspelt.
"""

from collections.abc import Mapping

from emulator.http.messages import Json
from emulator.schema.format_checks import format_meant
from emulator.schema.locations import Place
from emulator.schema.notices import Notices
from emulator.schema.vacant import empty_reasons

#: The longest texts, arrays and objects that are drawn.
LARGEST: Mapping[str, int] = {
    "minLength": 100_000,
    "minItems": 10_000,
    "minContains": 10_000,
    "minProperties": 2_000,
}
_PAIRS = {
    "minLength": "maxLength",
    "minItems": "maxItems",
    "minProperties": "maxProperties",
    "minimum": "maximum",
    "minContains": "maxContains",
}


def notice_contradictions(schema: Mapping[str, Json], place: Place, notices: Notices) -> None:
    """Say why no value is drawn for a schema, where it shows."""
    for lower, upper in _PAIRS.items():
        if lower not in schema:
            continue
        low, high = schema[lower], schema.get(upper)
        most = LARGEST.get(lower, low)
        if high is not None and low > high:
            message = f"`{lower}` {low} is above `{upper}` {high}: no value has both"
        elif low > most:
            message = f"`{lower}` {low} is more than is drawn ({most}): responses stay below"
        else:
            continue
        notices.add(place, "schema-contradiction", message)
    for message in empty_reasons(schema):
        notices.add(place, "schema-contradiction", message)
    _doubt_format(schema.get("format"), place, notices)


def _doubt_format(name: Json, place: Place, notices: Notices) -> None:
    if isinstance(name, str) and not notices.full("format-unknown"):
        meant = format_meant(name)
        if meant:
            message = (
                f"no format is called {name!r}, and nothing checks it; did you mean {meant!r}?"
            )
            notices.add((place, "format"), "format-unknown", message)
