"""Times as text."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from emulator.http.encode import to_the_second

#: Not so near the first and the last year that another zone has no such time.
TIMES = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=st.timezones())


@given(TIMES)
def test_time_to_the_second_is_cut_not_rounded(at: datetime) -> None:
    cut = at.astimezone(UTC).replace(microsecond=0)
    assert to_the_second(at) == cut.isoformat().removesuffix("+00:00") + "Z"
