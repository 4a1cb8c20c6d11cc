"""Pause Python's garbage collector while much is made and little thrown away."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
