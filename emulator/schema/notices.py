"""Notices: doubts about a document or a fixture, said at start with file and JSON pointer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Notice:
    """One doubt. `code` is kebab-case and stable; `pointer` is an RFC 6901 pointer into `file`."""

    file: str
    pointer: str
    code: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}#{self.pointer}" if self.pointer else self.file
        return f"{place}: {self.message} [{self.code}]"
