"""uvicorn's HTTP protocol, handing the socket to whoever must break it.

ASGI can't reset a connection; the transport can. It travels in `scope["extensions"]`.
"""

import socket
import struct
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

EXTENSION = "emulator.transport"


class EmulatorProtocol(HttpToolsProtocol):
    """`HttpToolsProtocol` with its transport and `hang_up` in the scope of every request."""

    def on_message_begin(self) -> None:
        """Add what ASGI has no words for to the scope that uvicorn has just made."""
        super().on_message_begin()
        extension: dict[object, object] = {
            "transport": self.transport,
            "hang_up": self.hang_up,
        }
        self.scope.setdefault("extensions", {})[EXTENSION] = extension

    def hang_up(self) -> None:
        """Close the connection at once, so that no answer is expected on it any more."""
        if self.cycle is not None:
            self.cycle.disconnected = True
        self.transport.abort()


def reset(transport: Any) -> None:
    """Close a connection with a TCP RST: no linger, nothing flushed (SO_LINGER, socket(7))."""
    raw = transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
