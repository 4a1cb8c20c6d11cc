"""Attacks by the head of a request: its fields, its target."""

from benchmarks.attacks.model import REFUSED, Attack, fields, request


def chunks(number: int) -> bytes:
    """A body in so many chunks of a byte."""
    head = request("/free", {"Content-Type": "application/json", "Transfer-Encoding": "chunked"})
    head = head.replace(b"GET", b"POST", 1)
    return head + b'1\r\n"\r\n' + b"1\r\na\r\n" * number + b'1\r\n"\r\n0\r\n\r\n'


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
        7_000,
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
