"""JSON values as YAML for people: block style, in the order they have, read back as they were."""

import re
from typing import Any

import yaml

from emulator.messages import Json

#: What YAML 1.2 takes for something else than text, and PyYAML, which speaks 1.1, leaves unquoted.
_AMBIGUOUS = re.compile(r"[-+.]?[0-9].*|[-+]?\.(?:inf|nan)|~|null|true|false", re.IGNORECASE)

_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_DUMPER):  # type: ignore[misc]  # C or Python, whichever there is
    """Writes no aliases, texts of several lines as blocks, and quotes what YAML 1.2 would read."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: Any, text: str) -> Any:
    style = None
    if _AMBIGUOUS.fullmatch(text):
        style = "'"
    elif "\n" in text and not re.search(r"[ \t]\n|^[ \n]|[^\n -~\u00a0-\ud7ff]|\x85", text):
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def yaml_text(value: Json) -> str:
    """The value as a YAML document."""
    return str(yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100))
