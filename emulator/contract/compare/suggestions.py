"""Suggests how to fix a difference."""

from collections.abc import Iterator, Mapping

from emulator.contract.compare.cases import Case
from emulator.contract.compare.values import Kind, Suggestion
from emulator.http.media_types import find
from emulator.http.messages import Json
from emulator.openapi.document.model import Api, Operation
from emulator.schema.pointers import parts_of, unescape

_BRANCHES = ("allOf", "anyOf", "oneOf")
_CONDITIONS = ("if", "then", "else")

#: What to do below a folder of fixtures about an aspect in which both are valid but different.
_DIFFERENT = {
    "media type": "set `media_type` in a fixture below {}/",
    "error code": "use the endpoint's code in a fixture below {}/, or in problems/",
    "header": "add the header in a fixture below {}/, or in headers.yaml",
    "presence": "add the member in a fixture below {}/",
    "domain": "use values like the endpoint's below {}/, or write a rule for the place",
}


def suggest(
    kind: Kind, aspect: str, values: tuple[str, str], case: Case, api: str, unknown: bool = False
) -> Suggestion:
    """How to fix a difference; `values` are the emulator's and the endpoint's.

    `unknown`: the document does not describe the place.
    """
    folder = f"fixtures/{api}/{case.operation.id}"
    mend, text = "fixture", _DIFFERENT.get(aspect, "").format(folder)
    if kind is Kind.ENDPOINT and aspect == "answer":
        mend, text = "behaviour", "the endpoint has to respond; look at its logs"
    elif kind is Kind.ENDPOINT and aspect == "status":
        mend, text = "behaviour", "the endpoint fails, which nobody should imitate: see its logs"
    elif kind is Kind.ENDPOINT:
        mend, text = (
            "document",
            "describe the endpoint's response in the document, or fix the endpoint",
        )
    elif kind is Kind.EMULATOR:
        text = f"fix the response below {folder}/"
    elif kind is Kind.FLAKY:
        mend = "behaviour"
        text = "repeat with --repeats; if the endpoint means it, ignore the place by a rule"
    elif unknown and values[1] == "there":
        mend = "document"
        text = "describe the member in the document, which only allows it, and add it"
    elif aspect == "status":
        mend, text = _status(*values, case, folder)
    elif aspect in ("header", "presence") and values[1] == "absent":
        what = "header" if aspect == "header" else "member"
        text = f"leave the {what} out of the responses below {folder}/"
    return Suggestion(mend, text)


def _status(ours: str, theirs: str, case: Case, folder: str) -> tuple[str, str]:
    accepted = case.valid and ours[0] in "23"
    if theirs in ("401", "403") and not case.anonymous:
        return "behaviour", "send a credential that the endpoint accepts: --auth, --header"
    if theirs == "429":
        return "behaviour", "send requests to the endpoint more slowly: --rate"
    if not case.valid and theirs[0] in "23":
        text = "the endpoint accepts what the document forbids: fix the document or the endpoint"
        return "document", text
    if accepted and theirs == "404":
        text = "give a value that the endpoint knows under `parameters` of a rules file"
        return "behaviour", text
    if accepted and theirs[0] == "4":
        text = "the endpoint rejects what the document allows: fix the document or the endpoint"
        return "document", text
    if not case.valid:
        text = (
            f"reject as the endpoint does: add {theirs} in problems/, or document no other status"
        )
        return "behaviour", text
    return "fixture", f"add {folder}/{theirs}.default.yaml with the endpoint's response"


def is_described(
    api: Api, operation: Operation, status: int, media_type: str, pointer: str
) -> bool:
    """Whether some schema of the response has a place, `*` standing for any item or member."""
    response = operation.response_for(status)
    content = {each.name: each.schema_key for each in response.content} if response else {}
    key = content.get(find(tuple(content), media_type) or "")
    if key is None:
        return False
    schemas = [api.responses.roots[key]]
    for part in parts_of(pointer):
        schemas = [
            below
            for schema in schemas
            for each in _applicable(schema, api.responses.definitions)
            for below in _below(each, part)
        ]
    return bool(schemas)


def _applicable(schema: Json, definitions: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    """The schema and all that apply with it, each once."""
    pending, seen = [schema], set[int]()
    while pending:
        each = pending.pop()
        if not isinstance(each, dict) or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        reference = each.get("$ref")
        if isinstance(reference, str):
            name = unescape(reference.removeprefix("#/$defs/"))
            pending.append(definitions.get(name))
        pending += [branch for word in _BRANCHES for branch in each.get(word) or ()]
        pending += [each.get(word) for word in _CONDITIONS]


def _below(schema: Mapping[str, Json], part: str) -> Iterator[Json]:
    properties = schema.get("properties") or {}
    if part in properties:
        yield properties[part]
    yield from (schema.get("patternProperties") or {}).values()
    for word in ("additionalProperties", "items"):
        # `true` and `{}` allow everything, and describe nothing.
        if isinstance(schema.get(word), dict) and schema[word]:
            yield schema[word]
    yield from schema.get("prefixItems") or ()
