"""The functions that expressions of tools may call, by name."""

from collections.abc import Callable, Mapping
from typing import Any

from emulator.queries.drive import drive_search
from emulator.queries.gmail import gmail_search
from emulator.queries.records import having, page, present, project, search
from emulator.queries.soql import soql

#: Each is pure: the same records and the same question give the same answer.
QUERIES: Mapping[str, Callable[..., Any]] = {
    "search": search,
    "having": having,
    "page": page,
    "project": project,
    "present": present,
    "gmail_search": gmail_search,
    "drive_search": drive_search,
    "soql": soql,
}
