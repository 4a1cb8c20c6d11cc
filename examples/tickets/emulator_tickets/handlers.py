"""What the help desk does: each handler gives the stored response that fits, with its effects."""

from collections.abc import Mapping

from emulator.http.problems import Problem
from emulator.mock.exchange import Exchange, Handler
from emulator.mock.plan import Plan
from emulator.mock.state.events import Emit
from emulator.mock.state.store import Put
from emulator.services.tools import run_tool


def create(exchange: Exchange) -> Plan:
    """A new ticket, which is open."""
    id_ = exchange.fresh_id("T-", 8)
    ticket = {"id": id_, "title": exchange.body["title"], "status": "open"}
    effects = (Put("tickets", id_, ticket), Emit("ticket.created", ticket))
    return exchange.respond("201.created", {"ticket": ticket}, effects)


def get(exchange: Exchange) -> Plan:
    """One ticket; 404 where there is none."""
    id_ = exchange.path("ticket_id")
    ticket = exchange.snapshot.records("tickets").get(id_)
    if ticket is None:
        return exchange.respond("404.unknown", {"id": id_})
    return exchange.respond("200.ticket", {"ticket": ticket})


def list_all(exchange: Exchange) -> Plan:
    """The tickets, of one status if the query names it."""
    status = exchange.query("status")
    found = exchange.snapshot.records("tickets").values()
    fitting = [ticket for ticket in found if status in (None, ticket["status"])]
    return exchange.respond("200.tickets", {"tickets": fitting})


def set_webhook(exchange: Exchange) -> Plan:
    """Where events are delivered from now on; only where the emulator may send to."""
    url = exchange.body["url"]
    reason = exchange.targets.refusal(url)
    if reason is not None:
        return exchange.respond("400.target", {"reason": reason})
    return exchange.respond("200.set", {"url": url}, (Put("webhooks", "own", {"url": url}),))


def run(exchange: Exchange) -> Plan | Problem:
    """Run a tool of fixtures/tools."""
    done = run_tool(exchange, exchange.path("slug"), exchange.body)
    if isinstance(done, Problem):
        return done
    if done.failed:
        return exchange.respond("409.failed", done.variables)
    return exchange.respond("200.result", done.variables, done.effects)


HANDLERS: Mapping[str, Handler] = {
    "createTicket": create,
    "getTicket": get,
    "listTickets": list_all,
    "setWebhook": set_webhook,
    "runTool": run,
}
