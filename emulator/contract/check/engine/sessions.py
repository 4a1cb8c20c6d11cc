"""Sends every request of the engine through our wire."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from requests.adapters import BaseAdapter, HTTPAdapter
from schemathesis.python import asgi
from schemathesis.transport.requests import SameHostRedirectsSession

from emulator.contract.check.findings import CheckOptions, Target
from emulator.openapi.document.compile import base_paths

#: The origin of what is checked in process.
IN_PROCESS = f"http://{asgi.HOST}"


def inner_adapter(target: Target, options: CheckOptions, stack: ExitStack) -> BaseAdapter:
    """The adapter that sends to the target: over the network, or by calling its application."""
    if target.app is None:
        adapter = HTTPAdapter(pool_maxsize=max(options.workers, 4))
        stack.callback(adapter.close)
        return adapter
    # Ends the application's lifespan, which the engine would keep until the process exits.
    stack.callback(asgi.shutdown_lifespans)
    client = asgi.get_client(target.app, max_stream_events=options.max_stream_events)
    inner: BaseAdapter = stack.enter_context(client).adapter
    return inner


def base_url_of(target: Target) -> str:
    """The base URL of the target's operations."""
    return target.base_url or IN_PROCESS + base_paths(target.document)[0]


@contextmanager
def sent_through(wire: BaseAdapter) -> Iterator[None]:
    """Every session of the engine sends through `wire`.

    Not to be entered by two threads at a time: it swaps a method of the engine's session class,
    which has no setting for that. `get_adapter` is where Requests asks for the transport.
    """
    before = SameHostRedirectsSession.get_adapter
    SameHostRedirectsSession.get_adapter = lambda self, url: wire  # type: ignore[method-assign]
    try:
        yield
    finally:
        SameHostRedirectsSession.get_adapter = before  # type: ignore[method-assign]
