"""What contract files declare of resources that the document shows otherwise."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from emulator.fixtures.contract import contract_file
from emulator.http.nearest import unknown
from emulator.mock.remember.compile import Remembered
from emulator.openapi.promises.model import Basis
from emulator.schema.notices import Notice
from emulator.schema.pointers import pointer_of


def promise_notices(remembered: Mapping[str, Remembered]) -> Iterator[Notice]:
    """Declared resources that no response shows, and members that their records don't have."""
    for found in remembered.values():
        file = str(contract_file(Path(found.generator.api.file)))
        for each in found.resources if found.contract.resources else ():
            if each.basis is not Basis.DECLARED:
                continue
            kind, pointer = found.kind(each), pointer_of(("resources", each.name))
            if kind is None:
                message = "no JSON response with an object for its schema shows one: not remembered"
                yield Notice(file, pointer, "contract-resource", message)
                continue
            for number, name in enumerate(each.unique):
                if kind.members and name not in kind.members:
                    what = f"member of {kind.collection}"
                    message = unknown(what, name, sorted(kind.members))
                    yield Notice(file, f"{pointer}/unique/{number}", "contract-member", message)
