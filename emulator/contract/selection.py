"""Which operations a run is about: globs over their key (`POST /pets`), path and operationId."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from emulator.errors import SettingsError
from emulator.http.nearest import did_you_mean
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


def reject_unmatched(apis: Iterable[Api], option: str, globs: Iterable[str]) -> None:
    """Raise SettingsError for a glob that matches no operation of any API: it selects nothing."""
    operations = [each for api in apis for each in api.operations]
    names = [name for each in operations for name in (each.key, each.path, each.id)]
    for glob in globs:
        if not any(fnmatchcase(name, glob) for name in names):
            message = f"{glob!r} matches no operation{did_you_mean(glob, names)}"
            raise SettingsError(option, message, "a key (`GET /pets`), a path or an operationId")
