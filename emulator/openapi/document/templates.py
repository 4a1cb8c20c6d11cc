"""The parameters of paths, and doubts: those that they don't have, or that nobody describes."""

import re
from collections import Counter
from collections.abc import Collection, Iterator

from emulator.http.nearest import did_you_mean
from emulator.openapi.document.model import Parameter

_NAME = re.compile(r"\{([^{}]*)\}")


def undescribed(path: str, described: Collection[str]) -> Iterator[Parameter]:
    """The path parameters that no operation describes: any text."""
    for name in dict.fromkeys(_NAME.findall(path)):
        if name and name not in described:
            yield Parameter(name, "path", True, None, {"name": name, "in": "path"})


def template_doubts(path: str, described: Collection[str]) -> Iterator[tuple[str, str]]:
    """Codes and messages for a path whose operation describes these path parameters."""
    names = Counter(_NAME.findall(path))
    for name in described:
        if name not in names:
            meant = did_you_mean(name, names)
            message = f"path parameter {name!r} is not in {path} and is never checked{meant}"
            yield "path-parameter-unknown", message
    for name, count in names.items():
        if name not in described:
            yield "path-parameter-missing", f"no parameter describes {{{name}}}; it may be anything"
        if count > 1:
            yield "path-parameter-twice", f"{{{name}}} stands twice; the last one counts"
    rest = _NAME.sub("", path)
    if "?" in rest or "#" in rest:
        message = "no request has this path: what follows `?` or `#` is not part of it"
        yield "path-never-matches", f"{message}; describe it as a query parameter"
    if "{" in rest or "}" in rest:
        yield "path-braces", f"{path} has a brace that is no pair's; it is read as text"
