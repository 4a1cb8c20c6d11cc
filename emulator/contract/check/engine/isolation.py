"""Keeping the engine apart from where the check happens to run.

Imported by the adapter only; it needs the extra `check` as well.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hypothesis import configuration
from hypothesis.internal import charmap, lambda_sources
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from hypothesis.internal.intervalsets import IntervalSet
from requests import sessions
from requests.adapters import BaseAdapter, HTTPAdapter
from schemathesis.python import asgi
from schemathesis.specs.openapi.adapter import responses
from schemathesis.specs.openapi.converter import to_json_schema
from schemathesis.transport.requests import SameHostRedirectsSession

from emulator.contract.check.engine.in_process import same_thread_portal
from emulator.contract.check.findings import CheckOptions, Target
from emulator.openapi.document.servers import base_paths

_characters_by_trying = charmap.intervals_from_codec

#: The origin of what is checked in process.
IN_PROCESS = f"http://{asgi.HOST}"


def inner_adapter(target: Target, options: CheckOptions, stack: ExitStack) -> BaseAdapter:
    """The adapter that sends to the target: over the network, or by calling its application."""
    if target.app is None:
        adapter = HTTPAdapter(pool_maxsize=max(options.workers, 4))
        stack.callback(adapter.close)
        return adapter
    portal = stack.enter_context(same_thread_portal())
    stack.enter_context(_swapped(asgi, "_get_portal", lambda: portal))
    # Ends the application's lifespan, which the engine would keep until the process exits.
    stack.callback(asgi.shutdown_lifespans)
    client = asgi.get_client(target.app, max_stream_events=options.max_stream_events)
    inner: BaseAdapter = stack.enter_context(client).adapter
    return inner


def base_url_of(target: Target) -> str:
    """The base URL of the target's operations."""
    return target.base_url or IN_PROCESS + base_paths(target.document)[0]


#: The characters that codecs have: all of them come back as they were.
_CHARACTERS: Mapping[str, tuple[tuple[int, int], ...]] = {
    "utf-8": ((0, 0xD7FF), (0xE000, 0x10FFFF)),
    "iso8859-1": ((0, 0xFF),),
    "ascii": ((0, 0x7F),),
}


def characters_of(codec: str) -> tuple[IntervalSet, IntervalSet]:
    """The characters that can be encoded, and those of them that don't come back as they were.

    Hypothesis finds them by trying every one, which takes seconds, and keeps them in its folder.
    """
    known = _CHARACTERS.get(codec)
    return (IntervalSet(known), IntervalSet(())) if known else _characters_by_trying(codec)


@contextmanager
def isolated() -> Iterator[None]:
    """A seed draws the same values in any project, and nothing is written to its folder.

    Not to be entered by two threads at a time: it swaps members of Hypothesis' modules, which has
    no settings for this.
    """
    nothing = Constants()
    with (
        # It writes tables below the working directory even without an example database.
        tempfile.TemporaryDirectory(prefix="emulator-check-", ignore_cleanup_errors=True) as home,
        _swapped(configuration, "__hypothesis_home_directory", Path(home)),
        # It draws literals from whatever modules of the user's project are loaded, so that an
        # unrelated import would change what a seed sends.
        _swapped(providers.HypothesisProvider, "_local_constants", property(lambda _: nothing)),
        _swapped(providers, "CONSTANTS_CACHE", type(providers.CONSTANTS_CACHE)(1024)),
        _swapped(charmap, "intervals_from_codec", characters_of),
        # It parses whole modules to name the functions that filter values, which nobody reads.
        _swapped(lambda_sources, "lambda_description", lambda _: "lambda: <unknown>"),
    ):
        yield


@contextmanager
def tuples_kept(document: Mapping[str, Any]) -> Iterator[None]:
    """Responses of OpenAPI 3.1 and later are judged with `prefixItems`.

    The engine writes them as a list in `items` and then rejects that, with the whole operation. Not
    to be entered by two threads at a time.
    """
    written = str(document.get("openapi", ""))
    if not written.startswith("3.") or written.startswith("3.0"):
        yield
        return
    converted = partial(to_json_schema, convert_prefix_items=False)
    with _swapped(responses, "to_json_schema", converted):
        yield


@contextmanager
def sent_through(wire: BaseAdapter) -> Iterator[None]:
    """Every session of the engine sends through `wire`.

    Not to be entered by two threads at a time: it swaps a method of the engine's session class,
    which has no setting for that. `get_adapter` is where Requests asks for the transport.
    """
    with (
        _swapped(SameHostRedirectsSession, "get_adapter", lambda self, url: wire),
        # Requests reads the whole environment for each request, which costs as much as the rest.
        _asked_once_an_origin("get_environ_proxies"),
        _asked_once_an_origin("get_netrc_auth"),
    ):
        yield


def _asked_once_an_origin(name: str) -> AbstractContextManager[None]:
    """A function of a URL that Requests uses, of which only the origin matters."""
    known = cache(getattr(sessions, name))

    def answer(url: str, **options: Any) -> Any:
        return known("://".join(urlsplit(url)[:2]), **options)

    return _swapped(sessions, name, answer)


@contextmanager
def _swapped(owner: Any, name: str, value: object) -> Iterator[None]:
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)
