"""Google Drive's `q`, in part: `name fullText mimeType parents trashed`, joined by `and`."""

import re
from collections.abc import Iterable

from emulator.messages import Json
from emulator.queries.records import text_of, value_at

_TEXT = r"'((?:[^'\\]|\\.)*)'"
_CONDITION = re.compile(
    rf"\s*(?:(name|fullText|mimeType)\s*(=|!=|contains)\s*{_TEXT}"
    rf"|{_TEXT}\s+in\s+(parents)|(trashed)\s*(=|!=)\s*(true|false))\s*",
)
_AND = re.compile(r"and\b")
_FIELDS = {"name": ("name",), "fullText": ("name", "text"), "mimeType": ("mimeType",)}


def drive_search(files: Iterable[Json], query: Json, folder: Json = None) -> list[Json] | None:
    """The files for which the query holds; None for one that is none, or asks for more.

    A `folder` is one more condition: the id of the folder that a file lies in.
    """
    conditions = _conditions(str(query or ""))
    if conditions is None:
        return None
    if folder:
        conditions.append(("parents", "in", str(folder)))
    return [file for file in files if all(_holds(file, *each) for each in conditions)]


#: A field, an operator, and the value that stands beside it.
_Condition = tuple[str, str, str]


def _conditions(query: str) -> list[_Condition] | None:
    found: list[_Condition] = []
    place = len(query) - len(query.lstrip())
    while place < len(query):
        if found:
            joined = _AND.match(query, place)
            if joined is None:
                return None
            place = joined.end()
        condition = _CONDITION.match(query, place)
        if condition is None:
            return None
        found.append(_condition(condition))
        place = condition.end()
    return found


def _condition(found: re.Match[str]) -> _Condition:
    field, operator, text, folder, parents, _, negated, flag = found.groups()
    if field:
        return field, operator, _plain(text)
    if parents:
        return "parents", "in", _plain(folder)
    return "trashed", negated, flag


def _holds(file: Json, field: str, operator: str, wanted: str) -> bool:
    if field == "parents":
        return wanted in (value_at(file, "parents") or ())
    if field == "trashed":
        return (value_at(file, "trashed") is True) is ((wanted == "true") is (operator == "="))
    texts = [text_of(value_at(file, each)) for each in _FIELDS[field]]
    if operator == "contains":
        # Only from the beginning of a word on, as Drive does.
        return any(f" {wanted.lower()}" in f" {text}" for text in texts)
    return (wanted.lower() in texts) is (operator == "=")


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
