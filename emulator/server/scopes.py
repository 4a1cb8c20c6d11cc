"""The scope of a request: the header `Emulator-Scope`, or `/~name` before the path.

The path is for clients that can set a base URL but no header, like most SDKs.
"""

import re

from emulator.http.messages import Violation
from emulator.http.problems import problem
from emulator.server.receive import Scope

DEFAULT_SCOPE = "default"

_RULE = (
    "Emulator-Scope is 1 to 128 of A-Z a-z 0-9 . _ -, and the same as /~name in the path if both"
    " are there"
)
#: The problem of a request whose scope is invalid.
BAD_SCOPE = problem(
    "scope-invalid", _RULE, (Violation("header", "/Emulator-Scope", "pattern", _RULE),)
)

_NAME = re.compile(r"[A-Za-z0-9._-]{1,128}")
_KEY = "emulator.scope"


def without_mount(scope: Scope) -> Scope:
    """The ASGI scope with `/~name` at the start of its path as its `root_path`.

    `raw_path` loses it; `path` keeps it, as ASGI has it.
    """
    raw = scope.get("raw_path")
    path = raw.decode("latin-1") if raw else scope["path"]
    if not path.startswith("/~"):
        return scope
    name, slash, rest = path[2:].partition("/")
    below = {**scope, _KEY: name, "root_path": f"{scope.get('root_path', '')}/~{name}"}
    below["raw_path"] = (slash + rest or "/").encode("latin-1")
    return below


def scope_of(scope: Scope, header: str | None) -> str | None:
    """The name of the scope, by default `default`; None if it is invalid."""
    in_path = scope.get(_KEY)
    if in_path is not None and header not in (None, in_path):
        return None
    name = header or in_path or DEFAULT_SCOPE
    return name if in_path != "" and _NAME.fullmatch(name) else None
