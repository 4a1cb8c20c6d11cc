"""Reads a folder of stubs as WireMock has it: `mappings/**.json`, and bodies below `__files`."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct, field

from emulator.errors import FixtureError, SettingsError
from emulator.fixtures.files import FileSchema, read_file
from emulator.http.messages import Json
from emulator.stubs.book import NO_STUBS, StubBook
from emulator.stubs.response import BodyFiles, no_files
from emulator.stubs.schema import STUB_SCHEMA
from emulator.stubs.stub import Stub, parse_stub


class StubLocation(Struct, frozen=True):
    """The file a stub was read from, and its pointer in it; "" if it is alone there."""

    file: Path
    pointer: str


class StubFolder(Struct, frozen=True):
    """The stubs of a folder, with which every scope begins, and each one's place by its id.

    `path` is None where no folder was given.
    """

    path: Path | None = None
    book: StubBook = NO_STUBS
    files: BodyFiles = no_files
    places: Mapping[str, StubLocation] = field(default_factory=dict)


_FILE = FileSchema("stub", STUB_SCHEMA)

#: No folder at all.
NO_FOLDER = StubFolder()


def load_stubs(path: Path | None) -> StubFolder:
    """The folder's stubs, in the order of their files' names, the last of them the newest.

    Raises FixtureError with file and pointer, SettingsError where there is no such folder.
    """
    if path is None:
        return NO_FOLDER
    if not path.is_dir():
        raise SettingsError("--mappings", f"{path} is not a folder", "one with mappings/*.json")
    files = body_files(path / "__files")
    book, places = NO_STUBS, {}
    for file in sorted((path / "mappings").rglob("*.json")):
        for raw, pointer in _mappings(read_file(file)):
            _FILE.check(raw, str(file), pointer)
            stub = parse_stub(raw, book.free_id(), files)
            if not isinstance(stub, Stub):
                raise FixtureError(str(file), stub[0].message, pointer + stub[0].pointer)
            if book.stub(stub.id) is not None:
                raise FixtureError(str(file), f"the id {stub.id!r} is used twice", f"{pointer}/id")
            book, places[stub.id] = book.with_stub(stub), StubLocation(file, pointer)
    return StubFolder(path, book, files, places)


def body_files(root: Path) -> BodyFiles:
    """What reads a file below `root` and nowhere else."""

    def read(name: str) -> bytes:
        try:
            path = (root / name).resolve()
            if not path.is_relative_to(root.resolve()):
                raise ValueError(f"{name!r} is not below {root.name}")
            return path.read_bytes()
        except OSError as error:
            raise ValueError(f"{name!r} below {root.name}: {error.strerror}") from None

    return read


def _mappings(raw: Json) -> Iterator[tuple[Json, str]]:
    """A file holds one stub, or several as `{"mappings": […]}`."""
    if isinstance(raw, dict) and isinstance(raw.get("mappings"), list):
        for index, each in enumerate(raw["mappings"]):
            yield each, f"/mappings/{index}"
    else:
        yield raw, ""
