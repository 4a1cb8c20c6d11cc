"""Where the built-in documents and fixtures are: in the wheel, or beside the source tree."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def builtin_root() -> Path:
    """The folder that holds `specs/` and `fixtures/`."""
    packaged = _PACKAGE / "builtin"
    return packaged if packaged.is_dir() else _PACKAGE.parent


def builtin_spec(name: str) -> Path:
    """The document of a built-in service."""
    return builtin_root() / "specs" / f"{name}.yaml"


def builtin_fixtures(name: str) -> Path:
    """The fixtures folder of a built-in service."""
    return builtin_root() / "fixtures" / name


def builtin_providers() -> Path:
    """The folder of the tools that the built-in services share."""
    return builtin_root() / "fixtures" / "_providers"
