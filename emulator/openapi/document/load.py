"""Load documents from files; the only module of this package that reads any."""

import gc
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from emulator.errors import DocumentError
from emulator.http.messages import Json
from emulator.openapi.document.normalize import normalise
from emulator.openapi.document.parsing import parse_text
from emulator.schema.notices import Notice

_MAX_BYTES = 64 * 2**20  # of one file; the largest public documents have 20 MB
_MAX_FILES = 1_000
_VERSION = re.compile(r"3\.([0-9]+)(\..*)?")


class Loaded(Struct, frozen=True):
    """A document in the shape of OpenAPI 3.1, with the notices about it.

    `file` is the path as given, `files` all files that were read, `original_version` the version
    the author wrote.
    """

    file: str
    document: dict[str, Json]
    notices: tuple[Notice, ...]
    files: tuple[Path, ...]
    original_version: str


def load(path: Path, root: Path | None = None, *, sampled: bool = False) -> Loaded:
    """Read an OpenAPI 3.x or Swagger 2.0 document: JSON, YAML or a Markdown page that holds one.

    External references are followed to files below `root`, never further and never over the
    network. By default that is the repository around the document (the nearest folder with a
    `.git`), or else the document's own folder. `sampled` judges examples and defaults, too.
    Raises DocumentError only, whatever the file holds.
    """
    with collector_paused():
        sources = _Files(path, root)
        tree = sources.trees[sources.root]
        written, version = _version(tree, str(path))
        document, notices = normalise(sources, version, sampled=sampled)
    return Loaded(str(path), document, notices, tuple(sources.paths.values()), written)


def read_tree(path: Path) -> Json:
    """What is in one file, as it is written there; raises DocumentError."""
    with collector_paused():
        return parse_text(_read(path, str(path)), str(path))


class _Files:
    """The files of a document, read when they are first referred to.

    Their keys are paths from the document's folder, which `..` may begin.
    """

    def __init__(self, path: Path, root: Path | None) -> None:
        self.given = path
        try:
            resolved = path.resolve()
        except (OSError, ValueError, RuntimeError) as error:
            raise DocumentError(str(path), f"can't be read: {error}") from None
        self.folder = resolved.parent
        self.limit = repository(self.folder) if root is None else root.resolve()
        self.root = resolved.name
        self._opened: dict[tuple[str, str], str | DocumentError] = {}
        self.paths: dict[str, Path] = {self.root: path}
        self.trees: dict[str, Json] = {self.root: parse_text(_read(path, str(path)), str(path))}

    def display(self, key: str) -> str:
        """The file's name, beginning as the path that was given."""
        return str(self.paths.get(key) or self._shown(key))

    def _shown(self, key: str) -> Path:
        path = self.given.parent / key
        # `a/../b` is `b` for people, and for the system as well unless `a` is a link.
        plain = Path(os.path.normpath(path))
        return plain if plain.resolve() == path.resolve() else path

    def open(self, base: str, url: str) -> str:
        """Read the file that `url` means from `base` and return its key."""
        if (base, url) not in self._opened:
            try:
                self._opened[base, url] = self._open(base, url)
            except DocumentError as error:  # a large broken file is not read for each reference
                self._opened[base, url] = error
        if isinstance(known := self._opened[base, url], DocumentError):
            raise known
        return known

    def content(self, base: str, url: str) -> bytes:
        """The bytes of the file that `url` means from `base`."""
        path = self._allowed(base, unquote(url))
        key = Path(os.path.relpath(path, self.folder)).as_posix()
        if len(self.paths) >= _MAX_FILES:
            raise DocumentError(url, f"the document has more than {_MAX_FILES} files")
        self.paths.setdefault(key, self._shown(key))  # watched like any other
        return _read(path, self.display(key))

    def _open(self, base: str, url: str) -> str:
        path = self._allowed(base, url)
        key = Path(os.path.relpath(path, self.folder)).as_posix()
        if key not in self.trees:
            if len(self.trees) >= _MAX_FILES:
                raise DocumentError(url, f"the document has more than {_MAX_FILES} files")
            shown = self.display(key)
            self.trees[key] = parse_text(_read(path, shown), shown)
            self.paths[key] = self._shown(key)
        return key

    def _allowed(self, base: str, url: str) -> Path:
        try:
            parts = urlsplit(url)
        except ValueError:
            raise DocumentError(url, "is no URL") from None
        if parts.scheme or parts.netloc:
            message = "only files are read, nothing from the network"
            raise DocumentError(url, message, hint="save a copy beside it")
        relative = PurePosixPath(parts.path)
        if relative.is_absolute() or "\\" in url:
            raise DocumentError(url, "only relative paths with / are followed")
        try:
            path = (self.folder / PurePosixPath(base).parent / relative).resolve()
            exists = path.is_file()  # and no pipe, which would be waited for
        except (OSError, ValueError, RuntimeError):
            raise DocumentError(url, "is no path") from None
        # After resolving, so that neither `..` nor a symbolic link leads out.
        if not path.is_relative_to(self.limit):
            message = f"lies outside of {self.limit}, the limit of what is read"
            raise DocumentError(url, message, hint="--root DIR with the folder that holds it")
        if not exists:
            raise DocumentError(url, "there is no such file")
        return path


def repository(folder: Path) -> Path:
    """The folder of the repository around a folder, or the folder itself outside of any."""
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)


def _read(path: Path, file: str) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(_MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise DocumentError(file, f"can't be read: {reason or error}") from None
    if len(data) > _MAX_BYTES:
        raise DocumentError(file, f"is larger than {_MAX_BYTES >> 20} MB")
    return data


def _version(tree: Json, file: str) -> tuple[str, str]:
    """The version as written, and the one of 2.0, 3.0, 3.1 and 3.2 to read it as."""
    if tree is None:
        raise DocumentError(file, "is empty")
    found = tree if isinstance(tree, dict) else {}
    if "openapi" not in found and "swagger" not in found:
        message = "is not an OpenAPI document: no `openapi` or `swagger` field"
        raise DocumentError(file, message, hint="its first line should be `openapi: 3.1.0`")
    field = "openapi" if "openapi" in found else "swagger"
    written = str(found[field])
    if field == "swagger" and written in ("2.0", "2"):
        return written, "2.0"
    match = _VERSION.fullmatch(written) if field == "openapi" else None
    if match and int(match[1][:4]) <= 2:
        return written, f"3.{int(match[1])}"
    message = f"{field} {written:.40} is not supported"
    hint = "versions 2.0 (`swagger`), 3.0, 3.1 and 3.2 (`openapi`) are"
    raise DocumentError(file, message, pointer=f"/{field}", hint=hint)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the collector for the length of a `with` block.

    It walks everything that lives each time enough has been made: on large documents that doubles
    the time to load, and makes it grow with the square of the document.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
