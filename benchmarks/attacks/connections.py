"""Attacks by connections: many requests on one, and such as nobody reads or ends."""

from benchmarks.attacks.model import LAST, PLAIN, Attack, posted, request

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
