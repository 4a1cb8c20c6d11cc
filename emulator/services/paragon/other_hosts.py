"""Operations of Paragon's other hosts: the user, integrations, subscriptions."""

import hashlib
from uuid import UUID

from emulator.http.messages import Json
from emulator.http.problems import Problem
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.mock.state.store import Put
from emulator.services.paragon.access import (
    accounts,
    connected,
    not_enabled,
    refuse_caller,
    refuse_project,
    user_of,
)


def get_user(exchange: Exchange) -> Plan | Problem:
    """Get the token's user, and the user's connection to each integration of the project."""
    available = connected(exchange)
    integrations = {
        type_: _connection(exchange, type_, enabled=available is None or type_ in available)
        for type_ in exchange.snapshot.records("integrations")
    }
    user: dict[str, Json] = {"authenticated": True, "userId": user_of(exchange)}
    user |= {"integrations": integrations, "meta": {}}
    return refuse_project(exchange) or exchange.respond("200.default", {"user": user})


def list_integrations(exchange: Exchange) -> Plan | Problem:
    """List the project's integrations."""
    project = exchange.path("project_id")
    listed = [
        {
            "id": _id(project, type_),
            "projectId": project,
            "type": type_,
            "name": record.get("name", type_),
            "isActive": True,
            "categories": record.get("categories", []),
        }
        for type_, record in exchange.snapshot.records("integrations").items()
    ]
    return refuse_project(exchange) or exchange.respond("200.default", {"integrations": listed})


def subscribe(exchange: Exchange) -> Plan | Problem:
    """Subscribe to events of an integration that the user has connected."""
    body, available = exchange.body, connected(exchange)
    refusal = refuse_caller(exchange)
    if refusal is not None:
        return refusal
    offered = exchange.snapshot.records("integrations")
    if body["integration"] not in (offered if available is None else available):
        return not_enabled(exchange, body["integration"], "404.default")
    id_ = exchange.fresh_id()
    subscription = {
        "id": _id(exchange.path("project_id"), id_),
        "integration": body["integration"],
        "type": body["type"],
        "parameters": body.get("parameters", {}),
        "userId": user_of(exchange),
    }
    put = Put("trigger_subscriptions", subscription["id"], subscription)
    return exchange.respond("201.default", {"subscription": subscription}, [put])


def _connection(exchange: Exchange, type_: str, *, enabled: bool) -> Json:
    found = list(accounts(exchange, type_)) if enabled else []
    first = found[0] if found else {"id": None, "status": None}
    return {
        "enabled": enabled,
        "credentialId": first["id"],
        "credentialStatus": first["status"] or ("VALID" if enabled else None),
        "allCredentials": found,
    }


def _id(project: str, name: str) -> str:
    """A UUID that is the same in every run."""
    return str(UUID(bytes=hashlib.sha256(f"{project}\0{name}".encode()).digest()[:16], version=4))
