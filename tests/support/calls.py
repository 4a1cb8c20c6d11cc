"""Sequences of calls and what must hold, as data: `tests/data/resources/*.calls.yaml`.

`things` says how the document's first kind of things is made, changed and listed. Each of
`sequences` has a name, `remember` (default lenient) and `calls`, in a scope of their own. A call is
`call` (method and target), `send`, `type`, `headers`; its answer has `status` (or one of several),
`holds` (a part of the JSON), `header`, `matches` (pointers to patterns), `size` (pointers to
numbers of items), `empty` (pointers to nothing, or null), `differs` (pointers to what they don't
have). `keep` keeps a value by a pointer, or `header NAME`: `{name}` stands for it afterwards. A
call may be `list` instead: every item of all pages, `limit` a page; then `count`, `has` and `lacks`
(items with these parts), `every` (a part of each), `without` (pointers), `rising`, `falling`.
"""

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import httpx

from tests.support.remembering import ScopeOfServer, at

Call = Mapping[str, Any]

_NAME = re.compile(r"\{(\w+)\}")


def missing(part: Any, whole: Any, place: str = "") -> list[str]:
    """Where `whole` has not what `part` has; objects may have more members."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return [
            complaint
            for name, value in part.items()
            for complaint in (
                missing(value, whole[name], f"{place}/{name}")
                if name in whole
                else [f"{place}/{name} is not there"]
            )
        ]
    if isinstance(part, list) and isinstance(whole, list) and len(part) == len(whole):
        pairs = enumerate(zip(part, whole, strict=True))
        return [each for i, (p, w) in pairs for each in missing(p, w, f"{place}/{i}")]
    return (
        [] if part == whole and type(part) is type(whole) else [f"{place}: {whole!r}, not {part!r}"]
    )


class Calls:
    """Plays the calls of one sequence, and keeps what they name."""

    def __init__(self, server: ScopeOfServer, pages: Mapping[str, Any]) -> None:
        self._server = server
        self._pages = pages
        self._kept: dict[str, Any] = {}

    def play(self, call: Call) -> None:
        """One call; fails with what does not hold."""
        if "list" in call:
            self._list(call)
        else:
            self._call(call)

    def _call(self, call: Call) -> None:
        method, _, target = self._target(call["call"]).partition(" ")
        headers = {name: self._filled(value) for name, value in call.get("headers", {}).items()}
        if "type" in call:
            headers["content-type"] = call["type"]
        answer = self._server.call(method, target, self._filled(call.get("send")), headers)
        told = f"{call['call']}: {answer.status_code} {answer.text}"
        expected = call["status"] if isinstance(call["status"], list) else [call["status"]]
        assert answer.status_code in expected, told
        body = answer.json() if answer.content else None
        if "holds" in call:
            assert missing(self._filled(call["holds"]), body) == [], told
        for name, value in call.get("header", {}).items():
            assert answer.headers.get(name) == self._filled(value), f"{told} {answer.headers}"
        for pointer, pattern in call.get("matches", {}).items():
            assert re.search(pattern, str(at(body, pointer))), f"{pointer} of {told}"
        for pointer, size in call.get("size", {}).items():
            assert len(at(body, pointer)) == size, told
        for pointer in call.get("empty", ()):
            assert at(body, pointer) is None, f"{pointer} of {told}"
        for pointer, value in call.get("differs", {}).items():
            assert at(body, pointer) != self._filled(value), told
        for name, place in call.get("keep", {}).items():
            self._kept[name] = _kept(answer, body, place)
            assert self._kept[name] is not None, f"{place} of {told}"

    def _list(self, call: Call) -> None:
        pages = call.get("pages", self._pages)
        answers = [*self._server.pages(self._target(call["list"]), pages, call.get("limit"))]
        items = [item for answer in answers for item in at(answer.json(), pages["items"])]
        for name, value in call.get("header", {}).items():
            assert {answer.headers.get(name) for answer in answers} == {value}
        if "count" in call:
            assert len(items) == call["count"], items
        for part in map(self._filled, call.get("has", ())):
            assert [each for each in items if not missing(part, each)], f"{part} in {items}"
        for part in map(self._filled, call.get("lacks", ())):
            assert [each for each in items if not missing(part, each)] == []
        every = self._filled(call.get("every", {}))
        assert [found for each in items for found in missing(every, each)] == []
        for pointer in call.get("without", ()):
            assert [each for each in items if at(each, pointer) is not None] == []
        for key, sign in (("rising", 1), ("falling", -1)):
            if key in call:
                values = [at(item, call[key]) for item in items]
                there = [value for value in values if value is not None]
                falls = [(a, b) for a, b in pairwise(there) if (a > b if sign > 0 else a < b)]
                assert falls == [], values
                assert len(there) > 1, values

    def _target(self, text: str) -> str:
        """A target with what was kept; within one segment it is encoded."""

        def value(match: re.Match[str]) -> str:
            kept = str(self._kept[match[1]])
            return kept if "/" in kept else quote(kept, safe="")

        return _NAME.sub(value, text)

    def _filled(self, value: Any) -> Any:
        """The value with what was kept in place of its name."""
        if isinstance(value, dict):
            return {name: self._filled(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self._filled(each) for each in value]
        match = _NAME.fullmatch(value) if isinstance(value, str) else None
        return self._kept[match[1]] if match else value


def _kept(answer: httpx.Response, body: Any, place: str) -> Any:
    kind, _, name = place.partition(" ")
    return answer.headers.get(name) if kind == "header" else at(body, place)
