"""What `serve` puts together before it opens a port, once per process: nothing of it changes."""

from functools import cache

from emulator.mock.assemble import Assembly, assemble
from emulator.mock.exchange import Service
from emulator.settings import Settings


@cache
def assembled(*specs: str) -> Assembly:
    """These documents with default settings; without any, the three built-in services."""
    return assemble(Settings(specs=specs))


def service(name: str) -> Service:
    """One of the three built-in services."""
    (found,) = (each for each in assembled().services if each.api.name == name)
    return found
