"""Upstreams that speak raw bytes, for what no HTTP server would send."""

import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: Answers one connection whose request has been read.
Answer = Callable[[socket.socket], None]

#: A pet, as most answers here hold it.
BODY = b'{"id":"1","name":"Rex"}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@contextmanager
def answering(
    answer: Answer, requests: list[bytes] | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[str]:
    """The URL of a server that answers each connection in turn, and notes what was asked."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            try:
                wrapped = tls.wrap_socket(connection, server_side=True) if tls else connection
            except OSError:
                connection.close()  # Who does not trust us hangs up.
                continue
            with wrapped:
                received = _request(wrapped)
                if requests is not None:
                    requests.append(received)
                answer(wrapped)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        scheme = "https" if tls else "http"
        yield f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        # Closing alone does not wake a thread that waits in accept().
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def _request(connection: socket.socket) -> bytes:
    """A whole request: what is left unread when a connection is closed resets it."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65_536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    while len(body) < int(length[1] if length else 0):
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


def reset(connection: socket.socket) -> None:
    """Break the connection with a TCP RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def sends(data: bytes, then: Answer = lambda connection: None) -> Answer:
    """Send these bytes; by default the connection is closed after them."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(data)
        then(connection)

    return answer


def wait(event: threading.Event) -> None:
    assert event.wait(20)
