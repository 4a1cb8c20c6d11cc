"""The name that was meant, if any is near."""

import pytest

from emulator.http.nearest import did_you_mean, nearest, unknown


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("bearerAuht", "bearerAuth"),
        ("BEARERAUTH", "bearerAuth"),
        ("keys", "Key"),
        ("bearer-auth", "bearerAuth"),
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


FAULTS = ("error", "delay", "rate-limit", "empty-body", "empty-reply", "stale", "hang", "refuse")


@pytest.mark.parametrize(
    ("name", "known", "said"),
    [
        ("eror", FAULTS, "no fault is called 'eror'; did you mean 'error'?"),
        ("RateLimit", FAULTS, "no fault is called 'RateLimit'; did you mean 'rate-limit'?"),
        ("EMPTY_REPLY", FAULTS, "no fault is called 'EMPTY_REPLY'; did you mean 'empty-reply'?"),
        ("banana", FAULTS[:3], "no fault is called 'banana'; there is: error, delay, rate-limit"),
        (
            "banana",
            (*FAULTS, "x"),
            "no fault is called 'banana'; `emulator faults` lists all",
        ),
        ("banana", (), "no fault is called 'banana'; there is none"),
        ("", FAULTS[:1], "no fault is called ''; there is: error"),
        ("--", FAULTS[:1], "no fault is called '--'; there is: error"),
        (7, FAULTS[:1], "no fault is called 7; there is: error"),
    ],
)
def test_nearest_name_is_told_or_all_where_they_are_few(
    name: object, known: tuple[str, ...], said: str
) -> None:
    assert unknown("fault", name, known, "emulator faults") == said


def test_a_long_name_is_cut() -> None:
    assert len(unknown("fault", "x" * 1_000_000, FAULTS)) < 250
