"""Composio's records by collection: find, change, store; times as text, secrets masked."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from emulator.http.encode import to_the_second
from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.mock.state.store import Put, Remove, Snapshot
from emulator.services.builtin import FoundHandler, PlainHandler, on

#: Where an operation's own path begins.
_RESOURCE = re.compile(r"/(?:connected_accounts|tool_router|files|mcp)(?=/|$)")

_SECRET = ("token", "secret", "key", "password", "credentials")

Record: TypeAlias = Mapping[str, Json]
RecordHandler: TypeAlias = FoundHandler[Record]


def on_found(
    find: Callable[[Exchange, str], Record | None], missing: str, *, path: str = "", body: str = ""
) -> Callable[[RecordHandler], PlainHandler]:
    """Decorate the handler of a record that a path parameter or a field of the body names.

    Where there is no such record, the response is the fixture `missing`.
    """

    def found(exchange: Exchange) -> Record | Plan:
        id_ = exchange.path(path) if path else exchange.body[body]
        return find(exchange, id_) or exchange.respond(missing, {"id": id_})

    return on(found)


@dataclass(frozen=True, slots=True)
class Collection:
    """Records of one kind; `missing` is the fixture that responds where there is no such record.

    `indexes` are the fields by which records are found without a look at the others.
    """

    name: str
    missing: str = "404.default"
    indexes: tuple[tuple[str, ...], ...] = ()

    def all(self, exchange: Exchange, **fields: Json) -> Iterator[Record]:
        """The records with these fields, each with its `id`."""
        for id_, record in self._among(exchange.snapshot, fields).items():
            if fields.items() <= record.items():
                yield {"id": id_, **record}

    def _among(self, snapshot: Snapshot, fields: Mapping[str, Json]) -> Mapping[str, Json]:
        """The records among which all with these fields are."""
        for names in self.indexes:
            if fields.keys() >= set(names):
                return snapshot.having(self.name, names, tuple([fields[each] for each in names]))
        return snapshot.records(self.name)

    def find(self, exchange: Exchange, id_: Json) -> Record | None:
        """One record with its `id`, None where there is none."""
        found = exchange.snapshot.records(self.name).get(id_) if isinstance(id_, str) else None
        return None if found is None else {"id": id_, **found}

    def on(self, *, path: str = "", body: str = "") -> Callable[[RecordHandler], PlainHandler]:
        """Decorate the handler of the record that a path parameter or a field of the body names."""
        return on_found(self.find, self.missing, path=path, body=body)

    def put(self, record: Record) -> Put:
        """The effect that stores a record under its `id`."""
        return Put(self.name, record["id"], record)

    def remove(self, record: Record) -> Remove:
        """The effect that removes a record."""
        return Remove(self.name, record["id"])


AUTH_CONFIGS = Collection("auth_configs", "404.auth-config-not-found")
CATEGORIES = Collection("categories")
CONNECTED_ACCOUNTS = Collection("connected_accounts", indexes=(("user_id", "toolkit"),))
EVENT_TYPES = Collection("webhook_event_types")
FILES = Collection("files")
LINKS = Collection("links")
MCP_INSTANCES = Collection("mcp_instances")
MCP_SERVERS = Collection("mcp_servers", "404.mcp-server-not-found")
MOUNT_FILES = Collection("mount_files")
PROJECTS = Collection("projects", "404.project-not-found")
PROVIDER_ENDPOINTS = Collection("provider_endpoints")
SESSIONS = Collection("sessions", "404.session-not-found")
SUBSCRIPTIONS = Collection("webhook_subscriptions", "404.subscription-not-found")
TOOL_LOGS = Collection("tool_logs", "404.log-not-found")
TOOLKITS = Collection("toolkits")
TRIGGER_LOGS = Collection("trigger_logs", "404.log-not-found")
TRIGGER_TYPES = Collection("trigger_types", "404.trigger-type-not-found")
TRIGGERS = Collection("triggers", "404.trigger-not-found", (("type",), ("account",)))


def changed(exchange: Exchange, record: Record, **changes: Json) -> Record:
    """Change a record, now."""
    return {**record, **changes, "updated_at": now(exchange)}


def sent(exchange: Exchange, names: Iterable[str]) -> dict[str, Json]:
    """The fields of these names that the request's body has."""
    return {name: exchange.body[name] for name in names if name in exchange.body}


def setting(exchange: Exchange, name: str) -> Json:
    """A value of the state file's collection `settings`."""
    return exchange.snapshot.collections.get("settings", {}).get(name)


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
