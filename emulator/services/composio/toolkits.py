"""Toolkits: the tools of one provider, and how its accounts are connected."""

from collections import Counter
from collections.abc import Callable, Iterator

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.services.composio.catalogue import BASE, all_tools, find_toolkit
from emulator.services.composio.pages import contains, fits, respond_page, words
from emulator.services.composio.records import Record, on_found, record, records, respond_with

#: Decorates the handler of the path's toolkit, whatever the case of its slug.
on_toolkit = on_found(find_toolkit, "404.toolkit-not-found", path="toolkit_slug")


def list_toolkits(exchange: Exchange) -> Plan:
    """The toolkits that every filter lets through, by name where that is asked for."""
    found = [each for each in records(exchange, "toolkits") if _fits(each, exchange.query)]
    if exchange.query("sort_by") == "alphabetically":
        found.sort(key=lambda toolkit: str(toolkit.get("name")).lower())
    return respond_page(exchange, found, _show)


def get_several(exchange: Exchange) -> Plan:
    """The toolkits that the body names, or filters."""
    body = exchange.body or {}
    named = words(body.get("toolkits"))
    found = [
        toolkit
        for toolkit in records(exchange, "toolkits")
        if fits(toolkit["id"], named) and _fits(toolkit, body.get)
    ]
    return respond_page(exchange, found, _show, body)


@on_toolkit
def get(exchange: Exchange, toolkit: Record) -> Plan:
    """One toolkit."""
    return respond_with(exchange, _show(exchange, toolkit))


def list_categories(exchange: Exchange) -> Plan:
    """All categories."""
    return respond_page(exchange, list(records(exchange, "categories")), _show_category, {})


def list_changelogs(exchange: Exchange) -> Plan:
    """Every toolkit with its versions, the newest first."""
    items = []
    for toolkit in records(exchange, "toolkits"):
        counts = Counter(_versions(exchange, toolkit))
        versions = [
            exchange.shaped("toolkit_version", version=version, tools=counts[version])
            for version in sorted(counts, reverse=True)
        ]
        items.append(exchange.shaped("changelog", toolkit=toolkit, versions=versions))
    return respond_with(exchange, {"items": items})


def _show(exchange: Exchange, toolkit: Record) -> Json:
    """A toolkit as it is listed, with what the catalogue holds of it."""
    tools = [tool.raw for tool in all_tools(exchange, toolkit["id"])]
    scopes = sorted({str(scope) for tool in tools for scope in tool.get("scopes") or ()})
    managed, schemes = toolkit.get("managed_schemes") or (), toolkit.get("auth_schemes") or ()
    versions = sorted(set(_versions(exchange, toolkit))) or [BASE]
    triggers = [t for t in records(exchange, "trigger_types") if t.get("toolkit") == toolkit["id"]]
    category = record(exchange, "categories", toolkit.get("category"))
    return exchange.shaped(
        "toolkit",
        toolkit=toolkit,
        categories=[_show_category(exchange, category)] if category else [],
        details=[exchange.shaped("auth_scheme", scheme=scheme) for scheme in schemes],
        managed_auth=[exchange.shaped("managed_auth", scheme=s, scopes=scopes) for s in managed],
        tools_count=len(tools),
        triggers_count=len(triggers),
        version=versions[-1],
        versions=versions,
    )


def _show_category(exchange: Exchange, category: Record) -> Json:
    return exchange.shaped("category", category=category)


def _versions(exchange: Exchange, toolkit: Record) -> Iterator[str]:
    """The versions of each of a toolkit's tools, without that of tools that have none."""
    for tool in all_tools(exchange, toolkit["id"]):
        yield from (str(each) for each in tool.raw.get("versions") or () if each != BASE)


def _fits(toolkit: Record, value_of: Callable[[str], Json]) -> bool:
    found = contains(toolkit, ("id", "name", "description"), value_of("search"))
    return found and fits(toolkit.get("category"), words(value_of("category")))
