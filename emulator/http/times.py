"""Times as text."""

from datetime import UTC, datetime


def moment(at: datetime) -> str:
    """A time in UTC, to the millisecond, as RFC 3339 writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:23] + "Z"
