"""A task in natural language → arguments: a small reader that always gives the same result.

The service asks a model; this looks for what has a form: addresses, channels, numbers,
`owner/repo`, `name: value`, and text in quotes. What is left goes to the tool's text.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from emulator.http.messages import Json

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_CHANNEL = re.compile(r"#[\w-]{1,80}|\b[CGD][A-Z0-9]{8,11}\b|\bC\d+\b")
_REPOSITORY = re.compile(r"\b([\w.-]{1,100})/([\w.-]{1,100})\b")
_QUOTED = re.compile(r"\"([^\"]{1,2000})\"|'([^']{1,2000})'|“([^”]{1,2000})”")
_NUMBER = re.compile(r"-?\b\d{1,15}(?:\.\d{1,15})?\b")

_TEXT_NAMES = ("text", "body", "message", "query", "title", "subject", "name", "content")


def read_arguments(schema: Json, text: str) -> dict[str, Json]:
    """Read the arguments of a tool with this input schema from a text."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict):
        return {}
    found: dict[str, Json] = {}
    for name, rule in properties.items():
        value = _named(name, text) or _by_form(name, text)
        if value is not None:
            found[name] = _typed(value, rule)
    missing = list(_missing(schema, found, "integer", "number"))
    numbers = zip(missing, _NUMBER.findall(text), strict=False)
    found |= {name: _typed(number, properties[name]) for name, number in numbers}
    return found | _texts(schema, found, text)


def _named(name: str, text: str) -> str | None:
    """The value of `name: value` or `name = value`."""
    match = re.search(rf"\b{re.escape(name)}\s*[:=]\s*(\"[^\"]*\"|[^\s,;]+)", text, re.IGNORECASE)
    return match[1].strip('"') if match else None


def _by_form(name: str, text: str) -> str | None:
    """The value that looks like what an argument of this name holds."""
    lower, match, group = name.lower(), None, 0
    if "email" in lower or lower in ("to", "recipient"):
        match = _EMAIL.search(text)
    elif "channel" in lower:
        match = _CHANNEL.search(text)
    elif lower in ("owner", "repo"):
        match, group = _REPOSITORY.search(text), 1 if lower == "owner" else 2
    return match[group].rstrip(".") if match else None


def _texts(schema: Mapping[str, Json], found: Mapping[str, Json], text: str) -> dict[str, Json]:
    """Quoted texts, in turn, for the strings still required; else the whole text."""
    quoted = iter(next(filter(None, groups)) for groups in _QUOTED.findall(text))
    texts = {name: next(quoted, text) for name in _missing(schema, found, "string")}
    if texts or found.keys() & set(_TEXT_NAMES):
        return texts
    properties = schema["properties"].items()
    free = [name for name, rule in properties if _type(rule) == "string" and name not in found]
    wordy = (name for part in _TEXT_NAMES for name in free if part in name.lower())
    return {name: next(quoted, text) for name in islice(wordy, 1)}


def _missing(schema: Mapping[str, Json], found: Mapping[str, Json], *types: str) -> Iterator[str]:
    """The properties of these types that are required and not found yet."""
    properties, required = schema["properties"], schema.get("required")
    names = required if isinstance(required, list) else []
    return (
        n for n in names if n in properties and n not in found and _type(properties[n]) in types
    )


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
