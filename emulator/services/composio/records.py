"""The service's records: read by id with it in them, times as text, secrets masked."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan

#: Where an operation's own path begins.
_RESOURCE = re.compile(r"/(?:connected_accounts|tool_router|files|mcp)(?=/|$)")

Record = Mapping[str, Json]

#: Makes an answer of a record that the call names.
Answering = Callable[[Exchange, Callable[[Record], Plan]], Plan]

_SECRET = ("token", "secret", "key", "password", "credentials")


def records(exchange: Exchange, collection: str) -> Iterator[Record]:
    """The records of a collection, each with its `id`."""
    for id_, record in exchange.snapshot.records(collection).items():
        yield {"id": id_, **record}


def record(exchange: Exchange, collection: str, id_: Json) -> Record | None:
    """One record with its `id`, None where there is none."""
    found = exchange.snapshot.records(collection).get(id_) if isinstance(id_, str) else None
    return None if found is None else {"id": id_, **found}


def with_record(parameter: str, collection: str, missing: str) -> Answering:
    """`with_found` for the records of a collection."""
    return with_found(parameter, lambda exchange, id_: record(exchange, collection, id_), missing)


def with_found(
    parameter: str, find: Callable[[Exchange, str], Record | None], missing: str
) -> Answering:
    """Plan with what is made of the record that a path parameter names, or with `missing`."""

    def answer(exchange: Exchange, make: Callable[[Record], Plan]) -> Plan:
        id_ = exchange.path(parameter)
        found = find(exchange, id_)
        return make(found) if found else exchange.respond(missing, {"id": id_})

    return answer


def setting(exchange: Exchange, name: str) -> Json:
    """A value of the state file's collection `settings`."""
    return exchange.snapshot.records("settings").get(name)


def moment(at: datetime) -> str:
    """A time as the service writes it."""
    return at.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"


def now(exchange: Exchange) -> str:
    """The time of the request, as the service writes it."""
    return moment(exchange.now)


def milliseconds(text: Json) -> int:
    """A time as the service writes it, in milliseconds since 1970; 0 where it is none."""
    try:
        return int(datetime.fromisoformat(str(text)).timestamp() * 1000)
    except ValueError:
        return 0


def base_url(exchange: Exchange) -> str:
    """The address that the client reached the service at, with the document's base path."""
    request = exchange.request
    host = request.header("host") or "127.0.0.1"
    return f"http://{host}{request.root}{_RESOURCE.split(request.path, maxsplit=1)[0]}"


def masked(values: Json) -> Any:
    """A copy of an object whose secrets show their first four characters only."""
    if not isinstance(values, dict):
        return {}
    return {
        name: f"{value[:4]}..." if isinstance(value, str) and _is_secret(name) else value
        for name, value in values.items()
    }


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in _SECRET) and not name.lower().endswith("type")
