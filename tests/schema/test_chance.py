"""Keys of requests: what equal ones have in common, and how much is kept of long ones."""

import pytest

from emulator.schema.chance import chance_of, name_of


@pytest.mark.parametrize(
    ("path", "body"),
    [("/a", b"{}"), ("/" + "a" * 60_000, b""), ("/a", b"x" * 60_000)],
    ids=["short", "a long path", "a long body"],
)
def test_key_names_equal_requests_and_keeps_little(path: str, body: bytes) -> None:
    chance, other = (chance_of("seed", path, body=body) for _ in range(2))
    assert chance.key == other.key != chance_of("other", path, body=body).key
    assert name_of(chance.key) == chance.digest.hex()[:16]
    kept = chance.key if isinstance(chance.key, str) else b"".join((path.encode(), body))
    assert len(kept) <= 1_000
