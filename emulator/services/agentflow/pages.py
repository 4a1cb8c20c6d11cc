"""Lists in pages, counted from 1."""

from collections.abc import Mapping, Sequence

from emulator.http.messages import Json


def page_of(name: str, items: Sequence[Json], query: Mapping[str, Json]) -> Mapping[str, Json]:
    """The page that `page` and `page_size` of the query ask for, as variables of a fixture."""
    page, size = query.get("page") or 1, query.get("page_size") or 20
    shown = list(items[(page - 1) * size : page * size])
    return {name: shown, "total": len(items), "page": page, "page_size": size}
