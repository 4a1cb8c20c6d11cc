"""Where a pattern can match: what it says of method and path, as keys of an index.

A request has the places of the patterns that it may match, and is compared with these alone.
"""

import re
from collections.abc import Callable, Iterable, Mapping

from emulator.http.messages import Json, Request

#: Which segments of a path are fixed, by their positions, and how many segments there are: None
#: where any number may follow.
Shape = tuple[int | None, tuple[int, ...]]

#: A method, None for any, and: nothing more; a whole path or URL; or a shape with its segments.
Place = tuple[str | None, Shape | None, str | tuple[str, ...] | None]

#: What reads the parameters of a path; None for a path that is not like the template.
PathTemplate = Callable[[str], Mapping[str, str] | None]

#: A segment of a path template.
_PARAMETER = re.compile(r"([^{}]*)(?:\{([A-Za-z_][\w.-]*)\}([^{}]*))?")

#: The start of a regular expression that stands for itself.
_LITERAL = re.compile(r"\^?((?:[\w/~%:@-]|\\[./-])*)(?![?*+{])", re.ASCII)


def place_of(pattern: Mapping[str, Json]) -> Place:
    """The place of a pattern as it is written: no request elsewhere matches it."""
    method = pattern.get("method", "ANY").upper()
    shape, text = _path_of(pattern)
    return None if method in ("ANY", "GET_OR_HEAD") else method, shape, text


def places_of(request: Request, shapes: Iterable[Shape]) -> list[Place]:
    """The places of all patterns that a request may match; `shapes` are those that they have."""
    method, path = request.method, request.path
    places: list[Place] = [
        *((method, None, path), (None, None, path)),
        *((method, None, None), (None, None, None)),
    ]
    if request.query:
        target = request.target
        places += (method, None, target), (None, None, target)
    if shapes:
        segments = path.split("/")
        for shape in shapes:
            count, fixed = shape
            if len(segments) == count or (count is None and len(segments) > len(fixed)):
                text = tuple([segments[position] for position in fixed])
                places += (method, shape, text), (None, shape, text)
    return places


def path_template(template: str) -> PathTemplate | None:
    """What reads the parameters of a path like this; None where the template can't be used.

    A segment holds one parameter at most: then no path takes long.
    """
    names: list[str] = []
    patterns: list[str] = []
    for segment in template.split("/"):
        found = _PARAMETER.fullmatch(segment)
        if found is None or found[2] in names:
            return None
        names += filter(None, [found[2]])
        middle = "([^/]+)" if found[2] else ""
        patterns.append(re.escape(found[1]) + middle + re.escape(found[3] or ""))
    pattern = re.compile("/".join(patterns))

    def read(path: str) -> Mapping[str, str] | None:
        match = pattern.fullmatch(path)
        return dict(zip(names, match.groups(), strict=True)) if match else None

    return read


def _path_of(pattern: Mapping[str, Json]) -> tuple[Shape | None, str | tuple[str, ...] | None]:
    exact = pattern.get("url", pattern.get("urlPath"))
    if exact is not None:
        return None, exact
    if "urlPathTemplate" in pattern:
        segments = pattern["urlPathTemplate"].split("/")
        fixed = tuple(n for n, segment in enumerate(segments) if "{" not in segment)
        return (len(segments), fixed), tuple(segments[position] for position in fixed)
    return _start_of(pattern.get("urlPattern", pattern.get("urlPathPattern", "")))


def _start_of(regex: str) -> tuple[Shape | None, str | tuple[str, ...] | None]:
    """The path that a regular expression stands for, or the segments that it begins with."""
    found = _LITERAL.match(regex)
    if found is None or not regex or "|" in regex:
        return None, None
    literal = found[1].replace("\\", "")
    if regex[found.end() :] in ("", "$"):
        return None, literal
    segments = tuple(literal.split("/")[:-1])
    # A first segment is empty in every path.
    return ((None, tuple(range(len(segments)))), segments) if len(segments) > 1 else (None, None)
