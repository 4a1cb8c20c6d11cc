"""The versions of toolkits that are deprecated, told in a header of the answers that use them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from emulator.fixtures.tools.tool import Tool
from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.plan import Plan
from emulator.services.composio.catalogue import version_of
from emulator.services.composio.records import Record


def telling(exchange: Exchange, answer: Plan, used: Iterable[tuple[Tool, Json]]) -> Plan:
    """The answer, telling which toolkits of the tools are deprecated in the versions used.

    `deprecated_toolkits` is the header's value: a list of strings with parameters (RFC 9651, 3.1).
    """
    toolkits = exchange.snapshot.records("toolkits")
    items: dict[str, None] = {}
    for tool, asked in used:
        slug = str(tool.raw.get("toolkit"))
        versions = toolkits.get(slug, {}).get("deprecated_versions")
        if versions:
            version = version_of(tool, asked) or ""
            if version in versions:
                items[_item(slug, version, versions[version] or {})] = None
    if not items:
        return answer
    return replace(answer, variables={**answer.variables, "deprecated_toolkits": ", ".join(items)})


def _item(slug: str, version: str, facts: Record) -> str:
    parameters = {
        "version": _text(version),
        "deprecated": _date(facts.get("deprecated_at")),
        "sunset": _date(facts.get("sunset_at")),
        "reason": _text(str(facts["reason"])) if facts.get("reason") else None,
    }
    known = (f";{name}={value}" for name, value in parameters.items() if value is not None)
    return _text(slug.upper()) + "".join(known)


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _date(moment: Json) -> str | None:
    try:
        return f"@{int(datetime.fromisoformat(str(moment)).timestamp())}"
    except ValueError:
        return None
