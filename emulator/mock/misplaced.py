"""Notices of what is stored under a name that nothing served has, and would never be used."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from emulator.fixtures.files import read_file
from emulator.fixtures.state import parse_state
from emulator.http.nearest import nearest, unknown
from emulator.mock.exchange import Service
from emulator.mock.plugins import service_names
from emulator.openapi.document.model import Api
from emulator.schema.notices import Notice
from emulator.settings import Settings


def misplaced(settings: Settings, services: Sequence[Service]) -> Iterator[Notice]:
    """What the user's own files and folders name that is not served."""
    names = [service.api.name for service in services]
    if settings.fixtures is not None:
        yield from _folders(settings.fixtures, names)
    if settings.state is not None:
        yield from _schemes(settings.state, [service.api for service in services])


def _folders(fixtures: Path, names: Sequence[str]) -> Iterator[Notice]:
    """Folders of APIs that are not served: misspelt, or the only ones there are.

    One folder may hold the fixtures of many documents, of which some are served now.
    """
    found = [each for each in sorted(fixtures.iterdir()) if each.is_dir()]
    all_have_one = {each.name for each in found} >= {*names}
    for folder in found:
        name = folder.name
        if name in names or name in service_names() or name.startswith((".", "_")):
            continue
        if nearest(name, names) or not all_have_one:
            message = f"{unknown('API', name, names)}: nothing in this folder is used"
            yield Notice(str(folder), "", "fixtures-without-api", message)


def _schemes(state: Path, apis: Sequence[Api]) -> Iterator[Notice]:
    """Credentials for security schemes that no document has."""
    known = [scheme for api in apis for scheme in api.schemes]
    for number, credential in enumerate(parse_state(read_file(state), str(state)).credentials):
        if credential.scheme not in known:
            pointer = f"/credentials/{number}/scheme"
            message = unknown("security scheme", credential.scheme, known)
            yield Notice(str(state), pointer, "credential-without-scheme", message)
