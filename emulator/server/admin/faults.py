"""Fault rules of a scope, and the log of injected faults: `/__admin/faults`."""

from dataclasses import replace
from functools import partial
from itertools import chain

from starlette.responses import Response

from emulator.faults.base import FaultType
from emulator.faults.table import FAULTS
from emulator.http.messages import Json
from emulator.mock.fault_rules.book import NEVER, RULE_LIMIT, FaultBook
from emulator.mock.fault_rules.log import log_head, log_line
from emulator.mock.fault_rules.rules import FaultRule, read_rule
from emulator.mock.rule_names import misnamed
from emulator.server.admin.calls import AdminCall, existing, json_response, rejection, valid
from emulator.server.admin.long import JSON_LINES, listing


def list_rules(call: AdminCall) -> Response:
    """The active rules."""
    return json_response({"faults": [rule.raw for rule in _alive(call)]})


def add_rule(call: AdminCall) -> Response:
    """Add a rule."""
    book = replace(call.store.faults(call.scope), rules=_alive(call))
    now = call.server.dispatcher.clocks.now(call.scope)
    services = call.server.services.values()
    rule = valid(read_rule(call.body, _free_id(book), now, partial(misnamed, services=services)))
    if len(book.rules) >= RULE_LIMIT and book.rule(rule.id) is None:
        return rejection(409, f"a scope has at most {RULE_LIMIT} rules; delete some")
    call.store.set_faults(call.scope, book.with_rule(rule))
    return json_response(rule.raw, 201)


def delete_rules(call: AdminCall) -> Response:
    """Delete all rules."""
    call.store.set_faults(call.scope, replace(call.store.faults(call.scope), rules=()))
    return Response(status_code=204)


def delete_rule(call: AdminCall) -> Response:
    """Delete a rule."""
    id_, book = call.path["id"], call.store.faults(call.scope)
    existing(book.rule(id_), f"no rule has the id {id_!r}")
    call.store.set_faults(call.scope, book.without(id_))
    return Response(status_code=204)


def counts(call: AdminCall) -> Response:
    """How often each active rule matched, and how often its fault was injected."""
    known = call.store.memory(call.scope).rule_counts
    found = [
        {"id": rule.id, "matched": each.number, "injected": each.injected, "missed": each.missed}
        for rule in _alive(call)
        for each in (known.get(rule.id, NEVER),)
    ]
    return json_response({"counts": found})


def log(call: AdminCall) -> Response:
    """Every exchange with injected faults and their values, as `--replay-faults` reads it."""
    injections = call.store.injections(call.scope)
    lines = (
        log_line(each.exchange, each.request, each.faults, each.skipped) for each in injections
    )
    head = log_head(call.server.dispatcher.site.seed)
    return listing(injections, chain((head,), lines), JSON_LINES)


def types(_: AdminCall) -> Response:
    """The fault types."""
    return json_response({"faults": [_described(kind) for kind in FAULTS.values()]})


def _alive(call: AdminCall) -> tuple[FaultRule, ...]:
    now = call.server.dispatcher.clocks.now(call.scope)
    return tuple(rule for rule in call.store.faults(call.scope).rules if rule.alive(now))


def _free_id(book: FaultBook) -> str:
    """An id for a rule without one: the same in every run."""
    number = len(book.rules) + 1
    while book.rule(f"fault-{number}") is not None:
        number += 1
    return f"fault-{number}"


def _described(kind: FaultType) -> dict[str, Json]:
    return {
        "name": kind.name,
        "level": kind.level,
        "description": kind.description,
        "parameters": [
            {"name": each.name, "takes": each.takes, "default": each.default, "help": each.help}
            for each in kind.parameters
        ],
    }
