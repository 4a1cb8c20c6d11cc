"""Which operations a run is about: globs over their key (`POST /pets`), path and operationId."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from emulator.openapi.document.model import Api, Operation


def selected(api: Api, include: Sequence[str], exclude: Sequence[str]) -> tuple[Operation, ...]:
    """The operations that are included, all by default, and not excluded."""
    return tuple(
        each
        for each in api.operations
        if (not include or matches(each, include)) and not matches(each, exclude)
    )


def matches(operation: Operation, globs: Sequence[str]) -> bool:
    """Whether a glob matches an operation."""
    names = (operation.key, operation.path, operation.id)
    return any(fnmatchcase(name, glob) for name in names for glob in globs)
