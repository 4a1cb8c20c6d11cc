"""By which names the server may be called: its Host fields (RFC 9110, 7.2; RFC 9112, 3.2).

Where only this machine reaches the server, a page in its browser does as well, under a name of its
own that it lets point here (DNS rebinding). So that name must not be just anything.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from emulator.http.messages import Json
from emulator.http.problems import Problem, problem
from emulator.http.targets import Targets, is_loopback

_FIELD = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::\d{0,5})?")
_AUTHORITY = re.compile(r"[^/?#]*")
_VARIABLE = re.compile(r"\{([^{}]*)\}")

#: Fields that were found to be good, of the first so many.
_KNOWN = 1_000


def host_name(field: str) -> str | None:
    """The name or address in a Host field, in lower case; None where it is none."""
    match = _FIELD.fullmatch(field)
    return match[1].lower() if match else None


def target_host(target: bytes) -> str | None:
    """The host that a target in absolute form names, which a Host field may not gainsay.

    None where the target is in another form (RFC 9112, 3.2.2).
    """
    scheme, named, rest = target.partition(b"://")
    if not named or not scheme.isalpha():
        return None
    return _AUTHORITY.match(rest.decode("latin-1"))[0]  # type: ignore[index]


class Hosts:
    """The names by which a server may be called; any where `trusted` is None.

    Always those of this machine, addresses, names without a dot, which no page can have, and those
    that documents name as their servers. `known` are fields that were judged already.
    """

    def __init__(self, trusted: Targets | None = None) -> None:
        self.known: set[str] = set()
        self._trusted = trusted
        self._documented: frozenset[str] = frozenset()

    def use(self, documents: Iterable[Json]) -> None:
        """Trust the servers of these documents."""
        self._documented = frozenset(name for each in documents for name in _servers(each))
        self.known.clear()

    def refusal(self, fields: list[str], *, needs: bool = False) -> Problem | None:
        """Why a request with these Host fields is refused; None if it isn't.

        One that `needs` a Host is refused without (RFC 9112, 3.2).
        """
        if not fields:
            return problem("host-invalid", "HTTP/1.1 has to say the Host") if needs else None
        name = host_name(fields[0])
        if name is None or len(fields) > 1:
            said = "there are several" if len(fields) > 1 else f"{fields[0][:100]!r} is no host"
            return problem(
                "host-invalid", f"Host has to be one host, with or without a port; {said}"
            )
        if not self._trusts(name):
            detail = (
                f"the server listens for this machine, and is called {name[:100]!r}, which no"
                f" document names; --allowed-hosts {name[:100]} allows it"
            )
            return problem("host-not-allowed", detail)
        if len(self.known) < _KNOWN:
            self.known.add(fields[0])
        return None

    def _trusts(self, name: str) -> bool:
        plain = name.rstrip(".")
        return (
            self._trusted is None
            or "." not in plain
            or self._trusted.trusts(plain)
            or plain in self._documented
            or is_loopback(plain)
            or _is_address(plain)
        )


def _is_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _servers(node: Json) -> Iterator[str]:
    """The hosts of `servers`, of the document and of its paths and operations."""
    if not isinstance(node, dict):
        return
    for server in _list(node.get("servers")):
        for url in _urls(server) if isinstance(server, dict) else ():
            try:
                name = urlsplit(url).hostname
            except ValueError:
                name = None
            if name:
                yield name
    paths = node.get("paths")
    for item in paths.values() if isinstance(paths, dict) else ():
        yield from _servers(item)
        for operation in item.values() if isinstance(item, dict) else ():
            yield from _servers(operation)


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _urls(server: Mapping[str, Json]) -> Iterator[str]:
    """The URL of a server with the defaults of its variables, and each other value of one."""
    given = server.get("variables")
    variables = {
        name: each
        for name, each in (given.items() if isinstance(given, dict) else ())
        if isinstance(each, dict)
    }
    defaults = {name: str(each.get("default", "")) for name, each in variables.items()}
    others = (
        {**defaults, name: str(value)}
        for name, each in variables.items()
        for value in _list(each.get("enum"))
    )
    url = str(server.get("url", ""))
    for values in (defaults, *others):
        named = _VARIABLE.split(url)
        yield "".join(
            values.get(part, "") if index % 2 else part for index, part in enumerate(named)
        )
