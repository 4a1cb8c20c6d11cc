"""The validator of jsonschema-rs, as every schema of a document is given to it."""

from typing import Any

import jsonschema_rs

from emulator.http.messages import Json
from emulator.schema.format_checks import BOUNDED_FORMATS
from emulator.schema.instances import key
from emulator.schema.reasons.branches import quoted

_TEXT = frozenset({str})


def judge(schema: Json) -> jsonschema_rs.Draft202012Validator:
    """Compile one schema: formats are checked, those not known are not, and nothing is fetched."""
    return jsonschema_rs.Draft202012Validator(
        schema,
        validate_formats=True,
        ignore_unknown_formats=True,
        formats=BOUNDED_FORMATS,
        keywords={"uniqueItems": _Unique},
        offline=True,
    )


class _Unique:
    """`uniqueItems` by hash: the validator's own compares numbers beyond 64 bits pair by pair."""

    def __init__(self, _parent: Json, wanted: Json, _path: Any) -> None:
        self._wanted = wanted is True

    def validate(self, instance: Json) -> None:
        """Raise ValueError where two items are equal."""
        if not self._wanted or not isinstance(instance, list):
            return
        # Texts are their own keys, and are what lists without repetition mostly hold.
        texts = _TEXT.issuperset(map(type, instance))
        if len(set(instance if texts else map(key, instance))) < len(instance):
            raise ValueError(f"{quoted(instance)} has non-unique elements")
