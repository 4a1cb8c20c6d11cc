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
    "URL in any header": with_fields(("x-original-url", f"/a?token={quote(SECRET)}")),
    "password in an origin": with_fields(("origin", f"https://rex:{quote(SECRET, '')}@x")),
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
    "pair in an event": with_body("text/event-stream", f"data: token={SECRET}\n\n"),
    "comment among events": with_body("text/event-stream", f": token={SECRET}\n\n"),
    "comment of an event": EventStream(200, (), (Event("", comment=f"token={SECRET}"),)),
    **{
        f"JSON that {why}": with_body("application/json", before + f'"token": "{SECRET}"' + after)
        for why, before, after in (
            ("isn't strict", '{"a": NaN, ', "}"),
            ("has a comma too many", "{", ",}"),
            ("has something after it", "{", "} x"),
            ("has something before it", ")]}',\n{", "}"),
            ("is in many lines", "{\n", ",\n}"),
            ("is nested deep", '{"a":' * 3_000 + "{", "}" * 3_001),
            ("begins with a mark", "\ufeff{", "}"),
        )
    },
    "JSON that is cut off": with_body("application/json", f'{{"a": [{{"token": "{SECRET}'),
    "broken JSON below a secret's name": with_body(
        "application/json", f'{{"token": {{"a": [1, "{SECRET}"'
    ),
    "broken line of JSON": with_body(
        "application/x-ndjson", f'{{"a": 1}}\n{{"token": "{SECRET}\n{{"token":"{SECRET}"}}'
    ),
    "pair in a string": with_body("application/json", f'{{"a": "token={SECRET}"}}'),
    "header in a string": with_body(
        "application/json", json.dumps({"a": f'curl -H "Authorization: Bearer {SECRET}"'})
    ),
    "JSON within a text in a string": with_body(
        "application/json", json.dumps({"a": f'got {{"token":"{SECRET}"}}'})
    ),
    **{
        f"value apart from its {label}": with_body(
            "application/json", json.dumps([{label: name, "value": value}])
        )
        for label, name, value in (
            ("name", "Authorization", f"Bearer {SECRET}"),
            ("key", "DB_PASSWORD", [SECRET]),
            ("type", "password", SECRET),
        )
    },
    "value apart in broken JSON": with_body(
        "application/json", f'[{{"name": "token", "value": "{SECRET}"'
    ),
    **{
        f"YAML, {kind}": with_body("application/yaml", text)
        for kind, text in (
            ("block", f"a:\n  token: |-\n    x\n\n    {SECRET}\nb: 1"),
            ("next line", f"- token:\n    {SECRET}"),
            ("words", f"token: my long {SECRET} # why"),
            ("tag", f"token: !!str {SECRET}"),
            ("flow", f"{{token: {SECRET}}}"),
            ("words in flow", f"a: {{b: 1, token: my {SECRET}}}"),
            ("list in flow", f"token: [x, {SECRET}]"),
            ("apart", f"- name: token\n  value: {SECRET}"),
            ("quote in quotes", f"token: 'it''s {SECRET}'"),
        )
    },
    "table": with_body("text/csv", f"token,user\r\n{SECRET},a\r\n"),
    "parameters of a credential in a text": with_body(
        "text/plain", f'Authorization: Digest username="x", response="{SECRET}"'
    ),
    "cookies in a text": with_body("text/plain", f"Cookie: a=b; sid={SECRET}"),
    "form with semicolons": with_body(
        "application/x-www-form-urlencoded", f"a=b;password={quote(SECRET)}"
    ),
    "JSON in a form": with_body(
        "application/x-www-form-urlencoded", "a=" + quote(f'{{"token": "{SECRET}"}}')
    ),
    **{
        f"part of {kind}": with_body(
            f"multipart/{kind.partition(',')[0]}; boundary=b", f"--b\r\n{head}\r\n\r\n{body}{end}"
        )
        for kind, head, body, end in (
            (
                "form-data",
                'Content-Disposition: form-data; name="a"\r\nContent-Type: application/json',
                f'{{"token":"{SECRET}"}}',
                "\r\n--b--\r\n",
            ),
            ("mixed", "Content-Type: application/json", f'{{"token":"{SECRET}"}}', "\r\n--b--"),
            ("mixed, cut off", "Content-Type: text/csv", f"a,token\n1,{SECRET}", ""),
            (
                "batch",
                "Content-Type: application/http",
                f"GET / HTTP/1.1\r\nAuthorization: Bearer {SECRET}\r\n",
                "\r\n--b--",
            ),
        )
    },
    "HTML": with_body("text/html", f"<input name=token value='{SECRET}'>"),
    "comment in XML": with_body("text/xml", f"<!-- token={SECRET} --><a/>"),
    "XML that is cut off": with_body("text/xml", f"<a><token>{SECRET}"),
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


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-32", "utf-8-sig", "cp037"])
@pytest.mark.parametrize("cut", [None, -1])
def test_secret_is_taken_out_of_any_charset(charset: str, cut: int | None) -> None:
    body = json.dumps({"token": SECRET, "a": "é"}).encode(charset)[:cut]
    redacted = Redaction().body(body, f"application/json; charset={charset}")
    assert SECRET not in redacted.decode(charset, "replace")
    assert "[REDACTED]" in redacted.decode(charset, "replace")


@pytest.mark.parametrize("name", FORMS)
def test_secret_is_taken_out(name: str) -> None:
    left = shown(FORMS[name])
    assert not holds(left)
    assert str(NUMBER).encode() not in left
