"""Where the files of the built-in services are: in the wheel, or beside the source tree."""

from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_PACKAGED = _PACKAGE / "builtin"
_ROOT = _PACKAGED if _PACKAGED.is_dir() else _PACKAGE.parent

#: The tools of providers that they share.
PROVIDERS = _ROOT / "fixtures" / "_providers"


def document(name: str) -> Path:
    """The document of a built-in service."""
    return _ROOT / "specs" / f"{name}.yaml"


def fixtures(name: str) -> Path:
    """The fixtures folder of a built-in service."""
    return _ROOT / "fixtures" / name
