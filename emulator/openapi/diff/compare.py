"""Compare two versions of a document, operation by operation."""

import re
from collections.abc import Iterator

from emulator.openapi.diff.changes import Change, grouped
from emulator.openapi.diff.contents import make_contents
from emulator.openapi.diff.operations import (
    BREAKING,
    NON_BREAKING,
    Versions,
    request_changes,
    response_changes,
)
from emulator.openapi.document.model import Api, Operation


def compare(old: Api, new: Api) -> tuple[Change, ...]:
    """Every change that clients can see from `old` to `new`, what breaks them first.

    Operations are the same where method and path are, whatever the path's parameters are called.
    """
    return grouped(_changes(old, new))


def _changes(old: Api, new: Api) -> Iterator[Change]:
    contents = make_contents(old, new)
    before = {_mark(operation): operation for operation in old.operations}
    after = {_mark(operation): operation for operation in new.operations}
    for prefix in old.prefixes:
        if prefix not in new.prefixes:
            message = f"nothing is served below {prefix or '/'} any longer"
            yield Change("base-path-removed", BREAKING, "", message, "/servers", "/servers")
    for mark, operation in before.items():
        if mark not in after:
            at = contents.old_pointers.operation(operation)
            message = "clients that call it get an error"
            yield Change("operation-removed", BREAKING, operation.key, message, old=at)
            continue
        versions = Versions(contents, operation, after[mark])
        yield from request_changes(versions)
        yield from response_changes(versions)
    for mark, operation in after.items():
        if mark not in before:
            at = contents.new_pointers.operation(operation)
            yield Change("operation-added", NON_BREAKING, operation.key, "is new", new=at)


def _mark(operation: Operation) -> tuple[str, str]:
    return operation.method, re.sub(r"\{[^{}]*\}", "{}", operation.path)
