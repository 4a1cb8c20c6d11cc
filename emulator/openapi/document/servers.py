"""The paths that a document's servers put operations below."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product
from urllib.parse import urlsplit

from emulator.http.messages import Json
from emulator.openapi.document.fields import BUNDLED, METHODS

#: Values of variables multiply; more would be no documentation.
_MAX_PATHS = 100


def base_paths(document: Mapping[str, Json]) -> tuple[str, ...]:
    """The paths of a document's servers; without any it answers at the root ("")."""
    return paths_of(document.get("servers")) or ("",)


def paths_of(servers: Json) -> tuple[str, ...]:
    """The paths of servers, in order and without trailing slash.

    Variables take their default first, then every other value of their `enum`.
    """
    paths: dict[str, None] = {}
    for server in servers if isinstance(servers, list) else ():
        for path in _paths(server):
            if path is not None and "{" not in path and len(paths) < _MAX_PATHS:
                paths[path] = None
    return tuple(paths)


def served_at(document: Mapping[str, Json], base: str, prefixes: Iterable[str]) -> dict[str, Json]:
    """The document with its operations on the server at a base URL, and on no other.

    `prefixes` are the base paths of the document; paths and operations with servers of their own
    keep theirs.
    """
    served = {**document, "servers": _at(base, prefixes)}
    paths = document.get("paths") or {}
    served["paths"] = {path: _item_at(base, item) for path, item in paths.items()}
    components = dict(document.get("components") or {})
    for section in ("pathItems", BUNDLED):  # what paths refer to
        if section in components:
            components[section] = {
                name: _item_at(base, item) for name, item in components[section].items()
            }
    return {**served, "components": components} if components else served


def _item_at(base: str, item: Json) -> Json:
    """A path item or operation, with its servers at a base URL."""
    if not isinstance(item, dict):
        return item
    changed = {name: _item_at(base, item[name]) for name in METHODS if name in item}
    if own := paths_of(item.get("servers")):
        changed["servers"] = _at(base, own)
    return {**item, **changed}


def _at(base: str, prefixes: Iterable[str]) -> list[Json]:
    return [{"url": base + prefix or "/"} for prefix in prefixes]


def server_doubts(servers: Json) -> Iterator[tuple[tuple[str, ...], str]]:
    """Where in servers it says that they have paths which are not served, and why."""
    for index, server in enumerate(servers if isinstance(servers, list) else ()):
        for name, variable in _variables(server).items():
            if not isinstance(variable.get("enum"), list) and _matters(server, name):
                default = variable.get("default", "")
                message = f"{name!r} may have any value; only the default {default!r} is served"
                yield (str(index), "variables", name), message
        paths = list(islice(_paths(server), _MAX_PATHS + 1))
        if any("{" in path for path in paths if path is not None):
            yield (str(index), "url"), "has a variable that is not described; nothing is below it"
        if len(paths) > _MAX_PATHS:
            yield (str(index), "variables"), f"have too many values; {_MAX_PATHS} paths are served"


def _paths(server: Json) -> Iterator[str | None]:
    """The path for each set of values of the variables that matter to it."""
    names = [name for name in _variables(server) if _matters(server, name)]
    values = (_values(_variables(server)[name]) for name in names)
    for chosen in islice(product(*values), 10 * _MAX_PATHS):
        yield _path(server, dict(zip(names, chosen, strict=True)))


def _matters(server: Json, name: str) -> bool:
    """Whether a variable is part of the path, and not only of the host."""
    variable = _variables(server)[name]
    probes = (*_values(variable)[1:], "probe-a", "probe-b")
    return len({_path(server, {name: value}) for value in probes}) > 1


def _path(server: Json, values: Mapping[str, str]) -> str | None:
    """The path of a server's URL; None where it has none that can be read."""
    url = server.get("url") if isinstance(server, dict) else None
    if not isinstance(url, str):
        return None
    for name, variable in _variables(server).items():
        url = url.replace("{" + name + "}", values.get(name, _values(variable)[0]))
    try:
        path = urlsplit(url).path.rstrip("/")
    except ValueError:
        return None
    return path if path.startswith("/") or not path else "/" + path


def _variables(server: Json) -> dict[str, dict[str, Json]]:
    variables = server.get("variables") if isinstance(server, dict) else None
    return {
        str(name): variable if isinstance(variable, dict) else {}
        for name, variable in (variables.items() if isinstance(variables, dict) else ())
    }


def _values(variable: Mapping[str, Json]) -> tuple[str, ...]:
    """The values of a variable, first its default."""
    others = variable.get("enum")
    default = str(variable.get("default", ""))
    return tuple(dict.fromkeys((default, *map(str, others if isinstance(others, list) else ()))))
