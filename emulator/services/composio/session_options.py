"""A session's options: what contradicts itself in them, and how its configuration shows them."""

from collections.abc import Iterator, Mapping

from emulator.http.messages import Json, Violation
from emulator.http.problems import Problem, problem

#: Fields of a filter: it names what is allowed, or what is not, and shows it in other words.
_ALLOWS, _DENIES = ("enable", "enabled"), ("disable", "disabled")

#: Fields that the configuration has under another name than the request, by option.
_RENAMED: Mapping[str, Mapping[str, str]] = {
    "manage_connections": {"enable": "enabled"},
    "workbench": {
        "enable_proxy_execution": "proxy_execution_enabled",
        "enable_tool_execution": "tool_execution_enabled",
    },
}

#: The tags that a configuration can have.
_TAGS = frozenset(
    {"readOnlyHint", "destructiveHint", "idempotentHint"}
    | {"openWorldHint", "createHint", "updateHint"}
)

#: Options that a session has unless it says otherwise.
_USUAL: Mapping[str, Json] = {
    "preload": {"tools": []},
    "search": {"enable": True},
    "execute": {"enable_multi_execute": True},
    "manage_connections": {"enabled": True},
    "workbench": {"enable": True},
    "auth_configs": {},
    "connected_accounts": {},
    "instant": False,
}


def shown_config(options: Mapping[str, Json]) -> dict[str, Json]:
    """All that was asked for, as the configuration shows it, and what holds without asking."""
    shown: dict[str, Json] = {**_USUAL}
    for name, given in options.items():
        if name == "toolkits":
            if found := _shown_filter(given):
                shown[name] = found
        elif name == "tags":
            shown[name] = _shown_tags(given)
        elif name == "tools":
            found = {toolkit: _shown_tools(each) for toolkit, each in given.items()}
            shown[name] = {toolkit: each for toolkit, each in found.items() if each}
        elif name == "instant":
            shown[name] = _shown_instant(given)
        elif name == "connected_accounts":
            shown[name] = {
                key: ids if isinstance(ids, list) else [ids] for key, ids in given.items()
            }
        elif not isinstance(given, dict):
            shown[name] = given
        elif name != "experimental":
            renamed, usual = _RENAMED.get(name, {}), _USUAL.get(name, {})
            own = {renamed.get(field, field): each for field, each in given.items()}
            shown[name] = {**usual, **own}
    # What is preloaded are texts, whatever was sent.
    shown["preload"] = {**shown["preload"], "tools": _texts(shown["preload"].get("tools"))}
    return shown


def contradiction(options: Mapping[str, Json]) -> Problem | None:
    """The first options that can't hold together."""
    for pointer, message in _contradictions(options):
        violation = Violation("body", pointer, "contradiction", message)
        return problem("body-invalid", f"body {pointer}: {message}", (violation,))
    return None


def _contradictions(options: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    tools = options.get("tools")
    filters: dict[str, Json] = {"/toolkits": options.get("toolkits"), "/tags": options.get("tags")}
    if isinstance(tools, dict):
        filters |= {f"/tools/{toolkit}": each for toolkit, each in tools.items()}
    for pointer, each in filters.items():
        allowed, denied = _names(each, _ALLOWS), _names(each, _DENIES)
        # Of tags both may be asked for: a tool can have several.
        if pointer != "/tags" and allowed is not None and denied is not None:
            yield pointer, "enable and disable are mutually exclusive"
        both = set(allowed or ()) & set(denied or ())
        if both:
            yield pointer, f"{', '.join(sorted(both))} can't be enabled and disabled"
    all_tools = (options.get("preload") or {}).get("tools") == "all"
    if all_tools and not any(_names(each, _ALLOWS) for each in filters.values()):
        yield "/preload/tools", "all needs toolkits, tools or tags that are enabled"
    multi = options.get("multi_account")
    several = isinstance(multi, dict) and multi.get("enable") is True
    for toolkit, ids in (options.get("connected_accounts") or {}).items():
        if isinstance(ids, list) and len(ids) > 1 and not several:
            message = "only a session with multi_account.enable has several accounts of a toolkit"
            yield f"/connected_accounts/{toolkit}", message


def _names(filtered: Json, fields: tuple[str, str]) -> list[str] | None:
    """What a filter allows or denies; a list alone allows."""
    if isinstance(filtered, list):
        return _texts(filtered) if fields is _ALLOWS else None
    if not isinstance(filtered, dict):
        return None
    found = next((filtered[field] for field in fields if filtered.get(field) is not None), None)
    return _texts(found) if isinstance(found, list) else None


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _texts(value: Json) -> Json:
    if isinstance(value, list):
        return [each for each in value if isinstance(each, str)]
    return value if value == "all" else []


def _shown_filter(given: Json) -> dict[str, Json]:
    """The lists of a filter in the configuration's words; requests may hold anything beside."""
    if isinstance(given, list):
        return {"enabled": _texts(given)}
    if not isinstance(given, dict):
        return {}
    renamed = {"enable": "enabled", "disable": "disabled"}
    found = {renamed.get(field, field): each for field, each in given.items()}
    fields = ("enabled", "disabled", "require_approval")
    return {field: _texts(found[field]) for field in fields if isinstance(found.get(field), list)}


def _shown_tags(given: Json) -> dict[str, Json]:
    shown = _shown_filter(given)
    lists = {field: shown[field] for field in ("enabled", "disabled") if field in shown}
    return {field: [each for each in tags if each in _TAGS] for field, tags in lists.items()}


def _shown_tools(given: Json) -> dict[str, Json]:
    shown = _shown_filter(given)
    if isinstance(given, dict) and "tags" in given:
        shown["tags"] = _shown_tags(given["tags"])
    return shown


def _shown_instant(given: Json) -> Json:
    if not isinstance(given, dict):
        return False
    shown = {"return_instant_charge": False, "return_prices_in_search": False, **given}
    if "toolkits" in shown:
        shown["toolkits"] = _shown_filter(shown["toolkits"])
    if isinstance(shown.get("tools"), dict):
        shown["tools"] = {toolkit: _shown_filter(each) for toolkit, each in shown["tools"].items()}
    return shown
