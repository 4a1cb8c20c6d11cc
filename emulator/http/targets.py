"""Where webhooks may be delivered: to this machine, and to hosts that a setting names.

A request can make the emulator send one of its own. What it must not do for everybody who can
reach it is to knock at doors of the network it stands in.
"""

from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from msgspec import Struct

#: What the setting says for loopback alone, and for every host.
LOOPBACK = "loopback"
ANY = "any"


class Targets(Struct, frozen=True):
    """Loopback, the named `hosts` (lower case), and with `everywhere` any other host as well."""

    hosts: frozenset[str] = frozenset()
    everywhere: bool = False

    def refusal(self, url: str) -> str | None:
        """Why nothing may be delivered to this URL, None if it may.

        A host is judged by its name alone; `admits` judges the address it leads to.
        """
        mistake = url_mistake(url)
        if mistake is not None:
            return mistake
        host = urlsplit(url).hostname or ""
        if self.trusts(host) or is_loopback(host):
            return None
        return f"{host} is not this machine, and --webhook-targets does not name it"

    def admits(self, host: str, address: str) -> bool:
        """Whether a delivery to `host` may go to this IP address."""
        return self.trusts(host) or _is_loopback_address(address)

    def trusts(self, host: str) -> bool:
        """Whether a host is named, or every host is trusted."""
        return self.everywhere or host.lower().rstrip(".") in self.hosts


def url_mistake(url: str) -> str | None:
    """Why nothing can be delivered to this URL, whatever is allowed; None if it can."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "it can't be read"
    return None if parts.scheme in ("http", "https") and host else "it is no http or https URL"


#: The targets where no setting names more.
THIS_MACHINE = Targets()


def parse_targets(text: str) -> Targets:
    """Targets from `loopback`, `any`, or hosts by comma; ValueError otherwise."""
    names = [part.strip().lower().rstrip(".") for part in text.split(",")]
    for name in names:
        if not name or any(character in "/@?#* " for character in name):
            raise ValueError("write it like loopback, any, or hooks.example.com,10.0.0.7")
    named = frozenset(name for name in names if name not in (LOOPBACK, ANY))
    return Targets(named, everywhere=ANY in names)


def is_loopback(host: str) -> bool:
    """Whether a name or address is this machine and nothing else (RFC 6761, 6.3)."""
    name = host.strip("[]").lower().rstrip(".")
    return name == "localhost" or name.endswith(".localhost") or _is_loopback_address(name)


def _is_loopback_address(text: str) -> bool:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback
