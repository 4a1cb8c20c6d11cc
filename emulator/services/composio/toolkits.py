"""Toolkits: the tools of one provider, and how its accounts are connected."""

from collections import Counter
from collections.abc import Callable

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange, Handler
from emulator.mock.plan import Plan
from emulator.services.composio.catalogue import BASE, all_tools, find_toolkit
from emulator.services.composio.pages import contains, fits, page, words
from emulator.services.composio.records import Record, record, records


def list_toolkits(exchange: Exchange) -> Plan:
    """The toolkits that every filter lets through, by name where that is asked for."""
    found = [t for t in records(exchange, "toolkits") if _fits(t, exchange.query)]
    if exchange.query("sort_by") == "alphabetically":
        found.sort(key=lambda toolkit: str(toolkit.get("name")).lower())
    return page(exchange, found, lambda toolkit: show_toolkit(exchange, toolkit))


def get_several(exchange: Exchange) -> Plan:
    """The toolkits that the body names, or filters."""
    body = exchange.body or {}
    named = words(body.get("toolkits"))
    found = [
        toolkit
        for toolkit in records(exchange, "toolkits")
        if fits(toolkit["id"], named) and _fits(toolkit, body.get)
    ]
    return page(exchange, found, lambda toolkit: show_toolkit(exchange, toolkit), body)


def get(exchange: Exchange) -> Plan:
    """One toolkit, whatever the case of its slug."""
    slug = exchange.path("toolkit_slug")
    toolkit = find_toolkit(exchange, slug)
    if toolkit is None:
        return exchange.respond("404.toolkit-not-found", {"id": slug})
    return exchange.respond("200.record", {"record": show_toolkit(exchange, toolkit)})


def list_categories(exchange: Exchange) -> Plan:
    """All categories."""
    found = list(records(exchange, "categories"))
    return page(
        exchange, found, lambda category: exchange.shaped("category", category=category), {}
    )


def list_changelogs(exchange: Exchange) -> Plan:
    """Every toolkit with its versions, the newest first."""
    shown = []
    for toolkit in records(exchange, "toolkits"):
        counts = Counter(
            str(version)
            for tool in all_tools(exchange)
            if tool.raw.get("toolkit") == toolkit["id"]
            for version in tool.raw.get("versions") or ()
            if version != BASE
        )
        versions = [
            exchange.shaped("toolkit_version", version=version, tools=counts[version])
            for version in sorted(counts, reverse=True)
        ]
        shown.append(exchange.shaped("changelog", toolkit=toolkit, versions=versions))
    return exchange.respond("200.record", {"record": {"items": shown}})


def show_toolkit(exchange: Exchange, toolkit: Record) -> Json:
    """A toolkit as it is listed, with what the catalogue holds of it."""
    tools = [tool.raw for tool in all_tools(exchange) if tool.raw.get("toolkit") == toolkit["id"]]
    scopes = sorted({str(scope) for tool in tools for scope in tool.get("scopes") or ()})
    managed = toolkit.get("managed_schemes") or ()
    versions = {str(v) for tool in tools for v in tool.get("versions") or () if v != BASE}
    triggers = [t for t in records(exchange, "trigger_types") if t.get("toolkit") == toolkit["id"]]
    category = record(exchange, "categories", toolkit.get("category"))
    return exchange.shaped(
        "toolkit",
        toolkit=toolkit,
        categories=[exchange.shaped("category", category=category)] if category else [],
        details=[
            exchange.shaped("auth_scheme", scheme=s) for s in toolkit.get("auth_schemes") or ()
        ],
        managed_auth=[exchange.shaped("managed_auth", scheme=s, scopes=scopes) for s in managed],
        tools_count=len(tools),
        triggers_count=len(triggers),
        version=max(versions, default=BASE),
        versions=sorted(versions) or [BASE],
    )


def _fits(toolkit: Record, asked: Callable[[str], Json]) -> bool:
    found = contains(toolkit, ("id", "name", "description"), asked("search"))
    return found and fits(toolkit.get("category"), words(asked("category")))


HANDLERS: dict[str, Handler] = {
    "listToolkits": list_toolkits,
    "getToolkits": get_several,
    "getToolkit": get,
    "listToolkitCategories": list_categories,
    "listToolkitChangelogs": list_changelogs,
}
