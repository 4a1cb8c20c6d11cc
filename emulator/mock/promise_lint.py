"""What contract files declare of resources that the document shows otherwise."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from emulator.fixtures.contract import contract_file
from emulator.http.nearest import unknown
from emulator.mock.remember.compile import Remembered
from emulator.openapi.promises.model import Resource
from emulator.schema.notices import Notice
from emulator.schema.pointers import parts_of, pointer_of


def promise_notices(remembered: Mapping[str, Remembered]) -> Iterator[Notice]:
    """Declared resources that no response shows; members, records and lists that are not there."""
    for found in remembered.values():
        file = str(contract_file(Path(found.generator.api.file)))
        for each in found.contract.resources:
            yield from _resource(found, each, file)
        lists = {each.list: each for each in found.resources if each.list}
        for pages in found.contract.pages:
            kind = found.kind(lists[pages.operation]) if pages.operation in lists else None
            if pages.items is not None and kind is not None and kind.list is None:
                pointer = pointer_of(("pagination", pages.operation, "items"))
                message = f"no response of {pages.operation} has a list of objects at {pages.items}"
                yield Notice(file, pointer, "contract-list", message)


def _resource(found: Remembered, resource: Resource, file: str) -> Iterator[Notice]:
    kind, pointer = found.kind(resource), pointer_of(("resources", resource.name))
    if kind is None:
        message = "no JSON response with an object for its schema shows one: it is not remembered"
        yield Notice(file, pointer, "contract-resource", message)
        return
    for number, name in enumerate(resource.unique):
        if kind.members and name not in kind.members:
            message = unknown(f"member of {kind.collection}", name, sorted(kind.members))
            yield Notice(file, f"{pointer}/unique/{number}", "contract-member", message)
    if resource.record is not None:
        places = [each.place for each in kind.own.values() if each is not None]
        if places and tuple(parts_of(resource.record)) not in places:
            message = f"no response has an object at {resource.record!r}"
            yield Notice(file, f"{pointer}/record", "contract-record", message)
