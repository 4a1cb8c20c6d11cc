"""The stub that was meant, where none matches: what a stray request is told."""

from itertools import islice

from emulator.http.encode import dump
from emulator.http.nearest import nearest
from emulator.stubs.book import StubBook
from emulator.stubs.matching.pattern import UnmetCondition
from emulator.stubs.matching.subject import Subject
from emulator.stubs.stub import Stub

#: Stubs that are compared: whoever is lost asks often.
_COMPARED, _PATHS = 20, 200
_CONDITIONS = 5
_LONGEST = 100


def near_stub(book: StubBook, subject: Subject) -> str:
    """`; the nearest stub …` to follow a message, empty where none is near."""
    request = subject.request
    listed = islice(book.index.candidates(request), _COMPARED)
    here = [stub for _, _, stub in listed if stub.pattern.place[1:] != (None, None)]
    if not here:
        paths = {stub.path: stub for stub in islice(book.stubs, _PATHS) if stub.path}
        found = paths.get(request.path) or paths.get(nearest(request.path, paths))
        here = [found] if found is not None else []
    if not here:
        return ""
    unmet = {stub.id: stub.pattern.unmet(subject) for stub in here}
    stub = min(here, key=lambda each: len(unmet[each.id]))
    return f"; the nearest stub is {stub.name or stub.id!r}: {_reason(book, stub, unmet[stub.id])}"


def _lacking(condition: UnmetCondition) -> str:
    """What a condition asks for: not where it may be a secret."""
    if condition.pointer.startswith(("/url", "/method")):
        return f"{condition.pointer} should be {dump(condition.expected).decode()[:_LONGEST]}"
    return f"{condition.pointer} is not met"


def _reason(book: StubBook, stub: Stub, unmet: tuple[UnmetCondition, ...]) -> str:
    if unmet:
        return ", ".join(map(_lacking, unmet[:_CONDITIONS]))
    state = book.state(stub.scenario or "")
    return f"its scenario {stub.scenario!r} is in the state {state!r}, not {stub.required!r}"
