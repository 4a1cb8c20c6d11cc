"""The kinds of things that a document's paths and links describe, with what can be done to them."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from emulator.http.media_types import is_json
from emulator.http.messages import Json
from emulator.openapi.document.model import Api, Operation
from emulator.openapi.promises.model import Basis, Resource
from emulator.schema.flatten.references import resolve_or_any
from emulator.schema.pointers import follow

_BELOW = re.compile(r"(.*)/\{([^{}/]+)\}")
#: Methods that are about one item of a collection.
_OF_ITEMS = ("GET", "PUT", "PATCH", "DELETE")
#: References that are followed from one to the next at most.
_MOST_REFERENCES = 20
#: Last words of paths that say of a POST what it does.
_CREATING = ("create", "new", "add")
_ID = re.compile(r"\$response\.body#(/[^/]+)")


def inferred_resources(api: Api) -> Iterator[Resource]:
    """The kinds of things that can be created and read: those whose life cycle can be judged."""
    for each in all_resources(api):
        if each.create and each.read and each.parameter:
            yield each


def all_resources(api: Api) -> Iterator[Resource]:
    """Items of collections, what is made by PUT, what documented links lead to, and the rest.

    The rest are collections whose items have no path, and things there is one of (`GET /settings`,
    which can be changed). A path means the same with a slash at its end.
    """
    by_place = {(each.method, each.path.rstrip("/")): each.id for each in api.operations}
    paths = sorted({each.path.rstrip("/") for each in api.operations})
    lists = {each.path.rstrip("/") for each in api.operations if _answers_with_array(api, each)}
    lists |= {
        match[1]
        for match in map(_BELOW.fullmatch, paths)
        if match and _only_lists(match[1], by_place)
    }
    known = set[str]()
    for path in paths:
        match = _BELOW.fullmatch(path) if path not in lists else None
        if match and _names_items(path, match[1], by_place):
            put, read = by_place.get(("PUT", path), ""), by_place.get(("GET", path), "")
            create = _posted_to(match[1], by_place) or (put if read else "")
            known.add(match[1])
            yield _resource(create, match[2], read, path, match[1], by_place)
    made = {by_place.get(("POST", path), "") for path in known}
    for operation in api.operations:
        if operation.method == "POST" and operation.id not in made:
            for each in _linked(api, operation, by_place):
                known.add(operation.path.rstrip("/"))
                yield each
    for path in paths:
        if path in known or ("GET", path) not in by_place:
            continue
        if path in lists or not path.endswith("}"):
            yield _without_items(path, by_place, is_list=path in lists)


def _names_items(path: str, collection: str, by_place: Mapping[tuple[str, str], str]) -> bool:
    """Whether a path names an item: PUT alone, where nothing shows what it made, does something."""
    methods = [method for method in _OF_ITEMS if (method, path) in by_place]
    return bool(methods) and (methods != ["PUT"] or ("GET", collection) in by_place)


def _only_lists(path: str, by_place: Mapping[tuple[str, str], str]) -> bool:
    """Whether a path with items below it, which ends with a parameter itself, names no item."""
    methods = {method for method in _OF_ITEMS if (method, path) in by_place}
    return path.endswith("}") and methods == {"GET"}


def _answers_with_array(api: Api, operation: Operation) -> bool:
    """Whether GET answers with an array in JSON, and so with no item or single thing."""
    success = next((key for key in operation.responses if key in ("200", "2XX")), None)
    if operation.method != "GET" or success is None:
        return False
    for media_type in operation.responses[success].content:
        if is_json(media_type.name) and media_type.schema_key is not None:
            schema: Json = api.responses.roots[media_type.schema_key]
            for _ in range(_MOST_REFERENCES):
                if not isinstance(schema, Mapping) or "$ref" not in schema:
                    break
                schema = resolve_or_any(schema["$ref"], api.responses.definitions)
            return isinstance(schema, Mapping) and schema.get("type") == "array"
    return False


def _without_items(
    path: str, by_place: Mapping[tuple[str, str], str], *, is_list: bool
) -> Resource:
    """What is at a path with no items below it: a list, or a thing that there is one of."""
    get, post = by_place["GET", path], by_place.get(("POST", path), "")
    update, replace = by_place.get(("PATCH", path), ""), by_place.get(("PUT", path), "")
    if is_list or not (update or replace):
        return Resource(post or get, post, "", Basis.CONVENTION, list=get)
    delete = by_place.get(("DELETE", path), "")
    return Resource(replace or update, "", "", Basis.CONVENTION, None, get, update, replace, delete)


def _resource(
    create: str,
    parameter: str,
    read: str,
    path: str,
    collection: str,
    by_place: Mapping[tuple[str, str], str],
    id: str | None = None,
) -> Resource:
    return Resource(
        name=create or read or path,
        basis=Basis.CONVENTION,
        create=create,
        parameter=parameter,
        id=id,
        read=read,
        update=by_place.get(("PATCH", path)) or _posted(path, by_place),
        replace=by_place.get(("PUT", path), ""),
        delete=by_place.get(("DELETE", path), ""),
        list=by_place.get(("GET", collection), ""),
    )


def _posted_to(collection: str, by_place: Mapping[tuple[str, str], str]) -> str:
    """What makes a new item of a collection: `POST /things`, or `POST /things/create`."""
    places = (collection, *(f"{collection}/{word}" for word in _CREATING))
    return next((by_place["POST", each] for each in places if ("POST", each) in by_place), "")


def _posted(path: str, by_place: Mapping[tuple[str, str], str]) -> str:
    """What changes a thing by POST, as some do (`POST /coupons/{coupon}`) who have no PUT."""
    return "" if ("PUT", path) in by_place else by_place.get(("POST", path), "")


def _linked(
    api: Api, operation: Operation, by_place: Mapping[tuple[str, str], str]
) -> Iterator[Resource]:
    """The thing that a POST makes, where a link of its success says how to read it."""
    by_id = {each.id: each for each in api.operations}
    for link in _links(api, operation):
        read = by_id.get(_operation_id(api, link))
        parameters = link.get("parameters")
        for name, value in parameters.items() if isinstance(parameters, Mapping) else ():
            name, id = str(name).removeprefix("path."), _ID.fullmatch(str(value))
            path = read.path.rstrip("/") if read and read.method == "GET" else ""
            if read and id and path.endswith(f"/{{{name}}}"):
                collection = path.removesuffix(f"/{{{name}}}")
                yield _resource(operation.id, name, read.id, path, collection, by_place, id[1])
                return


def _links(api: Api, operation: Operation) -> Iterator[Mapping[str, Json]]:
    item = follow(api.document, (api.document.get("paths") or {}).get(operation.path) or {})
    described = follow(api.document, item.get(operation.method.lower()) or {})
    for status, raw in (described.get("responses") or {}).items():
        response = follow(api.document, raw) if str(status).startswith("2") else {}
        for link in (response.get("links") or {}).values():
            found = follow(api.document, link)
            if isinstance(found, Mapping):
                yield found


def _operation_id(api: Api, link: Mapping[str, Json]) -> str:
    """The id of the operation that a link leads to; "" where it is none of this document."""
    reference = link.get("operationRef")
    if not isinstance(reference, str):
        return str(link.get("operationId") or "")
    parts = [unquote(part) for part in reference.removeprefix("#/paths/").split("/")]
    if len(parts) != 2 or not reference.startswith("#/paths/"):
        return ""
    path = parts[0].replace("~1", "/").replace("~0", "~")
    key = f"{parts[1].upper()} {path}"
    return next((each.id for each in api.operations if each.key == key), "")
