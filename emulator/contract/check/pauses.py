"""How long a server asks to be left alone."""

import time
from email.utils import parsedate_to_datetime

#: Longest wait for one `Retry-After`; who asks for more gets the answer reported as it is.
LONGEST_WAIT_S = 60.0


def retry_after(value: str | None) -> float | None:
    """The seconds a `Retry-After` (RFC 9110, 10.2.3) asks to wait; None where it says nothing."""
    if not value:
        return None
    if value.isascii() and value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError):
        return None
