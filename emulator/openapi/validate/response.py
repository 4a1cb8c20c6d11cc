"""Validate a response by its operation: status, media type, body, required headers."""

from collections.abc import Iterator

from emulator.http.exact import loads
from emulator.http.media_types import base_type, find, is_json
from emulator.http.messages import AnyResponse, EventStream, Response, Violation
from emulator.openapi.document.model import Api, Operation, ResponseObject


def validate_response(api: Api, operation: Operation, answer: AnyResponse) -> tuple[Violation, ...]:
    """Everything in which a response differs from the document; bodies only if they are JSON."""
    described = operation.response_for(answer.status)
    if described is None or described.augmented:
        documented = ", ".join(k for k, r in operation.responses.items() if not r.augmented)
        message = f"{answer.status} is not documented; there is: {documented or 'nothing'}"
        return (Violation("status", "", "status", message),)
    return (*_headers(described, answer), *_content(api, described, answer))


def _headers(described: ResponseObject, answer: AnyResponse) -> Iterator[Violation]:
    sent = {name for name, _ in answer.headers}
    for header in described.headers:
        if header.required and header.name.lower() not in sent:
            message = f"{header.name} is documented as required"
            yield Violation("header", f"/{header.name}", "required", message)


def _content(api: Api, described: ResponseObject, answer: AnyResponse) -> tuple[Violation, ...]:
    sent = next((value for name, value in answer.headers if name == "content-type"), None)
    body = answer.body if isinstance(answer, Response) else b""
    if not described.content or (isinstance(answer, Response) and not body):
        return ()
    names = tuple(media_type.name for media_type in described.content)
    name = find(names, sent or "application/octet-stream")
    if name is None:
        message = f"Content-Type is {sent or 'missing'}; documented is {', '.join(names)}"
        return (Violation("header", "/content-type", "content", message),)
    media_type = next(m for m in described.content if m.name == name)
    if isinstance(answer, EventStream) or not is_json(base_type(sent or name)):
        return ()
    try:
        value = loads(body)
    except ValueError as error:
        return (Violation("body", "", "json", f"it is not JSON: {error}"),)
    if media_type.schema_key is None:
        return ()
    return api.responses.violations(media_type.schema_key, value, "body")
