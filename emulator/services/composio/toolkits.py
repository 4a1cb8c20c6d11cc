"""Toolkits: the tools of one provider, and how its accounts are connected."""

from collections import Counter
from collections.abc import Callable

from emulator.http.messages import Json
from emulator.mock.handlers import Answer, Behaviour, Call
from emulator.services.composio.catalogue import BASE, all_tools, find_toolkit
from emulator.services.composio.pages import contains, fits, page, words
from emulator.services.composio.records import Record, record, records


def list_toolkits(call: Call) -> Answer:
    """The toolkits that every filter lets through, by name where that is asked for."""
    found = [t for t in records(call, "toolkits") if _fits(t, call.query)]
    if call.query("sort_by") == "alphabetically":
        found.sort(key=lambda toolkit: str(toolkit.get("name")).lower())
    return page(call, found, lambda toolkit: show_toolkit(call, toolkit))


def get_several(call: Call) -> Answer:
    """The toolkits that the body names, or filters."""
    body = call.request.body or {}
    named = words(body.get("toolkits"))
    found = [
        toolkit
        for toolkit in records(call, "toolkits")
        if fits(toolkit["id"], named) and _fits(toolkit, body.get)
    ]
    return page(call, found, lambda toolkit: show_toolkit(call, toolkit), body)


def get(call: Call) -> Answer:
    """One toolkit, whatever the case of its slug."""
    slug = call.path("toolkit_slug")
    toolkit = find_toolkit(call, slug)
    if toolkit is None:
        return Answer("404.toolkit-not-found", {"id": slug})
    return Answer("200.record", {"record": show_toolkit(call, toolkit)})


def list_categories(call: Call) -> Answer:
    """All categories."""
    found = list(records(call, "categories"))
    return page(call, found, lambda category: call.shaped("category", category=category), {})


def list_changelogs(call: Call) -> Answer:
    """Every toolkit with its versions, the newest first."""
    shown = []
    for toolkit in records(call, "toolkits"):
        counts = Counter(
            str(version)
            for tool in all_tools(call)
            if tool.raw.get("toolkit") == toolkit["id"]
            for version in tool.raw.get("versions") or ()
            if version != BASE
        )
        versions = [
            call.shaped("toolkit_version", version=version, tools=counts[version])
            for version in sorted(counts, reverse=True)
        ]
        shown.append(call.shaped("changelog", toolkit=toolkit, versions=versions))
    return Answer("200.record", {"record": {"items": shown}})


def show_toolkit(call: Call, toolkit: Record) -> Json:
    """A toolkit as it is listed, with what the catalogue holds of it."""
    tools = [tool.raw for tool in all_tools(call) if tool.raw.get("toolkit") == toolkit["id"]]
    scopes = sorted({str(scope) for tool in tools for scope in tool.get("scopes") or ()})
    managed = toolkit.get("managed_schemes") or ()
    versions = {str(v) for tool in tools for v in tool.get("versions") or () if v != BASE}
    triggers = [t for t in records(call, "trigger_types") if t.get("toolkit") == toolkit["id"]]
    category = record(call, "categories", toolkit.get("category"))
    return call.shaped(
        "toolkit",
        toolkit=toolkit,
        categories=[call.shaped("category", category=category)] if category else [],
        details=[call.shaped("auth_scheme", scheme=s) for s in toolkit.get("auth_schemes") or ()],
        managed_auth=[call.shaped("managed_auth", scheme=s, scopes=scopes) for s in managed],
        tools_count=len(tools),
        triggers_count=len(triggers),
        version=max(versions, default=BASE),
        versions=sorted(versions) or [BASE],
    )


def _fits(toolkit: Record, asked: Callable[[str], Json]) -> bool:
    found = contains(toolkit, ("id", "name", "description"), asked("search"))
    return found and fits(toolkit.get("category"), words(asked("category")))


BEHAVIOURS: dict[str, Behaviour] = {
    "listToolkits": list_toolkits,
    "getToolkits": get_several,
    "getToolkit": get,
    "listToolkitCategories": list_categories,
    "listToolkitChangelogs": list_changelogs,
}
