"""A mock server for contract testing: OpenAPI documents in, faithful answers out."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.client.embedded import Emulator as Emulator

__version__ = "0.1.0"
__all__ = ["Emulator", "__version__"]


def __getattr__(name: str) -> Any:
    """`Emulator`, imported when it is asked for: the command line needs none of it."""
    if name == "Emulator":
        from emulator.client.embedded import Emulator

        return Emulator
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
