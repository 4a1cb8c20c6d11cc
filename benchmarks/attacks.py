"""Attacks on a server that serves `hostile.yaml`: what is sent, and what has to hold.

A row is data: its bytes, how often they are sent on how many connections, which answers are right,
and what they may cost in plain requests' processor time. `benchmarks.hostile` carries them out.
"""

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack. `sent` is written on each of the `connections`, one after another.

    `ends` are the statuses that the last answer of a connection may have; "" is none: it was let
    go. `costs` is the most processor time, in that of a plain request. `before` are calls of the
    control plane, (method, path, body), that are not counted. Who does not read (`reads`) waits
    until the neighbour had its `pause_s`, and leaves.
    """

    name: str
    sent: Callable[[], bytes]
    ends: tuple[str, ...]
    costs: float
    connections: int = 1
    reads: bool = True
    pause_s: float = 0.0
    before: tuple[tuple[str, str, Json | None], ...] = field(default=())


def request(
    target: str,
    fields: Mapping[str, str] | None = None,
    body: bytes = b"",
    method: str = "",
    *,
    stays: bool = False,
) -> bytes:
    """A request as it is written on the wire."""
    lines = [f"{method or ('POST' if body else 'GET')} {target} HTTP/1.1", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in (fields or {}).items()]
    lines += [] if stays else ["Connection: close"]
    lines += [f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


PLAIN = request("/plain", stays=True)
LAST = request("/plain")


def posted(target: str, body: bytes, media_type: str = "application/json", **more: str) -> bytes:
    """A request with a body."""
    return request(target, {"Content-Type": media_type, **more}, body)


def nested(opened: bytes, inner: bytes, closed: bytes, depth: int) -> bytes:
    """Something in itself, so deep."""
    return opened * depth + inner + closed * depth


def fields(number: int, name: str = "a") -> bytes:
    """A request with so many fields, all of one name or each of its own."""
    lines = "".join(f"{name.replace('#', str(n))}:b\r\n" for n in range(number))
    return LAST[:-2] + lines.encode() + b"\r\n"


def parts(number: int) -> bytes:
    """A multipart body of so many parts."""
    one = b'--x\r\nContent-Disposition: form-data; name="tags"\r\n\r\nb\r\n'
    return one * number + b"--x--\r\n"


def decimals(number: int) -> Iterator[bytes]:
    """So many decimals that no double holds."""
    return (b"1.%020d" % n for n in range(number))


def chunks(number: int) -> bytes:
    """A body in so many chunks of a byte."""
    head = request("/free", {"Content-Type": "application/json", "Transfer-Encoding": "chunked"})
    head = head.replace(b"GET", b"POST", 1)
    return head + b'1\r\n"\r\n' + b"1\r\na\r\n" * number + b'1\r\n"\r\n0\r\n\r\n'


def unknown(number: int) -> bytes:
    """An object with so many members that no schema knows."""
    return json.dumps({f"k{each}": each for each in range(number)}).encode()


def bomb(size: int) -> bytes:
    """Very little that becomes so much."""
    return gzip.compress(b" " * size, 1)


CONDITION = nested(b'{"and":[', b'{"x":1}', b"]}", 16)
LAUGHS = (
    b'<!DOCTYPE t [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%b">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><thing><name>&j;</name></thing>"
)
ALTERNATIVES = b'{"or":[{"field":"a","is":"b"}]},'
TAG = b"<thing " + b" ".join(b'a%d="1"' % n for n in range(600_000)) + b"/>"
SLICED: Json = {
    "request": {
        "urlPath": "/sliced",
        "bodyPatterns": [{"matchesJsonPath": "$[0:1000000000:1]..a"}] * 5,
    },
    "response": {},
}
REFUSED = ("400", "413", "415", "422")
STUB: Json = {
    "request": {"urlPath": "/slow"},
    "response": {
        "body": "{% for a in range(1000000) %}{{ range(1000)|list|length }}{% endfor %}",
        "transformers": ["response-template"],
    },
}
ECHO: Json = {
    "request": {"urlPath": "/echo", "bodyPatterns": [{"matchesJsonPath": "$..*..[?(@.q == 1)]"}]},
    "response": {"jsonBody": {}},
}
END_OF_TIME: Json = {"now": "9999-12-31T23:59:59-14:00", "frozen": True}


def mappings(number: int) -> Json:
    """So many stubs."""
    stubs = ({"request": {"urlPathPattern": f"/s/{n}/.*"}, "response": {}} for n in range(number))
    return {"mappings": list(stubs)}


HEADS = (
    Attack("a repeated field, 200,000 times", lambda: fields(200_000), ("431",), 1_000),
    Attack("200,000 fields", lambda: fields(200_000, "a#"), ("431",), 1_000),
    Attack("as many fields as may be", lambda: fields(190), ("200",), 1_000),
    Attack(
        "a field of a megabyte",
        lambda: request("/plain", {"X-A": "a" * 1_000_000}),
        ("431",),
        4_000,
        connections=50,
    ),
    Attack(
        "a field as long as may be",
        lambda: request("/plain", {"X-A": "a" * 64_000}),
        ("200",),
        5_000,
        connections=300,
    ),
    Attack("a target of a megabyte", lambda: request("/" + "a" * 1_000_000), ("414",), 1_500),
    Attack("60,000 segments", lambda: request("/a" * 30_000), ("404",), 3_000),
    Attack("odd percent signs", lambda: request("/things?ids=" + "%" * 60_000), REFUSED, 3_000),
    Attack("9,000 values", lambda: request("/things?" + "ids=1&" * 9_000), ("200",), 5_000),
    Attack("11,000 values", lambda: request("/things?" + "a=&" * 11_000), ("422",), 1_000),
    Attack(
        "deep objects", lambda: request("/things?" + "filter[a]=1&" * 4_000), ("200", "422"), 5_000
    ),
    Attack(
        "a cookie of quotes",
        lambda: request("/me", {"Cookie": 'a="' + '\\"' * 30_000}),
        ("401",),
        1_000,
    ),
    Attack("cookies", lambda: request("/things", {"Cookie": "a=b;" * 15_000}), ("422",), 3_000),
    Attack(
        "a token",
        lambda: request("/me", {"Authorization": "Bearer " + "a." * 30_000}),
        ("200", "401"),
        1_000,
    ),
    Attack(
        "preferences", lambda: request("/plain", {"Prefer": "a;b=c," * 10_000}), ("200",), 5_000
    ),
    Attack(
        "quotes in Prefer",
        lambda: request("/plain", {"Prefer": '"\\' * 30_000}),
        ("200", "400"),
        5_000,
    ),
    Attack(
        "media types", lambda: request("/plain", {"Accept": "a/b;q=0.1," * 6_000}), ("200",), 10_000
    ),
    Attack(
        "a backtracking pattern", lambda: request("/files/" + "a" * 8_000 + "!"), ("422",), 2_000
    ),
    Attack("chunks of a byte", lambda: chunks(100_000), ("200",), 20_000),
)

BODIES = (
    Attack(
        "a condition that fails, 16 deep", lambda: posted("/search", CONDITION), ("422",), 3_000
    ),
    Attack(
        "a condition that fails, 60 deep",
        lambda: posted("/search", nested(b'{"or":[', b'{"x":1}', b"]}", 60)),
        ("422",),
        6_000,
    ),
    Attack(
        "200,000 unknown members", lambda: posted("/things", unknown(200_000)), ("422",), 30_000
    ),
    Attack(
        "100,000 arrays in one another",
        lambda: posted("/free", nested(b"[", b"", b"]", 100_000)),
        ("400",),
        2_000,
    ),
    Attack(
        "900 arrays in one another",
        lambda: posted("/free", nested(b"[", b"", b"]", 900)),
        ("200", "400"),
        1_000,
    ),
    Attack(
        "things in one another",
        lambda: posted("/things", nested(b'{"parent":', b"1", b"}", 200)),
        ("422",),
        3_000,
    ),
    Attack(
        "an integer of 100,000 digits",
        lambda: posted("/free", b"1" * 100_000),
        ("200", "400", "422"),
        10_000,
    ),
    Attack("a number beyond all", lambda: posted("/free", b"1e400"), ("200", "400", "422"), 1_000),
    Attack("half a surrogate", lambda: posted("/free", b'"\\ud800"'), ("200", "400", "422"), 1_000),
    Attack("no UTF-8", lambda: posted("/free", b'"\xff\xfe"'), ("400",), 1_000),
    Attack(
        "equal items",
        lambda: posted("/things", json.dumps({"tags": [str(n) for n in range(50_000)]}).encode()),
        ("200",),
        20_000,
    ),
    Attack(
        "wrong items",
        lambda: posted("/things", json.dumps({"sizes": [11] * 50_000}).encode()),
        ("422",),
        20_000,
    ),
    Attack(
        "a long name",
        lambda: posted("/things", json.dumps({"name": "a" * 100_000 + "!"}).encode()),
        ("422",),
        10_000,
    ),
    Attack(
        "a long date",
        lambda: posted("/things", json.dumps({"at": "2" * 100_000}).encode()),
        ("422",),
        3_000,
    ),
    Attack(
        "100,000 fields of a form",
        lambda: posted("/things", b"a=b&" * 100_000, "application/x-www-form-urlencoded"),
        REFUSED,
        30_000,
    ),
    Attack(
        "20,000 parts",
        lambda: posted("/things", parts(20_000), "multipart/form-data; boundary=x"),
        ("200", *REFUSED),
        30_000,
    ),
    Attack(
        "a million items of which three should fit",
        lambda: posted("/things", b'{"rows":[' + b"{}," * 1_000_000 + b"{}]}"),
        ("400",),
        20_000,
    ),
    Attack(
        "as many items as may be, of which three should fit",
        lambda: posted("/things", b'{"rows":[' + b"{}," * 240_000 + b"{}]}"),
        ("422",),
        40_000,
    ),
    Attack(
        "700,000 different arrays",
        lambda: posted("/things", json.dumps({"lists": [[[n]] for n in range(700_000)]}).encode()),
        ("400",),
        30_000,
    ),
    Attack(
        "a wide condition of which the last fails",
        lambda: posted("/search", b'{"and":[' + ALTERNATIVES * 80_000 + b'{"x":1}]}'),
        ("422",),
        60_000,
    ),
    Attack(
        "the name of a host of 3 MB",
        lambda: posted("/things", ('{"host":"' + "ü." * 1_000_000 + '"}').encode()),
        ("422",),
        10_000,
    ),
    Attack(
        "a tag of 600,000 attributes",
        lambda: posted("/things", TAG, "application/xml"),
        ("400",),
        10_000,
    ),
    Attack(
        "a slice of a billion",
        lambda: posted("/sliced", json.dumps([[1]] * 50_000).encode()),
        ("404",),
        30_000,
        before=(("POST", "/mappings", SLICED),),
    ),
    Attack(
        "different items beyond 64 bits",
        lambda: posted("/things", b'{"lists":[' + b",".join(decimals(20_000)) + b"]}"),
        ("200",),
        20_000,
    ),
    Attack(
        "numbers of a thousand digits",
        lambda: posted("/free", b"[" + b"1e999," * 1_000_000 + b"1]"),
        ("400",),
        30_000,
    ),
    Attack("laughs", lambda: posted("/things", LAUGHS, "application/xml"), REFUSED, 1_000),
    Attack(
        "deep XML",
        lambda: posted("/things", nested(b"<a>", b"", b"</a>", 50_000), "application/xml"),
        REFUSED,
        5_000,
    ),
    Attack(
        "a bomb",
        lambda: posted("/free", bomb(100_000_000), **{"Content-Encoding": "gzip"}),
        REFUSED,
        5_000,
    ),
    Attack(
        "ten megabytes", lambda: posted("/free", b'"' + b"a" * 9_900_000 + b'"'), ("200",), 10_000
    ),
    Attack(
        "eleven megabytes",
        lambda: posted("/free", b'"' + b"a" * 11_000_000 + b'"'),
        ("413",),
        5_000,
    ),
)

CONNECTIONS = (
    Attack("16,000 pipelined requests", lambda: PLAIN * 16_000 + LAST, ("200",), 40_000),
    Attack(
        "4,000 pipelined calls",
        lambda: request("/__admin/health", stays=True) * 4_000 + request("/__admin/health"),
        ("200",),
        100_000,
    ),
    Attack(
        "half a head",
        lambda: PLAIN[:-4],
        ("", "408"),
        3_000,
        connections=200,
        reads=False,
        pause_s=0.5,
    ),
    Attack("nothing", bytes, ("",), 3_000, connections=200, reads=False, pause_s=0.5),
    Attack(
        "half a body",
        lambda: posted("/free", b'"a"')[:-1],
        ("", "408"),
        3_000,
        connections=200,
        reads=False,
        pause_s=0.5,
    ),
    Attack(
        "answers that nobody reads", lambda: PLAIN * 20_000, ("",), 60_000, reads=False, pause_s=0.5
    ),
    Attack(
        "oversize bodies",
        lambda: request("/plain", {"Prefer": "fault=oversize-body; bytes=100000000"}),
        ("200",),
        30_000,
        connections=4,
    ),
    Attack(
        "oversize bodies that nobody reads",
        lambda: request("/plain", {"Prefer": "fault=oversize-body; bytes=100000000"}),
        ("",),
        50_000,
        connections=50,
        reads=False,
        pause_s=0.5,
    ),
    Attack(
        "a refusal",
        lambda: request("/plain", {"Prefer": "fault=refuse; ms=600000"}),
        ("400",),
        1_000,
    ),
    Attack(
        "a name of its own", lambda: LAST.replace(b"localhost", b"evil.example"), ("403",), 1_000
    ),
    Attack(
        "no HTTP",
        lambda: b"\x16\x03\x01" + bytes(range(256)) * 100,
        ("400",),
        1_500,
        connections=20,
    ),
)

CALLS = (
    Attack(
        "a clock at the end of time",
        lambda: request("/plain"),
        ("200",),
        1_000,
        before=(("PUT", "/clock", END_OF_TIME),),
    ),
    Attack(
        "a template without end",
        lambda: request("/slow"),
        ("501", "500"),
        60_000,
        before=(("DELETE", "/mappings", None), ("POST", "/mappings", STUB)),
    ),
    Attack(
        "a path through everything",
        lambda: posted("/echo", nested(b'{"a":[', b"1", b"]}", 300)),
        ("200", "404", "400"),
        60_000,
        before=(("DELETE", "/mappings", None), ("POST", "/mappings", ECHO)),
    ),
    Attack(
        "9,000 stubs beside",
        lambda: request("/s/8999/x"),
        ("200",),
        3_000,
        before=(("POST", "/mappings/import", mappings(9_000)),),
    ),
)

#: What is listed of a full journal.
LISTINGS = ("requests", "requests.har", "requests/unmatched", "events", "coverage")


def full_journal() -> Iterator[bytes]:
    """Requests that fill a journal, of different sizes."""
    for number in range(10_000):
        body = json.dumps({"name": "a" * (number % 5_000)}).encode()
        yield request("/things", {"Content-Type": "application/json"}, body, stays=True)


FULL = (
    Attack("filling the journal", lambda: b"".join(full_journal()) + LAST, ("200",), 250_000),
    *(
        Attack(f"listing {path}", partial(request, f"/__admin/{path}"), ("200",), 200_000)
        for path in LISTINGS
    ),
    Attack(
        "feeds",
        lambda: request("/__admin/events", {"Accept": "text/event-stream"}),
        ("",),
        30_000,
        connections=200,
        reads=False,
        pause_s=1.0,
    ),
)

SCOPES = (
    Attack(
        "names of scopes",
        lambda: (
            b"".join(
                request("/plain", {"Emulator-Scope": f"s{n}"}, stays=True) for n in range(11_000)
            )
            + request("/plain", {"Emulator-Scope": "more"})
        ),
        ("503",),
        60_000,
    ),
)

ATTACKS = (*HEADS, *BODIES, *CONNECTIONS, *CALLS, *FULL, *SCOPES)
