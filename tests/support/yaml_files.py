"""YAML, read by another parser than the emulator's own."""

from pathlib import Path
from typing import Any

import yaml

#: libyaml, where PyYAML was built with it, takes a tenth of the time.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(file: Path) -> Any:
    """The value that a file holds."""
    return yaml.load(file.read_bytes(), LOADER)
