"""The service's records: read by id with it in them, times as text, secrets masked."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from emulator.http.messages import Json
from emulator.mock.handlers import Answer, Call

#: Where an operation's own path begins.
_RESOURCE = re.compile(r"/(?:connected_accounts|tool_router|files|mcp)(?=/|$)")

Record = Mapping[str, Json]

#: Makes an answer of a record that the call names.
Answering = Callable[[Call, Callable[[Record], Answer]], Answer]

_SECRET = ("token", "secret", "key", "password", "credentials")


def records(call: Call, collection: str) -> Iterator[Record]:
    """The records of a collection, each with its `id`."""
    for id_, record in call.snapshot.records(collection).items():
        yield {"id": id_, **record}


def record(call: Call, collection: str, id_: Json) -> Record | None:
    """One record with its `id`, None where there is none."""
    found = call.snapshot.records(collection).get(id_) if isinstance(id_, str) else None
    return None if found is None else {"id": id_, **found}


def with_record(parameter: str, collection: str, missing: str) -> Answering:
    """`with_found` for the records of a collection."""
    return with_found(parameter, lambda call, id_: record(call, collection, id_), missing)


def with_found(
    parameter: str, find: Callable[[Call, str], Record | None], missing: str
) -> Answering:
    """Answer with what is made of the record that a path parameter names, or with `missing`."""

    def answer(call: Call, make: Callable[[Record], Answer]) -> Answer:
        id_ = call.path(parameter)
        found = find(call, id_)
        return make(found) if found else Answer(missing, {"id": id_})

    return answer


def setting(call: Call, name: str) -> Json:
    """A value of the state file's collection `settings`."""
    return call.snapshot.records("settings").get(name)


def moment(at: datetime) -> str:
    """A time as the service writes it."""
    return at.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"


def now(call: Call) -> str:
    """The time of the request, as the service writes it."""
    return moment(call.values.now)


def milliseconds(text: Json) -> int:
    """A time as the service writes it, in milliseconds since 1970; 0 where it is none."""
    try:
        return int(datetime.fromisoformat(str(text)).timestamp() * 1000)
    except ValueError:
        return 0


def base_url(call: Call) -> str:
    """The address that the client reached the service at, with the document's base path."""
    request = call.request.request
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
