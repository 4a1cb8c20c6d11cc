"""Exceptions: what the person starting the emulator did, or what we did; never a client's mistake.

    EmulatorError
    ├── FileError             a file can't be used
    │   ├── DocumentError     an OpenAPI document can't be loaded
    │   └── FixtureError      a fixture, trigger table, state or tool file can't be used
    │       └── RenderError   a template in such a file failed on the request at hand
    ├── SettingsError         a flag or environment variable is wrong
    ├── PluginError           an installed service can't be used
    └── PortInUseError        the address to listen on is taken

A client's mistake is a value (`emulator.http.problems.Problem`), not an exception.
"""

from dataclasses import dataclass


class EmulatorError(Exception):
    """Base of everything the command line reports as one message and exit code 2."""


@dataclass(eq=False)
class FileError(EmulatorError):
    """A file can't be used; `file` and `pointer` (RFC 6901) say where, `hint` the way out."""

    file: str
    message: str
    pointer: str = ""
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}#{self.pointer}" if self.pointer else self.file
        return _located(place, self.message, self.hint)


class DocumentError(FileError):
    """An OpenAPI document can't be loaded."""


class FixtureError(FileError):
    """A file below `fixtures/` can't be used."""


class RenderError(FixtureError):
    """A template could be compiled, but has no value for the request at hand."""


@dataclass(eq=False)
class SettingsError(EmulatorError):
    """A setting has a value it can't have."""

    setting: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return _located(self.setting, self.message, self.hint)


@dataclass(eq=False)
class PluginError(EmulatorError):
    """An installed service can't be used; `distribution` is the package that brings it."""

    service: str
    distribution: str
    message: str
    hint: str

    def __str__(self) -> str:
        place = f"service {self.service!r} of {self.distribution}"
        return _located(place, self.message, self.hint)


@dataclass(eq=False)
class PortInUseError(EmulatorError):
    """Another program listens where we were told to."""

    host: str
    port: int

    def __str__(self) -> str:
        return (
            f"port {self.port} on {self.host} is in use by another program\n"
            f"  try: emulator serve --port {self.port + 1}   (or --port 0 for any free port)"
        )


def _located(place: str, message: str, hint: str) -> str:
    return f"{place}: {message}" + (f"\n  try: {hint}" if hint else "")
