"""WireMock request patterns and stub mappings from Python arguments."""

from collections.abc import Mapping
from typing import Any, TypedDict

from emulator.http.messages import Json
from emulator.http.nearest import nearest, unknown

#: A wrong keyword is shown where the test writes it.
__tracebackhide__ = True


class MatchFields(TypedDict, total=False):
    """Conditions on a request; what is not given does not matter.

    `path_pattern` is a regular expression for the path, `url` path and query.
    Values of `query`, `headers` and `cookies` are texts to equal, or matchers as WireMock has them
    (`{"contains": "x"}`). `json` is the whole body, `json_contains` a part of it, `json_path` an
    expression that must find something; `body` and `body_contains` are texts. `pattern` is a whole
    WireMock pattern, to which the others are added.
    """

    path_pattern: str
    url: str
    query: Mapping[str, Json]
    headers: Mapping[str, Json]
    cookies: Mapping[str, Json]
    json: Json
    json_contains: Json
    json_path: str
    body: str
    body_contains: str
    pattern: Mapping[str, Json]


def request_pattern(method: str | None, path: str | None, fields: MatchFields) -> dict[str, Json]:
    """The WireMock request pattern for these fields; any method if none is given."""
    _refuse_others("condition on a request", fields, MatchFields)
    method = (method or "ANY").upper()
    if method not in _METHODS and nearest(method, _METHODS):
        raise ValueError(unknown("method", method, _METHODS))
    pattern: dict[str, Json] = {"method": method, **fields.get("pattern", {})}
    if path is not None:
        pattern["urlPath"] = path
    for name, key in _URLS.items():
        if name in fields:
            pattern[key] = fields[name]  # type: ignore[literal-required]
    for name, key in _MAPS.items():
        if name in fields:
            values: Mapping[str, Json] = fields[name]  # type: ignore[literal-required]
            pattern[key] = {each: _matcher(value) for each, value in values.items()}
    bodies = [{key: fields[name], **more} for name, key, more in _BODIES if name in fields]  # type: ignore[literal-required]
    if bodies:
        pattern["bodyPatterns"] = [*pattern.get("bodyPatterns", []), *bodies]
    return pattern


class StubFields(TypedDict, total=False):
    """The response of a stub, and when it is sent.

    `json` or `body` with `status` and `headers` is the response; with `template` its texts are
    templates over the request. `delay_ms` delays it, `fault` (WireMock's names or ours) breaks it.
    `match` are conditions beside method and path. Of several matching stubs the one with the lowest
    `priority` (5 by default) responds, then the newest. A stub of a `scenario` responds only in the
    `required_state`, and sets the `new_state`.
    """

    status: int
    json: Json
    body: str
    headers: Mapping[str, str]
    delay_ms: int
    fault: str
    template: bool
    match: MatchFields
    priority: int
    name: str
    scenario: str
    required_state: str
    new_state: str


def stub_mapping(method: str, path: str, fields: StubFields) -> dict[str, Json]:
    """The WireMock stub mapping for requests of this method and path."""
    _refuse_others("field of a stub", fields, StubFields)
    response: dict[str, Json] = {"status": fields.get("status", 200)}
    response |= {key: fields[name] for name, key in _RESPONSE.items() if name in fields}  # type: ignore[literal-required]
    if fields.get("template"):
        response["transformers"] = ["response-template"]
    mapping = {key: fields[name] for name, key in _MAPPING.items() if name in fields}  # type: ignore[literal-required]
    return {
        **mapping,
        "request": request_pattern(method, path, fields.get("match", {})),
        "response": response,
    }


def _refuse_others(kind: str, fields: Mapping[str, Any], known: type) -> None:
    """TypeError for a keyword that is none of those known, as Python has for other functions."""
    for name in fields:
        if name not in known.__annotations__:
            raise TypeError(unknown(kind, name, known.__annotations__))


def _matcher(value: Json) -> Json:
    return value if isinstance(value, Mapping) else {"equalTo": str(value)}


#: Another method is a document's own, unless it is nearly one of these.
_METHODS = (
    *("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "CONNECT"),
    *("ANY", "GET_OR_HEAD"),
)
_URLS = {"path_pattern": "urlPathPattern", "url": "url"}
_MAPS = {"query": "queryParameters", "headers": "headers", "cookies": "cookies"}
_BODIES: tuple[tuple[str, str, Mapping[str, Json]], ...] = (
    ("json", "equalToJson", {}),
    ("json_contains", "equalToJson", {"ignoreExtraElements": True}),
    ("json_path", "matchesJsonPath", {}),
    ("body", "equalTo", {}),
    ("body_contains", "contains", {}),
)
_RESPONSE = {
    "json": "jsonBody",
    "body": "body",
    "headers": "headers",
    "delay_ms": "fixedDelayMilliseconds",
    "fault": "fault",
}
_MAPPING = {
    "name": "name",
    "priority": "priority",
    "scenario": "scenarioName",
    "required_state": "requiredScenarioState",
    "new_state": "newScenarioState",
}
