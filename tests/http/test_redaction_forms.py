"""Every form in which a secret has been taken out so far is taken out still."""

import json
from collections.abc import Mapping
from urllib.parse import quote

import pytest

from emulator.http.messages import AnyResponse, Event, EventStream, Request, Response
from emulator.http.redaction import Redaction
from emulator.http.secret_names import SecretNames
from emulator.http.sse import frames
from tests.support.secret_places import PLACES, SECRET, holds

NUMBER = 902107

Message = Request | AnyResponse


def with_fields(*fields: tuple[str, str]) -> Request:
    return Request("GET", "/", "", fields)


def with_body(content_type: str | None, body: str) -> Response:
    return Response(200, (("content-type", content_type),) if content_type else (), body.encode())


WRITTEN: Mapping[str, Message] = {
    # Header fields.
    "bearer": with_fields(("Authorization", f"Bearer {SECRET}")),
    "proxy": with_fields(("Proxy-Authorization", f"Basic {SECRET}")),
    "scheme of one's own": with_fields(("authorization", f"X.Y-1+z  {SECRET}")),
    "several parameters": with_fields(("authorization", f'Digest a="b", response="{SECRET}"')),
    "no scheme": with_fields(("authorization", SECRET)),
    "credential where a scheme stands": with_fields(("authorization", f"{SECRET} x")),
    "space in a credential": with_fields(("authorization", f"Bearer x {SECRET}")),
    "header with a secret's name": with_fields(("X-API-Key", SECRET)),
    "header that ends with authorization": with_fields(("x-amz-authorization", f"x {SECRET}")),
    "cookies": with_fields(("Cookie", f"a=b; sid={SECRET}; c=d")),
    "cookie without a name": with_fields(("cookie", f"a=b; {SECRET}")),
    "new cookie": with_fields(("Set-Cookie", f"sid={SECRET}; Path=/; HttpOnly")),
    "new cookie without a name": with_fields(("set-cookie", SECRET)),
    "new cookies in one field": with_fields(
        ("set-cookie", f"a=b; Expires=Wed, 21 Oct 2026 07:28:00 GMT, sid={SECRET}; Path=/")
    ),
    "token in a location": with_fields(("location", f"/cb?a=b#access_token={quote(SECRET)}")),
    "password in a location": with_fields(("location", f"https://rex:{quote(SECRET, '')}@x/")),
    # Queries.
    "query": Request("GET", "/", f"a=b&api_key={quote(SECRET)}"),
    "name that is encoded": Request("GET", "/", f"access%5Ftoken={quote(SECRET)}"),
    "value as it is": Request("GET", "/", f"token={SECRET}"),
    # Bodies.
    "JSON": with_body("application/json", f'[{{"a": {{"apiKey": "{SECRET}"}}}}]'),
    "JSON of another type": with_body(
        "application/x+json; charset=utf-8", f'{{"token":"{SECRET}"}}'
    ),
    "JSON without a type": with_body(None, f'{{"clientSecret": "{SECRET}"}}'),
    "JSON in white space": with_body("application/json", f' \n{{"token": "{SECRET}"}}'),
    "JSON below a secret's name": with_body("application/json", f'{{"tokens": [["{SECRET}"]]}}'),
    "number": with_body("application/json", f'{{"pin_token": {NUMBER}}}'),
    "number below a secret's name": with_body(
        "application/json", f'{{"tokens": {{"pin_token": {NUMBER}}}}}'
    ),
    "fraction": with_body("application/json", f'{{"pin_token": {NUMBER}.5}}'),
    "JSON in a string": with_body(
        "application/json", json.dumps({"a": f'{{"token": "{SECRET}"}}'})
    ),
    "URL in a string": with_body("application/json", f'{{"a": "/?token={quote(SECRET)}"}}'),
    "JSON lines": with_body("application/x-ndjson", f'{{"a": 1}}\n{{"token": "{SECRET}"}}\n'),
    "form": with_body("application/x-www-form-urlencoded", f"a=b&password={quote(SECRET)}"),
    "multipart": with_body(
        "multipart/form-data; boundary=b",
        f'--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n{SECRET}\r\n--b--\r\n',
    ),
    "XML": with_body("text/xml", f"<a><b:token x='1'>{SECRET}</b:token></a>"),
    # Events, as they are and as bytes.
    "event": EventStream(200, (), (Event(f'{{"token": "{SECRET}"}}'),)),
    "URL in an event": EventStream(200, (), (Event(f"/?token={quote(SECRET)}"),)),
    "event in a body": with_body("text/event-stream", f'id: 1\ndata: {{"token": "{SECRET}"}}\n\n'),
    "event without a space": with_body("text/event-stream", f'data:{{"token":"{SECRET}"}}\n\n'),
    "event with CRLF": with_body("text/event-stream", f'data: {{"token":"{SECRET}"}}\r\n\r\n'),
    "data in several lines": with_body(
        "text/event-stream", f'data: {{"token":\nid: 1\ndata: "{SECRET}"}}\n\n'
    ),
    "URL in an event in a body": with_body("text/event-stream", f"data: /?token={quote(SECRET)}"),
    "event after a byte order mark": with_body(
        "text/event-stream", f'\ufeffdata: {{"token": "{SECRET}"}}\n\n'
    ),
    "event that never ends": with_body("text/event-stream", f'data: {{"token": "{SECRET}"}}'),
}
RECORDED: Mapping[str, Message] = {
    f"{where} of a recording: {name}": message
    for name, place in PLACES.items()
    if place.kept
    for where, message in (("request", place.request), ("answer", place.answer))
}
FORMS: Mapping[str, Message] = {**WRITTEN, **RECORDED}


def shown(message: Message) -> bytes:
    """All that is left of a message."""
    redaction = Redaction(SecretNames(frozenset({"chip", "x-pets-id"}), (("data", "*", "x"),)))
    if isinstance(message, Request):
        request = redaction.request(message)
        return repr((request.target, request.headers)).encode() + request.body
    answer = redaction.answer(message)
    body = b"".join(frames(answer)) if isinstance(answer, EventStream) else answer.body
    return repr(answer.headers).encode() + body


@pytest.mark.parametrize("name", FORMS)
def test_secret_is_taken_out(name: str) -> None:
    left = shown(FORMS[name])
    assert not holds(left)
    assert str(NUMBER).encode() not in left
