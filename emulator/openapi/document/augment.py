"""Describe rejections that a document leaves out: what is served must be what is documented.

An operation that can be refused (it takes parameters, a body or credentials) but documents no
status for that, no range and no `default`, would make every rejection a violation, and so would
accepting what it should refuse. Such operations get a `default` response: the document's usual
error, or else problem details.
"""

from collections.abc import Iterator, Mapping

from emulator.http.messages import Json
from emulator.http.problems import MEDIA_TYPE
from emulator.openapi.document.fields import METHODS
from emulator.openapi.document.usual_errors import UsualError
from emulator.schema.notices import Notice

#: Marks what was added.
MARK = "x-emulator-augmented"

_COMPONENT = "EmulatorProblem"
_REFERENCE = {"$ref": f"#/components/responses/{_COMPONENT}"}
_VIOLATION = ("location", "pointer", "keyword", "message")

_PROBLEM_SCHEMA: Mapping[str, Json] = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 100, "maximum": 599},
        "detail": {"type": "string"},
        "violations": {
            "type": "array",
            "items": {
                "type": "object",
                "required": [*_VIOLATION],
                "properties": {name: {"type": "string"} for name in _VIOLATION},
            },
        },
    },
}


def augment(
    document: Mapping[str, Json], file: str, usual: UsualError | None
) -> tuple[Mapping[str, Json], tuple[Notice, ...]]:
    """Add a `default` response of the usual shape where rejections are undescribed, and a notice.

    The document given is not changed; one that needs nothing is returned as it is.
    """
    bare = [place for place in _operations(document) if _is_bare(*place[2:], document)]
    if not bare:
        return document, ()
    paths = dict(document["paths"])
    for path, method, _, operation in bare:
        if paths[path] is document["paths"][path]:
            paths[path] = dict(paths[path])
        responses = operation.get("responses") or {}
        paths[path][method] = {**operation, "responses": {**responses, "default": _REFERENCE}}
    components = dict(document.get("components") or {})
    content: dict[str, Json] = {MEDIA_TYPE: {"schema": dict(_PROBLEM_SCHEMA)}}
    if usual is not None:
        content = {name: _undemonstrated(each) for name, each in usual.content.items()}
    shape = "problem details" if usual is None else "the document's usual error"
    added = {"description": "The request was refused.", "content": content, MARK: True}
    components["responses"] = {**(components.get("responses") or {}), _COMPONENT: added}
    first = f"{bare[0][1].upper()} {bare[0][0]}"
    message = (
        f"no refusal of invalid requests is described for {first}"
        + (f" and {len(bare) - 1} more" if len(bare) > 1 else "")
        + f"; a `default` response with {shape} was added to what is served"
    )
    notice = Notice(file, "/paths", "refusal-undocumented", message)
    return {**document, "paths": paths, "components": components}, (notice,)


def without_added(document: Mapping[str, Json]) -> Mapping[str, Json]:
    """The document without what `augment` added; the one given is not changed."""
    responses = (document.get("components") or {}).get("responses") or {}
    if not (responses.get(_COMPONENT) or {}).get(MARK):
        return document
    paths = dict(document["paths"])
    for path, method, _, operation in _operations(document):
        if (operation.get("responses") or {}).get("default") == _REFERENCE:
            kept = {key: each for key, each in operation["responses"].items() if key != "default"}
            paths[path] = {**paths[path], method: {**operation, "responses": kept}}
    kept = {name: each for name, each in responses.items() if name != _COMPONENT}
    return {**document, "paths": paths, "components": {**document["components"], "responses": kept}}


def _undemonstrated(media_type: Mapping[str, Json]) -> dict[str, Json]:
    """A media type without its examples: they are of another response."""
    return {name: each for name, each in media_type.items() if not name.startswith("example")}


def _operations(
    document: Mapping[str, Json],
) -> Iterator[tuple[str, str, Mapping[str, Json], Mapping[str, Json]]]:
    for path, item in (document.get("paths") or {}).items():
        # A path item behind `$ref` is shared: what it says stays as the author wrote it.
        if isinstance(item, dict) and "$ref" not in item:
            for method in METHODS:
                if isinstance(item.get(method), dict):
                    yield path, method, item, item[method]


def _is_bare(
    item: Mapping[str, Json], operation: Mapping[str, Json], document: Mapping[str, Json]
) -> bool:
    """Whether a rejection can happen for which no status is documented."""
    documented = {str(status).upper() for status in operation.get("responses") or {}}
    if "DEFAULT" in documented or "4XX" in documented:
        return False
    security = operation.get("security", document.get("security")) or ()
    guarded = bool(security) and {} not in security  # an empty alternative lets anyone in
    takes_body = bool(operation.get("requestBody"))
    takes_any = takes_body or bool(operation.get("parameters") or item.get("parameters"))
    return (guarded and documented.isdisjoint(("401", "403"))) or (
        takes_any and documented.isdisjoint(("400", "422"))
    )
