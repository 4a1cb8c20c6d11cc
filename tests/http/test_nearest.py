"""The name that was meant, if any is near."""

import pytest

from emulator.http.nearest import did_you_mean, nearest


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("bearerAuht", "bearerAuth"),
        ("BEARERAUTH", "bearerAuth"),
        ("keys", "Key"),
        ("nothing", ""),
        ("", ""),
        ("k" * 101, ""),
    ],
)
def test_nearest(name: str, found: str) -> None:
    assert nearest(name, ["bearerAuth", "Key"]) == found
    assert did_you_mean(name, ["bearerAuth", "Key"]) == (
        f"; did you mean {found!r}?" if found else ""
    )
