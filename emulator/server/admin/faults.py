"""Fault rules of a scope, and the log of injected faults: `/__admin/faults`."""

from dataclasses import dataclass, replace

from starlette.responses import Response

from emulator.faults.base import FaultType
from emulator.faults.table import FAULTS
from emulator.http.messages import Json
from emulator.mock.fault_rules.book import RULE_LIMIT, FaultBook
from emulator.mock.fault_rules.log import log_head, log_line
from emulator.mock.fault_rules.rules import FaultRule, read_rule
from emulator.mock.state.store import Store
from emulator.server.admin.calls import AdminCall, invalid_body, json_response, rejection
from emulator.server.clock import Clocks


@dataclass(frozen=True, slots=True)
class FaultHandlers:
    """The handlers of faults."""

    store: Store
    clocks: Clocks
    seed: str

    def list_rules(self, call: AdminCall) -> Response:
        """The active rules."""
        now = self.clocks.now(call.scope)
        rules = (rule for rule in self.store.faults(call.scope).rules if rule.alive(now))
        return json_response({"faults": [rule.raw for rule in rules]})

    def add_rule(self, call: AdminCall) -> Response:
        """Add a rule."""
        now = self.clocks.now(call.scope)
        alive = (rule for rule in self.store.faults(call.scope).rules if rule.alive(now))
        book = replace(self.store.faults(call.scope), rules=tuple(alive))
        rule = read_rule(call.body, _free_id(book), now)
        if not isinstance(rule, FaultRule):
            return invalid_body(rule)
        if len(book.rules) >= RULE_LIMIT and book.rule(rule.id) is None:
            return rejection(409, f"a scope has at most {RULE_LIMIT} rules; delete some")
        self.store.set_faults(call.scope, book.with_rule(rule))
        return json_response(rule.raw, 201)

    def delete_rules(self, call: AdminCall) -> Response:
        """Delete all rules."""
        self.store.set_faults(call.scope, replace(self.store.faults(call.scope), rules=()))
        return Response(status_code=204)

    def delete_rule(self, call: AdminCall) -> Response:
        """Delete a rule."""
        id_ = call.path["id"]
        book = self.store.faults(call.scope)
        if book.rule(id_) is None:
            return rejection(404, f"no rule has the id {id_!r}")
        self.store.set_faults(call.scope, book.without(id_))
        return Response(status_code=204)

    def log(self, call: AdminCall) -> Response:
        """Every exchange with injected faults and their values, as `--replay-faults` reads it."""
        injections = self.store.injections(call.scope)
        lines = [
            log_line(each.exchange, each.request, each.faults, each.skipped) for each in injections
        ]
        return Response(b"".join((log_head(self.seed), *lines)), media_type="application/x-ndjson")

    def types(self, _: AdminCall) -> Response:
        """The fault types."""
        return json_response({"faults": [_described(kind) for kind in FAULTS.values()]})


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
