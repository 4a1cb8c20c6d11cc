"""Serving: in the foreground, or in a thread on a free port as a context manager."""

import gc
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from emulator.delivery.connection import EmulatorProtocol
from emulator.errors import PortInUseError, SettingsError

#: How long streams may go on after the first Ctrl-C.
SHUTDOWN_S = 1


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises PortInUseError, or SettingsError for an address we can't have."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        if error.errno in (98, 48, 10048):  # EADDRINUSE on Linux, macOS, Windows
            raise PortInUseError(host, port) from error
        hint = "--host 127.0.0.1, and a port above 1023"
        raise SettingsError("--host/--port", f"{host}:{port}: {error.strerror}", hint) from error
    except OverflowError as error:
        listener.close()
        raise SettingsError("--port", f"{port} is no port", "0 to 65535") from error
    return listener


def make_server(app: Any) -> uvicorn.Server:
    """A uvicorn server for the application, quiet, with our protocol class."""
    # What was compiled at start never dies: without this every full collection walks all of it.
    gc.collect()
    gc.freeze()
    config = uvicorn.Config(
        app,
        http=EmulatorProtocol,
        loop="auto",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )
    return uvicorn.Server(config)


def base_url(listener: socket.socket) -> str:
    """The URL of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def running(app: Any, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve `app` in a thread for the length of a `with` block; gives the base URL."""
    listener = listen(host, port)
    server = make_server(app)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        # The socket listens already: a client that connects early waits for the loop to start.
        yield base_url(listener)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
