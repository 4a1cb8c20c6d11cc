"""Which requests count as the same, by each rule."""

from typing import Any

import pytest

from emulator.messages import Request
from emulator.recording.match import DEFAULT, compile_rules, key_of
from emulator.recording.secrets import Secrets

JSON = (("content-type", "application/json"),)
FORM = (("content-type", "application/x-www-form-urlencoded"),)


def get(query: str = "", headers: Any = (), path: str = "/a") -> Request:
    return Request("GET", path, query, headers)


def post(body: str, headers: Any = JSON) -> Request:
    return Request("POST", "/a", "", headers, body.encode())


def parts(boundary: str, value: str) -> Request:
    disposition = 'Content-Disposition: form-data; name="a"'
    body = f"--{boundary}\r\n{disposition}\r\n\r\n{value}\r\n--{boundary}--\r\n"
    return post(body, (("content-type", f"multipart/form-data; boundary={boundary}"),))


#: (rules, one request, another, whether they are the same)
CASES: dict[str, tuple[Any, Request, Request, bool]] = {
    "path": (DEFAULT, get(), get(path="/b"), False),
    "method": (DEFAULT, get(), Request("PUT", "/a"), False),
    "headers do not matter": (DEFAULT, get(), get(headers=(("x", "1"),)), True),
    "names of a query in any order": (DEFAULT, get("a=1&b=2"), get("b=2&a=1"), True),
    "values of a name in their order": (DEFAULT, get("a=1&a=2"), get("a=2&a=1"), False),
    "query written in another way": (DEFAULT, get("a=%62+c"), get("a=b%20c"), True),
    "secret of a query": (DEFAULT, get("token=abc"), get("token=def"), True),
    "query only so far": ([{"query": ["a"]}], get("a=1&t=2"), get("a=1&t=3"), True),
    "query so far and other": ([{"query": ["a"]}], get("a=1"), get("a=2"), False),
    "query but for a name": ([{"query": {"except": ["t"]}}], get("a=1&t=2"), get("t=3&a=1"), True),
    "query but for another": ([{"query": {"except": ["t"]}}], get("a=1"), get("a=2"), False),
    "header": ([{"headers": ["X-T"]}], get(headers=(("x-t", "1"),)), get(), False),
    "secret of a header": (
        [{"headers": ["authorization"]}],
        get(headers=(("authorization", "Bearer a"),)),
        get(headers=(("authorization", "Bearer b"),)),
        True,
    ),
    "JSON written in another way": (
        DEFAULT,
        post('{"a":1,"b":2}'),
        post('{"b": 2.0, "a": 1}'),
        True,
    ),
    "other JSON": (DEFAULT, post('{"a":1}'), post('{"a":2}'), False),
    "true is not 1": (DEFAULT, post('{"a":true}'), post('{"a":1}'), False),
    "secret of JSON": (DEFAULT, post('{"password":"a"}'), post('{"password":"b"}'), True),
    "JSON only so far": (
        [{"body": ["/a/b"]}],
        post('{"a":{"b":1},"c":1}'),
        post('{"a":{"b":1}}'),
        True,
    ),
    "JSON so far and other": ([{"body": ["/a/b"]}], post('{"a":{"b":1}}'), post('{"a":{}}'), False),
    "null is not nothing": ([{"body": ["/a"]}], post('{"a":null}'), post("{}"), False),
    "JSON but for a place": (
        [{"body": {"except": ["/id", "/l/0/t~1"]}}],
        post('{"id":1,"l":[{"t/":1,"u":2}]}'),
        post('{"id":2,"l":[{"t/":3,"u":2}]}'),
        True,
    ),
    "form in any order": (DEFAULT, post("a=1&b=2", FORM), post("b=2&a=1", FORM), True),
    "form only so far": ([{"body": ["a"]}], post("a=1&b=2", FORM), post("a=1", FORM), True),
    "multipart with another boundary": (DEFAULT, parts("x", "1"), parts("y", "1"), True),
    "other multipart": (DEFAULT, parts("x", "1"), parts("x", "2"), False),
    "text": (DEFAULT, post("a", ()), post("b", ()), False),
    "no body": (DEFAULT, post("", ()), post("x", ()), False),
}


@pytest.mark.parametrize("case", CASES)
def test_requests_count_as_the_same(case: str) -> None:
    match_on, one, other, same = CASES[case]
    rules = compile_rules(match_on)
    assert (key_of(rules, one, Secrets()) == key_of(rules, other, Secrets())) is same
