"""Any ASGI application on a real socket, under uvicorn, which ends at once."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from emulator.server.uvicorn import PromptServer


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The origin of a live server; the listening socket exists before the thread does."""
    # asyncio sends without delay (TCP_NODELAY) only on sockets that name their protocol.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    server = PromptServer(uvicorn.Config(app, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.stop()
        thread.join()
