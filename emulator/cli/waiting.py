"""What is said of work that takes long, on a terminal only."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

_CLEAR = "\r\x1b[2K"
#: Seconds before anything is said, and between two looks at the clock.
_PATIENCE, _STEP = 1.0, 0.5


@contextmanager
def told_to_wait(what: str, out: TextIO) -> Iterator[None]:
    """Say on a terminal what the work is and how long it has taken, once that is a second."""
    if not out.isatty():
        yield
        return
    done = threading.Event()
    teller = threading.Thread(target=_tell, args=(what, out, done), daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()


def _tell(what: str, out: TextIO, done: threading.Event) -> None:
    began, step = time.monotonic(), _PATIENCE
    said = False
    while not done.wait(step):
        out.write(f"{_CLEAR}{what} … {time.monotonic() - began:.0f} s")
        out.flush()
        said, step = True, _STEP
    if said:
        out.write(_CLEAR)
        out.flush()
