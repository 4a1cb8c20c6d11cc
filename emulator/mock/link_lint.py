"""Notices about links that lead to no operation: whoever follows them comes nowhere."""

from collections.abc import Iterator, Mapping

from emulator.http.messages import Json
from emulator.http.nearest import unknown
from emulator.openapi.document.model import Api, Operation
from emulator.schema.notices import Notice
from emulator.schema.pointers import follow, pointer_of, resolve


def link_notices(api: Api) -> Iterator[Notice]:
    """Links of responses to operations that the document does not have."""
    if not any(operation.links for operation in api.operations):
        return
    ids = [operation.id for operation in api.operations]
    for operation in api.operations:
        for place, link in _links(api, operation) if operation.links else ():
            if message := _doubt(api.document, ids, link):
                yield Notice(api.file, pointer_of(place), "link-unknown", message)


def _links(api: Api, operation: Operation) -> Iterator[tuple[tuple[str, ...], Mapping[str, Json]]]:
    item = _object(api, (api.document.get("paths") or {}).get(operation.path))
    method = operation.method.lower()
    for status, raw in (_object(api, item.get(method)).get("responses") or {}).items():
        for name, link in (_object(api, raw).get("links") or {}).items():
            place = "paths", operation.path, method, "responses", str(status), "links", name
            yield place, _object(api, link)


def _object(api: Api, raw: Json) -> Mapping[str, Json]:
    try:
        found = follow(api.document, raw)
    except KeyError:
        return {}
    return found if isinstance(found, dict) else {}


def _doubt(document: Json, ids: list[str], link: Mapping[str, Json]) -> str:
    """What is wrong with where a link leads; empty where nothing is, or nothing can be said."""
    if (id_ := link.get("operationId")) is not None:
        return "" if id_ in ids else f"it leads nowhere: {unknown('operation', id_, ids)}"
    reference = link.get("operationRef")
    if reference is None:
        return "it leads nowhere: it has neither `operationId` nor `operationRef`" if link else ""
    if not str(reference).startswith("#/"):
        return ""
    try:
        resolve(document, str(reference))
    except KeyError:
        return f"it leads nowhere: the document has no {reference}"
    return ""
