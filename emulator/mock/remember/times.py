"""Moments written as a document writes them: as text, as seconds, as milliseconds."""

from datetime import UTC, datetime

from emulator.http.messages import Json

#: A number of seconds beyond this would be in the year 5138: it counts milliseconds.
_MILLISECONDS = 100_000_000_000


def like(value: Json, now: datetime) -> Json:
    """A moment in the form of another value; that value itself where its form is unknown."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        seconds = now.timestamp()
        return type(value)(seconds * 1000 if value > _MILLISECONDS else seconds)
    if isinstance(value, str) and value[:4].isdigit():
        moment = now.astimezone(UTC)
        if len(value) == len("2026-01-01"):
            return moment.strftime("%Y-%m-%d")
        if len(value) > len("2026-01-01") and value[10] in "Tt ":
            text = moment.isoformat(value[10], "milliseconds" if "." in value else "seconds")
            zone = value.endswith(("Z", "z")) or "+" in value[10:] or "-" in value[10:]
            return text.replace("+00:00", "Z" if zone else "")
    return value
