"""Bodies that are a sequence of JSON values or of parts, as one schema of the array of all."""

from collections.abc import Callable, Mapping

from emulator.http.media_types import is_json_lines, is_json_sequence, takes_unnamed
from emulator.http.messages import Json


def of_all(name: str, media_type: Mapping[str, Json], deref: Callable[[Json], Json]) -> Json:
    """The schema of all values of a body of this name; None where nothing is said of them.

    `itemSchema` describes each, and `schema` all as an array. Before OpenAPI 3.2 there was only
    `schema`, which is each value's where it is an object's.
    """
    whole, items = media_type.get("schema"), media_type.get("itemSchema")
    in_parts = takes_unnamed(name) and items is not None
    if not (is_json_lines(name) or is_json_sequence(name) or in_parts):
        return None
    described = deref(whole) if isinstance(whole, dict) else {}
    parts: list[Json] = []
    if described.get("type") == "array":
        parts.append(whole)
    elif items is None and (described.get("type") == "object" or "properties" in described):
        items = whole
    if items is not None:
        parts.append({"type": "array", "items": items})
    return {"allOf": parts} if parts else None
