"""A Python function under construction: its lines, and the constants that it names."""

from collections.abc import Callable
from textwrap import indent
from typing import Any


class FunctionSource:
    """The source of a function with this head, as `admit(request, path)`."""

    def __init__(self, head: str) -> None:
        self.head = head
        self.lines: list[str] = []
        self.constants: dict[str, Any] = {}

    @property
    def text(self) -> str:
        """The function as it stands in a file."""
        return "\n    ".join((f"def {self.head}:", *self.lines)) + "\n"

    def add(self, *lines: str, level: int = 0) -> None:
        """Add lines, so many levels deep."""
        self.lines += ["    " * level + line for line in lines]

    def leave(self, condition: str, level: int = 0) -> None:
        """Return None where a condition holds."""
        self.add(f"if {condition}:", "    return None", level=level)

    def constant(self, value: Any, name: str) -> str:
        """The name of a value that is the same at every call."""
        name = f"{name}_{len(self.constants) + 1}"
        self.constants[name] = value
        return name

    def compiled(self, names: dict[str, Any]) -> Callable[..., Any]:
        """The function, which may use `names`: its globals, that functions can share."""
        name = self.head.partition("(")[0]
        # What is one's own is in the closure.
        text = f"def closure({', '.join(self.constants)}):\n"
        text += indent(f"{self.text}return {name}\n", "    ")
        found: dict[str, Any] = {}
        exec(compile(text, f"<{name}>", "exec"), names, found)
        function: Callable[..., Any] = found["closure"](**self.constants)
        return function
