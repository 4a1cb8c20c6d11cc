"""Where a secret can be in an exchange, and what reads every form of it out of files."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote_plus

from emulator.http.messages import AnyResponse, Event, EventStream, Headers, Request, Response

SECRET = "s3cr3t/Value+0101=="
BASE64 = base64.b64encode(SECRET.encode()).decode()
#: Within a longer text its Base64 is another one.
INNER = base64.b64encode(f"id={SECRET}&x".encode()).decode()
LOGIN = base64.b64encode(f"rex:{SECRET}".encode()).decode()
BOUNDARY = "multipart/form-data; boundary=b"

JSON = (("content-type", "application/json"),)
FORM = (("content-type", "application/x-www-form-urlencoded"),)
XML = (("content-type", "application/xml"),)
XML16 = (("content-type", "application/xml; charset=utf-16le"),)
TEXT = (("content-type", "text/plain"),)
#: A request that shows the secret where everybody looks for one.
SHOWN: Headers = (("x-pets-id", SECRET),)


@dataclass(frozen=True)
class Place:
    """An exchange with the secret in it, and whether it can be kept without it."""

    request: Request = field(default_factory=lambda: Request("GET", "/pets"))
    answer: AnyResponse = field(default_factory=lambda: Response(200, JSON, b"[]"))
    kept: bool = True
    credentials: tuple[str, ...] = ()


def asked(headers: Headers = (), body: str = "", query: str = "", path: str = "/pets") -> Request:
    """A request with these parts."""
    return Request("POST" if body else "GET", path, query, headers, body.encode())


def json_answer(value: object) -> Response:
    """An answer that says this."""
    return Response(200, JSON, json.dumps(value).encode())


def echoed(text: str, content_type: str = "text/plain") -> Place:
    """The credential of the request comes back where no name tells that it is one."""
    answer = Response(200, (("content-type", content_type),), text.encode())
    return Place(asked(SHOWN), answer, kept=False, credentials=(SECRET,))


PLACES: Mapping[str, Place] = {
    # In the request, where a name or the document tells.
    "API key of the document": Place(asked(SHOWN), credentials=(SECRET,)),
    "bearer token": Place(asked((("authorization", f"Bearer {SECRET}"),))),
    "basic login": Place(asked((("authorization", f"Basic {LOGIN}"),))),
    "authorization without scheme": Place(asked((("authorization", SECRET),))),
    "header by name": Place(asked((("x-auth-token", SECRET),))),
    "cookie": Place(asked((("cookie", f"a=b; sid={SECRET}"),))),
    "query by name": Place(asked(query=f"limit=1&api_key={quote_plus(SECRET)}")),
    "referer": Place(asked((("referer", f"https://x.example/?token={quote(SECRET)}"),))),
    "JSON member": Place(asked(JSON, json.dumps({"password": SECRET}))),
    "JSON below a list": Place(asked(JSON, json.dumps({"a": [{"clientSecret": SECRET}]}))),
    "JSON below a secret's name": Place(asked(JSON, json.dumps({"tokens": [{"x": SECRET}]}))),
    "JSON without a type": Place(asked((), json.dumps({"password": SECRET}))),
    "JSON in JSON": Place(asked(JSON, json.dumps({"x": json.dumps({"password": SECRET})}))),
    "URL in JSON": Place(asked(JSON, json.dumps({"u": f"https://x/?sig=1&token={quote(SECRET)}"}))),
    "login in a URL": Place(asked(JSON, json.dumps({"u": f"https://rex:{quote(SECRET, '')}@x/"}))),
    "JSON lines": Place(asked((), '{"a":1}\n' + json.dumps({"password": SECRET}) + "\n")),
    "path behind a name": Place(asked(path=f"/reset/token/{quote(SECRET, '')}")),
    "URL of such a path": Place(asked(JSON, json.dumps({"u": f"/token/{quote(SECRET, '')}"}))),
    "SAML": Place(asked(FORM, f"SAMLRequest={quote_plus(SECRET)}")),
    "code of a message": Place(asked((("x-shop-hmac-sha256", SECRET),))),
    "said in a sentence": Place(asked(TEXT, f"your password is: {SECRET}")),
    "form": Place(asked(FORM, f"a=b&password={quote_plus(SECRET)}")),
    "multipart": Place(
        asked(
            (("content-type", BOUNDARY),),
            f'--b\r\nContent-Disposition: form-data; name="password"\r\n\r\n{SECRET}\r\n--b--\r\n',
        )
    ),
    "XML": Place(asked(XML, f"<a><password>{SECRET}</password></a>")),
    "XML attribute": Place(asked(XML, f'<login password="{SECRET}"/>')),
    "XML in CDATA": Place(asked(XML, f"<a><password><![CDATA[{SECRET}]]></password></a>")),
    "XML within": Place(asked(XML, f"<credential><value>{SECRET}</value></credential>")),
    "XML without a type": Place(asked((), f"<?xml version='1.0'?><password>{SECRET}</password>")),
    "key in the query": Place(asked(query=f"key={quote_plus(SECRET)}")),
    "signature in the query": Place(asked(query=f"x=1&sig={quote_plus(SECRET)}")),
    "matrix parameter": Place(asked(path=f"/pets;password={quote(SECRET, safe='')};a=1")),
    "plain text": Place(asked(TEXT, f"user: rex\npassword: {SECRET}\n")),
    "plain text on one line": Place(asked(TEXT, f"user=rex; pwd='{SECRET}'; a=b")),
    "header in plain text": Place(asked(TEXT, f"Authorization: Bearer {SECRET}\nAccept: */*")),
    "YAML": Place(asked((("content-type", "application/yaml"),), f'pin: "{SECRET}"\na: 1\n')),
    "JSON in UTF-16": Place(
        Request("POST", "/pets", "", JSON, json.dumps({"password": SECRET}).encode("utf-16"))
    ),
    "XML in UTF-16": Place(
        Request("POST", "/pets", "", XML16, f"<password>{SECRET}</password>".encode("utf-16-le"))
    ),
    "X-Auth header": Place(asked((("x-auth-user", SECRET),))),
    "session in a header": Place(asked((("x-session-id", SECRET),))),
    "short names in JSON": Place(
        asked(JSON, json.dumps({"pwd": SECRET, "auth": {"x": SECRET}, "pin": SECRET}))
    ),
    "name given by --redact": Place(asked(JSON, json.dumps({"pet": {"chip": SECRET}}))),
    "place given by --redact": Place(asked(JSON, json.dumps({"data": [{"x": SECRET}]}))),
    # In the answer.
    "token of a login": Place(answer=json_answer({"access_token": SECRET})),
    "header of the answer": Place(answer=Response(200, (("x-session-token", SECRET),))),
    "set-cookie": Place(answer=Response(200, (("set-cookie", f"sid={SECRET}; Path=/"),))),
    "location": Place(
        answer=Response(302, (("location", f"/cb?a=b#access_token={quote(SECRET)}"),))
    ),
    "event": Place(
        answer=EventStream(
            200,
            (("content-type", "text/event-stream"),),
            (Event(json.dumps({"token": SECRET})), Event("x")),
        )
    ),
    # Where only its value tells: what was shown as a credential comes back.
    "echoed in JSON": echoed(json.dumps({"you": SECRET}), "application/json"),
    "echoed as a name": echoed(json.dumps({SECRET: 1}), "application/json"),
    "echoed in text": echoed(f"hello {SECRET}!"),
    "echoed percent-encoded": echoed(f"/x?y={quote(SECRET, safe='')}"),
    "echoed percent-encoded twice": echoed(quote(quote(SECRET, safe=""), safe="")),
    "echoed as a form": echoed(f"y={quote_plus(SECRET)}"),
    "echoed in Base64": echoed(BASE64),
    "echoed in URL-safe Base64": echoed(BASE64.replace("+", "-").replace("/", "_").rstrip("=")),
    "echoed within Base64": echoed(f"data:text/plain;base64,{INNER}"),
    "echoed in hex": echoed(SECRET.encode().hex()),
    "echoed in binary": echoed(f"\x00\x01{SECRET}\x02"),
    "echoed in HTML": echoed(f"<p>{SECRET}</p>", "text/html"),
    "echoed in a header": Place(
        asked(SHOWN), Response(200, (("x-you", SECRET),)), kept=False, credentials=(SECRET,)
    ),
    "echoed in an event": Place(
        asked(SHOWN),
        EventStream(200, (), (Event(f"you are {SECRET}"),)),
        kept=False,
        credentials=(SECRET,),
    ),
    "shown in the path as well": Place(
        asked(SHOWN, path=f"/pets/{quote(SECRET, safe='')}"), kept=False, credentials=(SECRET,)
    ),
    "password of a login in text": Place(
        asked((("authorization", f"Basic {LOGIN}"),)),
        Response(200, (), SECRET.encode()),
        kept=False,
    ),
    "token of the answer in another place": Place(
        answer=json_answer({"access_token": SECRET, "next": f"use {SECRET}"}), kept=False
    ),
}


def found_below(folder: Path) -> list[str]:
    """The files that hold the secret in any form, as far as decoding can tell."""
    return [str(file) for file in folder.rglob("*") if file.is_file() and holds(file.read_bytes())]


def holds(data: bytes) -> bool:
    """Whether the secret is in these bytes: as it is, percent-encoded, in Base64 or in hex."""
    # UTF-16 has every other byte zero.
    text = data.replace(b"\0", b"").decode("latin-1")
    views = [text, unquote_plus(text), unquote_plus(unquote_plus(text))]
    for run in re.findall(r"[A-Za-z0-9+/_-]{8,}={0,2}", text):
        plain = run.rstrip("=").replace("-", "+").replace("_", "/")
        for start in range(4):
            part = plain[start:]
            part = part[: len(part) // 4 * 4]
            views.append(base64.b64decode(part).decode("latin-1"))
            whole = plain + "=" * (-len(plain) % 4)
            if len(plain) % 4 != 1:
                views.append(base64.b64decode(whole).decode("latin-1"))
    views += [
        bytes.fromhex(run[: len(run) // 2 * 2]).decode("latin-1")
        for run in re.findall(r"[0-9a-fA-F]{8,}", text)
    ]
    return any(SECRET in view for view in views)
