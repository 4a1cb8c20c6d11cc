"""Conditional requests (RFC 9110, 13) and repeated ones, where the document speaks of them."""

import hashlib
from collections.abc import Callable
from typing import Protocol, TypeAlias

from msgspec.structs import replace

from emulator.http.encode import dump
from emulator.http.messages import Json, Response
from emulator.http.problems import Problem, problem
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Composed, Plan
from emulator.mock.state.store import Put

#: What an operation makes of a request.
Answer: TypeAlias = Callable[[Exchange], Plan | Problem | None]

_KEYS = "(idempotency keys)"
_READS = ("GET", "HEAD")


class Finder(Protocol):
    """Finds the record that a request is about."""

    def found(self, exchange: Exchange) -> dict[str, Json] | Problem | None:
        """The record; a Problem where there is none."""
        ...


def with_preconditions(finder: Finder, answer: Answer) -> Answer:
    """The operation that heeds `If-Match`, `If-None-Match` and `Idempotency-Key`."""

    def handle(exchange: Exchange) -> Plan | Problem | None:
        fields = exchange.request.fields
        key = fields.get("idempotency-key")
        if key is not None and _documents_key(exchange):
            return _once(exchange, key, answer)
        if "if-match" in fields and exchange.request.method not in _READS:
            found = finder.found(exchange)
            if isinstance(found, dict) and not _matches(fields["if-match"], tag_of(found)):
                detail = f"the record is {tag_of(found)} by now"
                return problem("precondition-failed", detail)
        plan = answer(exchange)
        if not isinstance(plan, Plan) or not isinstance(plan.body, Composed):
            return plan
        if not any(header.name.lower() == "etag" for header in plan.body.response.headers):
            return plan
        found = finder.found(exchange) if exchange.request.method in _READS else _shown(plan)
        if not isinstance(found, dict):
            return plan
        tag = tag_of(found)
        headers = (*plan.headers, ("etag", tag))
        seen = fields.get("if-none-match")
        if seen is not None and exchange.request.method in _READS and _matches(seen, tag):
            return Plan(304, "resource", "generated", Response(304, headers))
        return replace(plan, headers=headers)

    return handle


def _shown(plan: Plan) -> Json:
    """The record that a change answers with."""
    return plan.effects[-1].record if plan.effects and isinstance(plan.effects[-1], Put) else None


def tag_of(record: Json) -> str:
    """The entity tag of a record: another one for every state of it."""
    shown = {name: value for name, value in record.items() if name}
    return f'"{hashlib.sha256(dump(shown)).hexdigest()[:16]}"'


def _matches(wanted: str, tag: str) -> bool:
    tags = [each.strip().removeprefix("W/") for each in wanted.split(",")]
    return "*" in tags or tag in tags


def _documents_key(exchange: Exchange) -> bool:
    operation = exchange.endpoint.operation if exchange.endpoint else None
    return operation is not None and any(
        each.location == "header" and each.name.lower() == "idempotency-key"
        for each in operation.parameters
    )


def _once(exchange: Exchange, key: str, answer: Answer) -> Plan | Problem | None:
    """The response to the first request with a key, for all that repeat it."""
    name = f"{exchange.operation} {key}"
    sent = hashlib.sha256(exchange.request.body + exchange.request.target.encode()).hexdigest()
    known = exchange.snapshot.records(_KEYS).get(name)
    if known is not None:
        if known["sent"] != sent:
            return problem("idempotency-mismatch", f"the key {key!r} came with another request")
        again = answer(exchange)
        if isinstance(again, Plan) and isinstance(again.body, Composed):
            body = Composed(again.body.response, again.body.media_type, known["value"])
            headers = tuple((each, value) for each, value in known["headers"])
            return replace(again, body=body, headers=headers, effects=())
        return again
    plan = answer(exchange)
    if isinstance(plan, Plan) and isinstance(plan.body, Composed):
        kept = {"sent": sent, "value": plan.body.value, "headers": list(plan.headers)}
        return replace(plan, effects=(*plan.effects, Put(_KEYS, name, kept)))
    return plan
