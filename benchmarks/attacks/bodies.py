"""Attacks by the body of a request."""

import gzip
import json
from collections.abc import Iterator

from benchmarks.attacks.model import REFUSED, Attack, Json, nested, posted


def parts(number: int) -> bytes:
    """A multipart body of so many parts."""
    one = b'--x\r\nContent-Disposition: form-data; name="tags"\r\n\r\nb\r\n'
    return one * number + b"--x--\r\n"


def decimals(number: int) -> Iterator[bytes]:
    """So many decimals that no double holds."""
    return (b"1.%020d" % n for n in range(number))


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
