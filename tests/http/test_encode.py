"""Times as text, and JSON in as little memory as it takes."""

import tracemalloc
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from emulator.http.encode import dump, to_the_second

#: Not so near the first and the last year that another zone has no such time.
TIMES = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=st.timezones())


@given(TIMES)
def test_time_to_the_second_is_cut_not_rounded(at: datetime) -> None:
    cut = at.astimezone(UTC).replace(microsecond=0)
    assert to_the_second(at) == cut.isoformat().removesuffix("+00:00") + "Z"


def test_json_that_is_kept_holds_no_room_behind_it() -> None:
    tracemalloc.start()
    try:
        kept = [dump({"id": number}) for number in range(1_000)]
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert held < 100 * len(kept)
