"""Header fields by name: how JSON and YAML hold them."""

from collections.abc import Mapping

from emulator.http.messages import Headers, Json


def first(headers: Headers, name: str) -> str | None:
    """The value of the first field of this name (in lower case); None if there is none."""
    return next((value for key, value in headers if key.lower() == name), None)


def grouped(headers: Headers) -> dict[str, Json]:
    """Fields by name: a text, or a list if the field is repeated."""
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name, []).append(value)
    return {name: each[0] if len(each) == 1 else each for name, each in found.items()}


def ungrouped(fields: Mapping[str, Json] | None) -> Headers:
    """Fields in order, from the result of `grouped`."""
    return tuple(
        (name.lower(), value)
        for name, values in (fields or {}).items()
        for value in (values if isinstance(values, list) else [values])
    )
