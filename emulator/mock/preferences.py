"""What a client prefers for one response: `Prefer` (RFC 7240), or `?__code=…` without it."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, unquote_plus

from msgspec import Struct
from msgspec.structs import replace

from emulator.faults.base import Fault, make_fault
from emulator.faults.table import FAULTS
from emulator.http.messages import Request, Violation
from emulator.http.nearest import unknown
from emulator.http.problems import Problem, problem
from emulator.mock.fault_rules.schedule import WHEN_SCHEMA

#: A minute is long for a test; more is a typing mistake that would hang the client.
MAX_DELAY_MS = 600_000

_NAMES = ("code", "example", "dynamic", "seed", "delay", "fault")
_PART = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^",;=]*))\s*([,;=]|$)')


class Preferences(Struct, frozen=True):
    """The preferences of one request; all defaults where it has none."""

    code: int | None = None
    example: str | None = None
    dynamic: bool = False
    seed: str | None = None
    delay_ms: int = 0
    fault: Fault | None = None

    @property
    def chooses(self) -> bool:
        """Whether they choose a response; a fault is injected into whatever is chosen."""
        return self.code is not None or self.example is not None or self.dynamic

    @property
    def forced(self) -> bool:
        """Whether the response is forced, so that it proves nothing about the service."""
        return self.code is not None or self.example is not None or self.fault is not None


NOTHING = Preferences()


def is_plain(request: Request) -> bool:
    """Whether a request prefers nothing, whatever `read_preferences` would make of it."""
    return "prefer" not in request.fields and "__" not in request.query


def read_preferences(request: Request) -> Preferences | Problem:
    """The preferences of a request; a word of ours with a value it can't have is a Problem.

    Preferences that are not ours (`return=minimal`) are ignored, as RFC 7240, 2 asks.
    """
    prefer = request.header("prefer")
    if prefer is not None:
        chosen = dict(_parse(prefer))
        place = "header"
    elif "__" in request.query:
        pairs = parse_qsl(request.query, keep_blank_values=True)
        chosen = {
            name[2:]: (value, {})
            for name, value in reversed(pairs)
            if name.startswith("__") and name[2:] in _NAMES
        }
        place = "query"
    else:
        return NOTHING
    return _read(chosen, place) if chosen else NOTHING


def without_preferences(request: Request) -> Request:
    """The request as the API gets it: without preferences of ours, those of its own kept."""
    prefer = request.header("prefer")
    if prefer is not None:
        kept = ", ".join(raw for words, raw in _split(prefer) if words[0][0].lower() not in _NAMES)
        headers = tuple(field for field in request.headers if field[0] != "prefer")
        return replace(request, headers=(*headers, ("prefer", kept)) if kept else headers)
    pairs = (pair for pair in request.query.split("&") if not _is_ours(pair))
    return replace(request, query="&".join(pairs))


def _is_ours(pair: str) -> bool:
    name = unquote_plus(pair.partition("=")[0])
    return name.startswith("__") and name[2:] in _NAMES


def _parse(prefer: str) -> Iterator[tuple[str, tuple[str, Mapping[str, str]]]]:
    """(name, (value, parameters)) of each preference of ours; the first of a name counts."""
    seen: set[str] = set()
    for words, _ in _split(prefer):
        name, value = words[0]
        name = name.lower()
        if name in _NAMES and name not in seen:
            seen.add(name)
            yield name, (value, dict(words[1:]))


def _split(prefer: str) -> Iterator[tuple[list[tuple[str, str]], str]]:
    """Lists of (word, value), the preference first, then its parameters; and all that as sent."""
    words: list[tuple[str, str]] = []
    name, position, begin = "", 0, 0
    expects_value = False
    while position <= len(prefer):
        match = _PART.match(prefer, position)
        if match is None:
            return
        text = re.sub(r"\\(.)", r"\1", match[1]) if match[1] is not None else match[2].strip()
        position = match.end() + (1 if match[3] == "" else 0)
        if match[3] == "=" and not expects_value:
            name, expects_value = text, True
            continue
        words.append((name, text) if expects_value else (text, ""))
        name, expects_value = "", False
        if match[3] in (",", ""):
            yield words, prefer[begin : match.end()].rstrip(",").strip()
            words, begin = [], match.end()


def _read(chosen: Mapping[str, tuple[str, Mapping[str, str]]], place: str) -> Preferences | Problem:
    values = {name: value for name, (value, _) in chosen.items()}
    code = values.get("code")
    if code is not None and not re.fullmatch(r"[2-5][0-9][0-9]", code):
        return _invalid(place, "code", code, "a status from 200 to 599, as in Prefer: code=404")
    delay = values.get("delay")
    if delay is not None and not (
        re.fullmatch(r"[0-9]{1,9}", delay) and int(delay) <= MAX_DELAY_MS
    ):
        return _invalid(place, "delay", delay, f"milliseconds from 0 to {MAX_DELAY_MS}")
    dynamic = values.get("dynamic", "false")
    if dynamic.lower() not in ("true", "false", ""):
        return _invalid(place, "dynamic", dynamic, "true or false")
    fault = _fault(*chosen["fault"], place) if "fault" in chosen else None
    if isinstance(fault, Problem):
        return fault
    return Preferences(
        code=int(code) if code is not None else None,
        example=values.get("example"),
        dynamic=dynamic.lower() == "true",
        seed=values.get("seed"),
        delay_ms=int(delay or 0),
        fault=fault,
    )


def _fault(name: str, parameters: Mapping[str, str], place: str) -> Fault | Problem:
    kind = FAULTS.get(name)
    if kind is None:
        message = unknown("fault", name, FAULTS, "emulator faults")
        if name in WHEN_SCHEMA["properties"]:
            message = f"{name!r} is no fault but a schedule, for the `when` of a rule"
        return _refused(place, "fault", message)
    if kind.for_all:
        only = f"{name} meets every client, so that only a rule injects it: POST /__admin/faults"
        violation = Violation(place, "/fault", "prefer", only)
        return problem("preference-invalid", only, (violation,))
    fault, wrong = make_fault(kind, parameters)
    if not wrong:
        return fault
    violations = tuple(Violation(place, f"/fault/{each}", "prefer", text) for each, text in wrong)
    return problem("preference-invalid", f"{name}: {wrong[0][1]}", violations)


def _invalid(place: str, name: str, value: str, allowed: str) -> Problem:
    return _refused(place, name, f"{name}={value!r} can't be read: it takes {allowed}")


def _refused(place: str, name: str, message: str) -> Problem:
    return problem(
        "preference-invalid", message, (Violation(place, f"/{name}", "prefer", message),)
    )
