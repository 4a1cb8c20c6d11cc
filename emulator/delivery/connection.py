"""uvicorn's HTTP protocol, handing the socket to whoever must break it.

ASGI can't reset a connection; the transport can. It travels in `scope["extensions"]`.
"""

import socket
import struct
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

EXTENSION = "emulator.transport"


class EmulatorProtocol(HttpToolsProtocol):
    """`HttpToolsProtocol` with its transport in the scope of every request."""

    def on_message_begin(self) -> None:
        """Add the transport to the scope that uvicorn has just made."""
        super().on_message_begin()
        self.scope.setdefault("extensions", {})[EXTENSION] = {"transport": self.transport}


def reset(transport: Any) -> None:
    """Close a connection with a TCP RST: no linger, nothing flushed (SO_LINGER, socket(7))."""
    raw = transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def hang_up(transport: Any) -> None:
    """Close a connection at once, whatever has not been sent."""
    transport.abort()
