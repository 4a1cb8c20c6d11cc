"""What documents that remember have at start, by their state files; and what is wrong in these."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from emulator.fixtures.files import read_file
from emulator.fixtures.state import parse_state
from emulator.http.nearest import nearest, unknown
from emulator.mock.exchange import Service
from emulator.mock.remember.compile import Remembered
from emulator.mock.remember.stated import stated_records
from emulator.mock.specs import fixtures_folder
from emulator.mock.state.store import Collections
from emulator.schema.notices import Notice
from emulator.schema.pointers import pointer_of
from emulator.settings import Settings


def seeds(
    services: Mapping[str, Service], remembered: Mapping[str, Remembered], settings: Settings
) -> tuple[dict[str, Collections], list[Notice]]:
    """What each service knows at start; of records that the document does not allow, notices."""
    notices: list[Notice] = []
    found = {name: service.fixtures.state.collections for name, service in services.items()}
    for name, resources in remembered.items():
        known, more = _judged(services[name], resources, settings)
        found[name] = known
        notices += more
    notices += _unknown(services, remembered, settings)
    return found, notices


def _judged(
    service: Service, resources: Remembered, settings: Settings
) -> tuple[Collections, list[Notice]]:
    """The collections of a service, those that it remembers with the records that it may have."""
    notices: list[Notice] = []
    collections = dict(service.fixtures.state.collections)
    common = _common(settings)
    for name, records in service.fixtures.state.collections.items():
        resource = resources.named(name)
        kind = resources.kind(resource) if resource is not None else None
        if kind is not None:
            collections[name], errors = stated_records(kind, records)
            file = settings.state if name in common else _own_file(service, settings)
            for error in errors:
                pointer = f"{pointer_of(('collections', name))}{error.pointer}"
                message = f"{error.message}; this record is left out"
                notices.append(Notice(str(file), pointer, "record-invalid", message))
    return collections, notices


def _unknown(
    services: Mapping[str, Service], remembered: Mapping[str, Remembered], settings: Settings
) -> Iterator[Notice]:
    """Collections that nothing is remembered in.

    Templates, tools and installed services may ask for any: there, only what is misspelt is told.
    """
    common = _common(settings)
    for name, resources in remembered.items():
        service = services[name]
        own = service.fixtures.state.collections.keys() - common.keys()
        yield from _misspelt(sorted(own), _own_file(service, settings), [resources], [service])
    if remembered and settings.state is not None:
        yield from _misspelt(common, settings.state, remembered.values(), services.values())


def _misspelt(
    names: Iterable[str], file: Path, resources: Iterable[Remembered], services: Iterable[Service]
) -> Iterator[Notice]:
    known = [each.collection(resource) for each in resources for resource in each.resources]
    asked_for = any(
        not each.remembers or each.fixtures.responses or each.fixtures.tools for each in services
    )
    for name in names:
        if name not in known and (nearest(name, known) or not asked_for):
            message = f"{unknown('collection', name, known)} (`emulator resources` lists them)"
            pointer = pointer_of(("collections", name))
            yield Notice(str(file), pointer, "state-without-collection", message)


def _common(settings: Settings) -> Collections:
    """What the state file for all services says."""
    if settings.state is None:
        return {}
    return parse_state(read_file(settings.state), str(settings.state)).collections


def _own_file(service: Service, settings: Settings) -> Path:
    return (fixtures_folder(service.api.name, settings) or Path()) / "state.yaml"
