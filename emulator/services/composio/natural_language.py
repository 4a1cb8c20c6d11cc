"""A task in plain words → arguments: a small reading that gives the same every time.

The service asks a model; this looks for what can be told by its form: addresses, channels, numbers,
`owner/repo`, `name: value`, and text in quotes. What is left goes to the tool's text.
"""

import re
from collections.abc import Iterator, Mapping

from emulator.http.messages import Json

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_CHANNEL = re.compile(r"#[\w-]{1,80}|\b[CGD][A-Z0-9]{8,11}\b|\bC\d+\b")
_REPOSITORY = re.compile(r"\b([\w.-]{1,100})/([\w.-]{1,100})\b")
_QUOTED = re.compile(r"\"([^\"]{1,2000})\"|'([^']{1,2000})'|“([^”]{1,2000})”")
_NUMBER = re.compile(r"-?\b\d{1,15}(?:\.\d{1,15})?\b")

_TEXT_NAMES = ("text", "body", "message", "query", "title", "subject", "name", "content")


def read_arguments(schema: Json, text: str) -> dict[str, Json]:
    """The arguments that a text names for a tool with this input schema."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict):
        return {}
    found: dict[str, Json] = {}
    for name, rule in properties.items():
        value = _named(name, text) or _by_form(name, text)
        if value is not None:
            found[name] = _typed(value, rule)
    numbers = iter(_NUMBER.findall(text))
    for name in _required(schema, properties, found):
        if _type(properties[name]) in ("integer", "number"):
            number = next(numbers, None)
            if number is not None:
                found[name] = _typed(number, properties[name])
    return found | _texts(schema, properties, found, text)


def _named(name: str, text: str) -> str | None:
    """The value of `name: value` or `name = value`."""
    match = re.search(rf"\b{re.escape(name)}\s*[:=]\s*(\"[^\"]*\"|[^\s,;]+)", text, re.IGNORECASE)
    return match[1].strip('"') if match else None


def _by_form(name: str, text: str) -> str | None:
    lower = name.lower()
    if "email" in lower or lower in ("to", "recipient"):
        match = _EMAIL.search(text)
        return match[0] if match else None
    if "channel" in lower:
        match = _CHANNEL.search(text)
        return match[0] if match else None
    if lower in ("owner", "repo"):
        match = _REPOSITORY.search(text)
        return match[1 if lower == "owner" else 2].rstrip(".") if match else None
    return None


def _texts(
    schema: Json, properties: Mapping[str, Json], found: Mapping[str, Json], text: str
) -> dict[str, Json]:
    """What stands in quotes, in turn, for the texts still required; else the whole text."""
    quoted = iter(next(filter(None, groups)) for groups in _QUOTED.findall(text))
    more: dict[str, Json] = {}
    for name in _required(schema, properties, found):
        if _type(properties[name]) == "string":
            more[name] = next(quoted, text)
    wordy = (name for part in _TEXT_NAMES for name in properties if part in name.lower())
    if not more and not (set(found) & set(_TEXT_NAMES)):
        open_to = (n for n in wordy if _type(properties[n]) == "string" and n not in found)
        for name in list(open_to)[:1]:
            more[name] = next(quoted, text)
    return more


def _required(
    schema: Json, properties: Mapping[str, Json], found: Mapping[str, Json]
) -> Iterator[str]:
    required = schema.get("required")
    names = required if isinstance(required, list) else []
    return (name for name in names if name in properties and name not in found)


def _type(rule: Json) -> Json:
    return rule.get("type") if isinstance(rule, dict) else None


def _typed(value: str, rule: Json) -> Json:
    kind = _type(rule)
    try:
        if kind in ("integer", "number"):
            return int(value) if kind == "integer" or "." not in value else float(value)
    except ValueError:
        return value
    if kind == "boolean" and value.lower() in ("true", "false"):
        return value.lower() == "true"
    return [value] if kind == "array" else value
