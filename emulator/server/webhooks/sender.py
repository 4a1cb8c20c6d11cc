"""Signs a message as Standard Webhooks says, and sends it to one URL, once."""

from __future__ import annotations

import asyncio
import base64
import hmac
import socket
from collections.abc import Awaitable, Callable, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from emulator import __version__
from emulator.http.messages import Headers
from emulator.http.targets import Targets
from emulator.mock.state.events import Deliver

# Most servers send no webhook: the client is imported for the first.
if TYPE_CHECKING:
    import httpx

#: How long a receiver may take to respond.
TIMEOUT_S = 15

#: How much of a response is read and dropped, so that the receiver can finish it.
READ_LIMIT_BYTES = 65_536


class Undeliverable(Exception):
    """There is no response: the target is not allowed, unreachable, or too slow."""


class WithheldError(Undeliverable):
    """Nothing is sent to the target, now or later."""


#: POSTs a body to a URL; returns the response's status or raises Undeliverable.
SendMessage = Callable[[str, Headers, bytes], Awaitable[int]]


def signature(secret: bytes, id_: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`: HMAC-SHA256 over id, time and body."""
    signed = f"{id_}.{timestamp}.".encode() + body
    digest = hmac.digest(secret, signed, "sha256")
    return "v1," + base64.b64encode(digest).decode()


def signed_headers(message: Deliver, attempt: int, now: datetime) -> Headers:
    """The headers of one attempt, counted from 1; time and signature are new each time."""
    timestamp = int(now.timestamp())
    counted = ((message.attempt_header, str(attempt)),) if message.attempt_header else ()
    return (
        ("content-type", "application/json"),
        ("webhook-id", message.id),
        ("webhook-timestamp", str(timestamp)),
        ("webhook-signature", signature(message.secret, message.id, timestamp, message.body)),
        *message.headers,
        *counted,
    )


@dataclass
class Sender:
    """Posts over HTTP to `targets`; follows no redirects and uses no proxies.

    Nothing is sent to the emulator itself, which listens on `own_ports`: whoever may subscribe
    could use its control plane.
    """

    targets: Targets
    own_ports: Set[int] = frozenset()

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        import httpx

        return httpx.AsyncClient(
            headers={"user-agent": f"emulator/{__version__}"},
            # Each attempt has a connection of its own: a kept one may have been closed meanwhile,
            # and the message would count as rejected though nobody saw it.
            limits=httpx.Limits(max_connections=100, max_keepalive_connections=0),
            timeout=TIMEOUT_S,
            trust_env=False,
            follow_redirects=False,
        )

    async def __call__(self, url: str, headers: Headers, body: bytes) -> int:
        """POST a body; returns the response's status or raises Undeliverable."""
        import httpx

        try:
            async with asyncio.timeout(TIMEOUT_S):
                return await self._post(httpx.URL(url), headers, body)
        except TimeoutError as error:
            raise Undeliverable(f"no answer within {TIMEOUT_S} s") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            raise Undeliverable(str(error) or type(error).__name__) from error

    async def _post(self, url: httpx.URL, headers: Headers, body: bytes) -> int:
        import httpx

        addresses = [a for a in await _addresses(url) if self.targets.admits(url.host, a)]
        if _port(url) in self.own_ports:
            addresses = [each for each in addresses if not _is_own(each)]
            if not addresses:
                raise WithheldError(f"{url.host}:{_port(url)} is this emulator itself")
        if not addresses:
            raise Undeliverable(f"{url.host} is no target that --webhook-targets allows")
        for address in addresses[:-1]:
            try:
                return await self._post_to(address, url, headers, body)
            except httpx.ConnectError:
                continue
        return await self._post_to(addresses[-1], url, headers, body)

    async def _post_to(self, address: str, url: httpx.URL, headers: Headers, body: bytes) -> int:
        """Connect to the address that was checked, whatever the name resolves to by now."""
        request = self._client.build_request(
            "POST",
            url.copy_with(host=address),
            headers=[("host", url.netloc.decode("ascii")), *headers],
            content=body,
            extensions={"sni_hostname": url.host},
        )
        response = await self._client.send(request, stream=True)
        try:
            read = 0
            async for chunk in response.aiter_raw():
                read += len(chunk)
                if read > READ_LIMIT_BYTES:
                    break
        finally:
            await response.aclose()
        return response.status_code


async def _addresses(url: httpx.URL) -> list[str]:
    """The IP addresses of a URL's host, in the order to try them."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(url.host, _port(url), type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


def _port(url: httpx.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


def _is_own(address: str) -> bool:
    """Whether an IP address is one of this machine's: only those can be bound."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as any_port:
        try:
            any_port.bind((address, 0))
        except OSError:
            return False
    return True
