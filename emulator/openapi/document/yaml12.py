"""Read YAML as JSON: the 1.2 core schema's scalars, string keys, no surprises and no bombs.

The tree is built from the parser's events with an explicit stack, so that nesting costs no
recursion, a node is checked at its line and column, and an alias becomes a copy: nothing
in the result is shared, and what an alias bomb would grow to is counted while it grows.
"""

import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NoReturn

import yaml
from msgspec import Struct, field

from emulator.errors import DocumentError
from emulator.http.exact import decimal
from emulator.http.messages import Json

#: Levels of mappings and sequences; real documents have less than 30, validators refuse 256.
MAX_DEPTH = 100
#: Values in one file, aliases expanded; the largest public documents have a tenth of it.
MAX_NODES = 3_000_000

# With libyaml this is 12 times faster than with the parser in Python; the events are the same.
_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_NULL = {"", "~", "null", "Null", "NULL"}
_BOOLEAN = {text: text[0] in "tT" for text in ("true", "True", "TRUE", "false", "False", "FALSE")}
#: What a scalar that is no text begins with; most are texts.
_FIRST = frozenset(("", *"~nNtTfF+-.0123456789"))
# YAML 1.2, 10.3.2 (core schema).
_NUMBER = re.compile(
    r"(?P<int>[-+]?[0-9]+)|0o(?P<oct>[0-7]+)|0x(?P<hex>[0-9a-fA-F]+)"
    r"|(?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<not>[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))"
)


_MERGE: Any = object()  # the key of a mapping whose value is to be merged
_UNFINISHED: Any = object()  # the value of an anchor that is still being read

_QUOTE = "quote it, if it is meant as text"


class _Open(Struct):
    """A mapping or sequence whose end has not come yet; `marks` are where its keys stand."""

    value: Any
    anchor: str | None
    is_mapping: bool
    key: Any = None
    marks: dict[str, Any] = field(default_factory=dict)
    merged: list[dict[str, Json]] = field(default_factory=list)


def parse_yaml(text: str, file: str) -> Json:
    """The one YAML document in `text` as JSON values; None if it is empty.

    Scalars are read by YAML 1.2's core schema, so `on` and `2024-01-01` are strings; keys become
    strings as written; `<<` merges (YAML 1.1, widely used). Raises DocumentError with line and
    column for anything that is not YAML, not expressible in JSON, ambiguous or too large.
    """
    builder = _TreeBuilder(file)
    try:
        parser = _PARSER(text)
        try:
            builder.read(parser.get_event)
        finally:
            parser.dispose()
    except yaml.MarkedYAMLError as error:
        where = error.problem_mark or error.context_mark
        what = ", ".join(part for part in (error.context, error.problem) if part)
        raise _at(file, where, f"not valid YAML: {what}") from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise DocumentError(file, f"not valid YAML: {str(error).splitlines()[0]}") from None
    return builder.root


class _TreeBuilder:
    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Json = None
        self.documents = 0
        self.nodes = 0
        self.stack: list[_Open] = []
        #: The innermost of the stack.
        self.frame: _Open | None = None
        self.anchors: dict[str, Json] = {}

    def read(self, next_event: Callable[[], Any]) -> None:
        """Take all events of the stream."""
        takes: Mapping[Any, Callable[[Any], None]] = {
            yaml.ScalarEvent: self.scalar,
            yaml.MappingStartEvent: self.open_mapping,
            yaml.SequenceStartEvent: self.open_sequence,
            yaml.MappingEndEvent: self.close,
            yaml.SequenceEndEvent: self.close,
            yaml.AliasEvent: self.alias,
            yaml.DocumentStartEvent: self.document,
        }
        while (kind := type(event := next_event())) is not yaml.StreamEndEvent:
            take = takes.get(kind)
            if take is not None:
                take(event)

    def document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self.fail(event, "holds several YAML documents", "keep one document in a file")

    def fail(self, event: Any, message: str, hint: str = "") -> NoReturn:
        raise _at(self.file, event.start_mark, message, hint)

    def count(self, event: Any, depth: int) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.too_many(event)
        if depth > MAX_DEPTH:
            self.fail(event, f"is nested more than {MAX_DEPTH} levels deep")

    def too_many(self, event: Any) -> NoReturn:
        self.fail(event, f"has more than {MAX_NODES:,} values once its aliases are expanded")

    def scalar(self, event: Any) -> None:
        # What is open is not nested too deep, so this isn't either.
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.too_many(event)
        frame = self.frame
        if frame is not None and frame.is_mapping and frame.key is None:
            is_plain = event.implicit[0]
            # A plain empty scalar means null, a quoted one the empty string.
            value: Json = event.value or ("null" if is_plain else "")
            self.take_key(frame, _MERGE if is_plain and value == "<<" else value, event)
        else:
            value = self.scalar_value(event)
            self.add(value, event)
        if event.anchor is not None:
            self.anchors[event.anchor] = value

    def scalar_value(self, event: Any) -> Json:
        text: str = event.value
        if event.tag is None:
            may_mean = event.implicit[0] and text[:1] in _FIRST
            return self.plain(text, event) if may_mean else text
        kind = event.tag.removeprefix(_TAG)
        if kind in ("str", "!") or (not kind and not event.implicit[0]):
            return text
        if kind not in ("", "null", "bool", "int", "float"):
            self.fail(event, f"the tag {event.tag} makes it no JSON value", "drop the tag")
        value = self.plain(text, event)
        if kind and isinstance(value, str):
            self.fail(event, f"has the tag {event.tag}, but {text[:40]!r} is no such value")
        return float(value) if kind == "float" and isinstance(value, int) else value

    def plain(self, text: str, event: Any) -> Json:
        if text in _NULL:
            return None
        if text in _BOOLEAN:
            return _BOOLEAN[text]
        if not (number := _NUMBER.fullmatch(text)):
            return text
        digits = number[number.lastgroup or 0]
        if number["not"] is not None or len(digits) > 400:
            self.fail(event, f"{text[:40]} is no JSON number", _QUOTE)
        if number["float"] is not None:
            value: int | float | Decimal = self.decimal(digits, event)
        else:
            value = int(digits, {"oct": 8, "hex": 16}.get(number.lastgroup or "", 10))
        return value

    def decimal(self, digits: str, event: Any) -> float | Decimal:
        try:
            return decimal(digits)
        except ValueError:
            self.fail(event, f"{digits[:40]} is too large a number", _QUOTE)

    def open_mapping(self, event: Any) -> None:
        self.open(_Open({}, event.anchor, True), event, "map")

    def open_sequence(self, event: Any) -> None:
        self.open(_Open([], event.anchor, False), event, "seq")

    def open(self, opened: _Open, event: Any, kind: str) -> None:
        self.count(event, len(self.stack) + 1)
        if event.tag not in (None, "!", _TAG + kind):
            self.fail(event, f"the tag {event.tag} makes it no JSON value", "drop the tag")
        frame = self.frame
        if frame is not None and frame.is_mapping and frame.key is None:
            self.fail(event, "has a mapping or sequence as a key; JSON's keys are strings")
        if event.anchor is not None:
            self.anchors[event.anchor] = _UNFINISHED
        self.stack.append(opened)
        self.frame = opened

    def close(self, event: Any) -> None:
        frame = self.stack.pop()
        self.frame = self.stack[-1] if self.stack else None
        for merged in frame.merged:  # the mapping's own keys win, then the first merged one's
            for key, value in merged.items():
                frame.value.setdefault(key, value)
        if frame.anchor is not None:
            self.anchors[frame.anchor] = frame.value
        self.add(frame.value, event)

    def alias(self, event: Any) -> None:
        value = self.anchors.get(event.anchor, _UNFINISHED)
        if value is _UNFINISHED:
            self.fail(event, f"the alias *{event.anchor} names no value that ended before it")
        frame = self.frame
        if frame is not None and frame.is_mapping and frame.key is None:
            if isinstance(value, dict | list):
                self.fail(event, "has a mapping or sequence as a key; JSON's keys are strings")
            self.take_key(frame, value if isinstance(value, str) else json.dumps(value), event)
        else:
            self.add(self.copy(value, event, len(self.stack)), event)

    def copy(self, value: Json, event: Any, depth: int) -> Json:
        if isinstance(value, dict):
            self.count(event, depth + 1)
            return {key: self.copy(item, event, depth + 1) for key, item in value.items()}
        if isinstance(value, list):
            self.count(event, depth + 1)
            return [self.copy(item, event, depth + 1) for item in value]
        self.count(event, depth)
        return value

    def take_key(self, frame: _Open, key: Any, event: Any) -> None:
        frame.key = key
        if key is not _MERGE:
            mark = frame.marks.setdefault(key, event.start_mark)
            if mark is not event.start_mark:
                self.fail(event, f"the key {key!r} stands twice, first in line {mark.line + 1}")

    def add(self, value: Json, event: Any) -> None:
        frame = self.frame
        if frame is None:
            self.root = value
        elif not frame.is_mapping:
            frame.value.append(value)
        elif frame.key is _MERGE:
            maps = value if isinstance(value, list) else [value]
            if not all(isinstance(item, dict) for item in maps):
                self.fail(event, "only mappings can be merged with <<")
            frame.merged += maps
            frame.key = None
        else:
            frame.value[frame.key] = value
            frame.key = None


def _at(file: str, mark: Any, message: str, hint: str = "") -> DocumentError:
    place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    return DocumentError(file, place + message, hint=hint)
