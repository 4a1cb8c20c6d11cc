"""Sends the requests of scenarios to the target, and returns exchanges."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter

from emulator.contract.check.exchanges import CheckedExchange
from emulator.contract.check.responses import CUT_SHORT
from emulator.contract.check.wire import READS
from emulator.http.messages import Headers, Request, Response
from emulator.openapi.document.model import Operation
from emulator.openapi.security.credentials import with_credentials, with_headers

USER_AGENT = "emulator-check"


@dataclass(frozen=True, slots=True)
class Caller:
    """Sends requests below `base_url` through an adapter, one at a time or from several threads.

    Redirects are not followed: they are the response. `headers` go with every request,
    `credentials` (security scheme, value; `user:password` for basic) with those to operations that
    require them;
    `credential_names` are the headers, in lower case, that carry some.
    """

    adapter: BaseAdapter
    base_url: str
    headers: Headers = ()
    credentials: tuple[tuple[str, str], ...] = ()
    credential_names: frozenset[str] = frozenset({"authorization"})
    timeout_s: float = 10.0

    @property
    def base_path(self) -> str:
        """The path all operations live below, without trailing slash."""
        return urlsplit(self.base_url).path.rstrip("/")

    def send(
        self, operation: Operation, request: Request, *, known: bool = True, reads: bool = False
    ) -> CheckedExchange:
        """The exchange a request leads to; without credentials where not `known`.

        `reads`: it is known to change nothing, whatever its method. Raises
        `requests.RequestException` where there is no response.
        """
        if known:
            request = with_credentials(request, operation, self.credentials)
        withheld = () if known else self.credential_names
        request = with_headers(request, self.headers, withheld)
        prepared = self._prepared(request)
        with requests.Session() as session:
            # The adapter outlives the session, which knows of the proxies in the environment.
            session.get_adapter = lambda url: self.adapter  # type: ignore[method-assign]
            settings = session.merge_environment_settings(str(prepared.url), {}, True, None, None)
            if reads:
                settings[READS] = True
            answer = session.send(
                prepared, timeout=self.timeout_s, allow_redirects=False, **settings
            )
        raw = answer.raw.headers
        headers = tuple((name, value) for name in raw for value in raw.getlist(name))
        return CheckedExchange(
            operation.key,
            request,
            Response(answer.status_code, headers, answer.content),
            cut_short=getattr(answer, CUT_SHORT, False),
        )

    def _prepared(self, request: Request) -> requests.PreparedRequest:
        parts = urlsplit(self.base_url)
        url = f"{parts.scheme}://{parts.netloc}{request.target}"
        headers = {"user-agent": USER_AGENT}
        headers |= {name: request.header(name) or "" for name, _ in request.headers}
        body = request.body or None
        prepared = requests.Request(request.method, url, headers=headers, data=body).prepare()
        prepared.url = url  # as it is, not normalised
        return prepared
