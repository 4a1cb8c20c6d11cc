"""Where bytes come in and go out: ASGI, sockets, event streams, faults on the wire."""
