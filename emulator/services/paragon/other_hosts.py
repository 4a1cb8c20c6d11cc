"""What clients of ActionKit ask of Paragon's other hosts: the user, integrations, subscriptions."""

import hashlib
from collections.abc import Mapping
from uuid import UUID

from emulator.http.messages import Json
from emulator.http.problems import Problem
from emulator.mock.handlers import Answer, Behaviour, Call
from emulator.mock.state.store import Put
from emulator.services.paragon.access import (
    ANYBODY,
    connected,
    not_enabled,
    refuse_audience,
    refuse_caller,
    user_of,
)


def get_user(call: Call) -> Answer | Problem:
    """The token's user, and how each integration of the project stands with them."""
    available = connected(call)
    integrations = {
        type_: _connection(call, type_, enabled=available is None or type_ in available)
        for type_ in call.snapshot.records("integrations")
    }
    user = {
        "authenticated": True,
        "userId": user_of(call),
        "integrations": integrations,
        "meta": {},
    }
    return refuse_audience(call) or Answer("200.default", {"user": user})


def list_integrations(call: Call) -> Answer | Problem:
    """The project's integrations."""
    project = call.path("project_id")
    listed = [
        {
            "id": _id(project, type_),
            "projectId": project,
            "type": type_,
            "name": record.get("name", type_),
            "isActive": True,
            "categories": record.get("categories", []),
        }
        for type_, record in call.snapshot.records("integrations").items()
    ]
    return refuse_audience(call) or Answer("200.default", {"integrations": listed})


def subscribe(call: Call) -> Answer | Problem:
    """A subscription to events of an integration that the user has connected."""
    body, available = call.request.body, connected(call)
    refusal = refuse_caller(call)
    if refusal is not None:
        return refusal
    offered = call.snapshot.records("integrations")
    if body["integration"] not in (offered if available is None else available):
        return not_enabled(call, body["integration"], "404.default")
    id_ = call.fresh_id()
    subscription = {
        "id": _id(call.path("project_id"), id_),
        "integration": body["integration"],
        "type": body["type"],
        "parameters": body.get("parameters", {}),
        "userId": user_of(call),
    }
    put = Put("trigger_subscriptions", subscription["id"], subscription)
    return Answer("201.default", {"subscription": subscription}, effects=(put,))


def _connection(call: Call, type_: str, *, enabled: bool) -> Json:
    accounts = [
        {"id": id_, "status": account.get("status", "VALID")}
        for id_, account in call.snapshot.records("credentials").items()
        if account.get("integration") == type_
        and account.get("user", ANYBODY) in (ANYBODY, user_of(call))
    ]
    first = accounts[0] if enabled and accounts else {"id": None, "status": None}
    return {
        "enabled": enabled,
        "credentialId": first["id"],
        "credentialStatus": first["status"] or ("VALID" if enabled else None),
        "allCredentials": accounts if enabled else [],
    }


def _id(project: str, name: str) -> str:
    """A UUID that is the same in every run."""
    return str(UUID(bytes=hashlib.sha256(f"{project}\0{name}".encode()).digest()[:16], version=4))


BEHAVIOURS: Mapping[str, Behaviour] = {
    "getUser": get_user,
    "listIntegrations": list_integrations,
    "subscribeToTrigger": subscribe,
}
