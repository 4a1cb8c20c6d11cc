"""What is compared of a response: status, media type, code, headers, and facts of the body.

Ids, times and texts differ from server to server and from call to call. What a client's code
depends on is which members there are, and of what kind their values are.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import orjson

from emulator.contract.compare.rules import Rules
from emulator.http.media_types import base_type, is_json
from emulator.http.messages import Json, Response, Violation
from emulator.openapi.document.model import Api, Operation
from emulator.openapi.validate.response import validate_response
from emulator.schema.pointers import escape, lookup, parts_of

#: The domains of every place of a body, by pointer; items of arrays share the step `*`.
Facts = Mapping[str, frozenset[str]]

ARRAY, OBJECT = "array", "object"


@dataclass(frozen=True, slots=True)
class View:
    """One response as it is compared; `breaches` are its violations of the document."""

    status: int
    media_type: str = ""
    code: Json = None
    headers: frozenset[str] = frozenset()
    breaches: tuple[Violation, ...] = ()
    body: Facts = field(default_factory=dict)


def view_of(api: Api, operation: Operation, answer: Response, rules: Rules) -> View:
    """The view of a response by these rules."""
    fields = dict(answer.headers)
    media_type = base_type(fields.get("content-type", ""))
    value = _json(answer.body, media_type)
    described = operation.response_for(answer.status)
    documented = described.headers if described else ()
    looked_at = {*rules.headers, *(header.name.lower() for header in documented)}
    return View(
        status=answer.status,
        media_type=media_type,
        code=_code(value, rules) if answer.status >= 400 else None,
        headers=frozenset(looked_at & fields.keys()),
        breaches=_breaches(api, operation, answer),
        body=facts_of(value, rules) if value is not _NONE else {},
    )


def facts_of(value: Json, rules: Rules) -> Facts:
    """The domains of every place in a JSON value."""
    found: dict[str, set[str]] = {}
    for pointer, domain in _walk(value, rules):
        found.setdefault(pointer, set()).add(domain)
    return {pointer: frozenset(domains) for pointer, domains in found.items()}


_NONE = object()


def _walk(value: Json, rules: Rules) -> Iterator[tuple[str, str]]:
    # A stack rather than recursion: bodies may be nested deeper than Python's.
    pending = [("", value)]
    while pending:
        place, each = pending.pop()
        if rules.ignore.fullmatch(place):
            continue
        if isinstance(each, dict):
            yield place, OBJECT
            merged = rules.maps.fullmatch(place)
            pending += [(f"{place}/{'*' if merged else escape(k)}", v) for k, v in each.items()]
        elif isinstance(each, list):
            yield place, ARRAY
            ordered = rules.ordered.fullmatch(place)
            pending += [(f"{place}/{n if ordered else '*'}", item) for n, item in enumerate(each)]
        else:
            yield place, rules.domain(place, each)


def _json(body: bytes, media_type: str) -> Json:
    if not is_json(media_type) or not body:
        return _NONE
    try:
        return orjson.loads(body)
    except ValueError:
        return _NONE


def _code(value: Json, rules: Rules) -> Json:
    for pointer in rules.codes:
        try:
            found = lookup(value, parts_of(pointer))
        except KeyError:
            continue
        if isinstance(found, str | int) and not isinstance(found, bool):
            return found
    return None


def _breaches(api: Api, operation: Operation, answer: Response) -> tuple[Violation, ...]:
    if all(each.augmented for each in operation.responses.values()):
        return ()  # the document promises no response
    described = operation.response_for(answer.status)
    if described is not None and described.augmented and 400 <= answer.status < 500:
        return ()  # an error that the document does not mention: HTTP allows it
    return validate_response(api, operation, answer)
