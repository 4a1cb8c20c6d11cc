"""Composio's records: found by id, changed, sent; times as text, secrets masked."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import wraps
from typing import TypeAlias

from emulator.http.encode import to_the_second
from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.mock.state.store import Effect, Put

#: Where an operation's own path begins.
_RESOURCE = re.compile(r"/(?:connected_accounts|tool_router|files|mcp)(?=/|$)")

_SECRET = ("token", "secret", "key", "password", "credentials")

Record: TypeAlias = Mapping[str, Json]
#: The handler of an operation on one record, and of an operation.
RecordHandler: TypeAlias = Callable[[Exchange, Record], Plan]
PlainHandler: TypeAlias = Callable[[Exchange], Plan]


def records(exchange: Exchange, collection: str) -> Iterator[Record]:
    """The records of a collection, each with its `id`."""
    for id_, record in exchange.snapshot.records(collection).items():
        yield {"id": id_, **record}


def record(exchange: Exchange, collection: str, id_: Json) -> Record | None:
    """One record with its `id`, None where there is none."""
    found = exchange.snapshot.records(collection).get(id_) if isinstance(id_, str) else None
    return None if found is None else {"id": id_, **found}


def on_found(
    find: Callable[[Exchange, str], Record | None], missing: str, *, path: str = "", body: str = ""
) -> Callable[[RecordHandler], PlainHandler]:
    """Decorate the handler of a record that is named by a path parameter or a field of the body.

    Where there is no such record, the response is the fixture `missing`.
    """

    def decorate(handler: RecordHandler) -> PlainHandler:
        @wraps(handler)
        def handle(exchange: Exchange) -> Plan:
            id_ = exchange.path(path) if path else exchange.body[body]
            found = find(exchange, id_)
            return handler(exchange, found) if found else exchange.respond(missing, {"id": id_})

        return handle

    return decorate


def on_record(
    collection: str, missing: str, *, path: str = "", body: str = ""
) -> Callable[[RecordHandler], PlainHandler]:
    """`on_found` for the records of a collection."""
    return on_found(
        lambda exchange, id_: record(exchange, collection, id_), missing, path=path, body=body
    )


def respond_with(exchange: Exchange, record: Json, *effects: Effect, status: int = 200) -> Plan:
    """Respond with a record, or another value, as the whole body."""
    return exchange.respond(f"{status}.record", {"record": record}, effects)


def put(collection: str, record: Record) -> Put:
    """The effect that stores a record under its `id`."""
    return Put(collection, record["id"], record)


def changed(exchange: Exchange, record: Record, changes: Record) -> Record:
    """The record with these changes, made now."""
    return {**record, **changes, "updated_at": now(exchange)}


def setting(exchange: Exchange, name: str) -> Json:
    """A value of the state file's collection `settings`."""
    return exchange.snapshot.records("settings").get(name)


def now(exchange: Exchange) -> str:
    """The time of the request, as the service writes it."""
    return to_the_second(exchange.now)


def milliseconds(text: Json) -> int:
    """A time as the service writes it, in milliseconds since 1970; 0 where it is none."""
    try:
        return int(datetime.fromisoformat(str(text)).timestamp() * 1000)
    except ValueError:
        return 0


def is_older(exchange: Exchange) -> bool:
    """Whether the request was sent to the older version of the API."""
    return exchange.request.path.startswith("/api/v3/")


def base_url(exchange: Exchange) -> str:
    """The address that the client reached the service at, with the document's base path."""
    request = exchange.request
    host = request.header("host") or "127.0.0.1"
    return f"http://{host}{request.root}{_RESOURCE.split(request.path, maxsplit=1)[0]}"


def masked(values: Json) -> dict[str, Json]:
    """A copy of an object whose secrets show their first four characters only."""
    if not isinstance(values, dict):
        return {}
    return {
        name: f"{value[:4]}..." if isinstance(value, str) and _is_secret(name) else value
        for name, value in values.items()
    }


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in _SECRET) and not name.lower().endswith("type")
