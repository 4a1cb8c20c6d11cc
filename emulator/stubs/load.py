"""Reads a folder of stubs as WireMock has it: `mappings/**.json`, and bodies below `__files`."""

import os
from collections.abc import Iterator, Mapping, Sequence
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

#: Mistakes that are told beside the first.
_MISTAKES = 50

#: No folder at all.
NO_FOLDER = StubFolder()


def load_stubs(path: Path | None) -> StubFolder:
    """The folder's stubs, in the order of their files' names, the last of them the newest.

    Raises FixtureError with file and pointer of every mistake, SettingsError where there is no such
    folder.
    """
    if path is None:
        return NO_FOLDER
    if not path.is_dir():
        raise SettingsError("--mappings", f"{path} is not a folder", "one with mappings/*.json")
    if not (path / "mappings").is_dir() and any(path.glob("*.json")):
        hint = str(path.parent) if path.name == "mappings" else "move them below mappings/"
        message = f"{path} has no folder mappings/, from which stubs are read; it has *.json itself"
        raise SettingsError("--mappings", message, hint)
    files = body_files(path / "__files")
    book, places, wrong = NO_STUBS, dict[str, StubLocation](), list[FixtureError]()
    for file in _files_below(path / "mappings"):
        try:
            mappings = [*_mappings(read_file(file))]
        except FixtureError as error:
            wrong.append(error)
            continue
        for raw, pointer in mappings:
            try:
                stub = _stub(raw, file, pointer, book, files)
            except FixtureError as error:
                wrong.append(error)
            else:
                book, places[stub.id] = book.with_stub(stub), StubLocation(file, pointer)
    if wrong:
        raise _together(wrong)
    return StubFolder(path, book, files, places)


def _stub(raw: Json, file: Path, pointer: str, book: StubBook, files: BodyFiles) -> Stub:
    """One stub of a file; raises FixtureError."""
    _FILE.check(raw, str(file), pointer)
    stub = parse_stub(raw, book.free_id(), files)
    if not isinstance(stub, Stub):
        found = [FixtureError(str(file), each.message, pointer + each.pointer) for each in stub]
        raise _together(found)
    if book.stub(stub.id) is not None:
        raise FixtureError(str(file), f"the id {stub.id!r} is used twice", f"{pointer}/id")
    return stub


def _files_below(folder: Path) -> list[Path]:
    """The stub files of a folder by their names: each once, and none in what is hidden.

    A mounted ConfigMap has its files twice: in a hidden folder, and as links.
    """
    seen, found = set[Path](), list[Path]()
    for at, folders, names in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if not name.startswith(".")]
        if Path(at).resolve() in seen:  # links may lead around
            folders.clear()
            continue
        seen.add(Path(at).resolve())
        found += [Path(at, name) for name in names if name.endswith(".json") and name[0] != "."]
    return sorted(found)


def _together(errors: Sequence[FixtureError]) -> FixtureError:
    """Several mistakes as one: the first, and the others in lines below it."""
    first, *others = errors
    if not others:
        return first
    shown = [str(each) for each in others[:_MISTAKES]]
    more = [f"and {len(others) - len(shown)} more"] if len(others) > len(shown) else []
    hint = f"; {first.hint}" if first.hint else ""
    lines = "\n".join((first.message + hint, *shown, *more))
    return FixtureError(first.file, lines, first.pointer)


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
