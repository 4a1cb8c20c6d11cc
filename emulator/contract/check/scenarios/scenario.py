"""A scenario: the requests that one check sends, in order, and what it found wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter

from emulator.contract.check.acceptance import AnsweredRequest
from emulator.contract.check.exchanges import Breach, CheckedExchange
from emulator.contract.check.responses import BROKEN, CUT_SHORT
from emulator.contract.check.wire import READS
from emulator.http.media_types import find, is_json
from emulator.http.messages import Headers, Json, Request, Response
from emulator.openapi.document.model import Api, Operation
from emulator.openapi.promises.model import Basis, Contract
from emulator.openapi.requests.make import Extent, RequestMaker, UnmakeableError
from emulator.openapi.requests.parts import RequestParts
from emulator.openapi.security.credentials import with_credentials, with_headers

USER_AGENT = "emulator-check"


@dataclass(frozen=True, slots=True)
class Caller:
    """Sends requests below `base_url` through an adapter, one at a time or from several threads.

    Redirects are not followed: they are the response. `headers` go with every request,
    `credentials` (security scheme, value; `user:password` for basic) with those to operations that
    require them; `credential_names` are the headers, in lower case, that carry some.
    """

    adapter: BaseAdapter
    base_url: str
    headers: Headers = ()
    credentials: tuple[tuple[str, str], ...] = ()
    credential_names: frozenset[str] = frozenset({"authorization"})
    timeout_s: float = 10.0

    @property
    def origin(self) -> str:
        """Scheme and authority."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

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
            broken=getattr(prepared, BROKEN, ""),
        )

    def _prepared(self, request: Request) -> requests.PreparedRequest:
        url = self.origin + request.target
        headers = {"user-agent": USER_AGENT}
        headers |= {name: request.header(name) or "" for name, _ in request.headers}
        unprepared = requests.Request(request.method, url, headers, data=request.body or None)
        prepared = unprepared.prepare()
        prepared.url = url  # as it is, not normalised
        return prepared


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What checks of several requests work with. Without `writes` they only read."""

    api: Api
    contract: Contract
    caller: Caller
    seed: int = 0
    writes: bool = True
    #: Keys of the operations that may be called.
    selected: frozenset[str] = frozenset()
    #: Tools that only read, with arguments they take.
    tools: tuple[tuple[str, Mapping[str, Json]], ...] = ()

    def operation(self, operation_id: str) -> Operation | None:
        """A selected operation that may be called, by its id; None where there is none."""
        operation = self.api.operation(operation_id) if operation_id else None
        if operation is None or operation.key not in self.selected:
            return None
        return operation if self.writes or operation.method in ("GET", "HEAD") else None

    def schema_key_of(self, exchange: CheckedExchange) -> str | None:
        """What finds the schema of a response in JSON; None where the document describes none."""
        operations = (each for each in self.api.operations if each.key == exchange.operation)
        operation = next(operations, None)
        documented = operation.response_for(exchange.status) if operation else None
        content = documented.content if documented else ()
        name = find([each.name for each in content], exchange.media_type or "")
        if name is None or not is_json(name):
            return None
        return next(each.schema_key for each in content if each.name == name)


@dataclass(slots=True)
class CheckScenario:
    """The exchanges of one scenario, and each breach with the exchange that shows it."""

    context: CheckContext
    label: str
    basis: Basis
    exchanges: list[CheckedExchange] = field(default_factory=list)
    breaches: list[tuple[Breach, CheckedExchange]] = field(default_factory=list)
    _valid: list[CheckedExchange] = field(default_factory=list)

    @property
    def attempts(self) -> tuple[AnsweredRequest, ...]:
        """The valid requests so far, with the credentials there are."""
        return tuple(AnsweredRequest(each.operation, each.status) for each in self._valid)

    def make(self, operation: Operation, number: int = 0, **known: Json) -> RequestParts | None:
        """A valid request with these values of parameters, or None where none can be made.

        Requests of different `number` differ where the schema lets them.
        """
        maker = RequestMaker(self.context.api, operation, self.context.seed, known)
        try:
            return maker.make(str(number), Extent(example=number))
        except UnmakeableError:
            return None

    def send(
        self, parts: RequestParts, *, known: bool = True, reads: bool = False
    ) -> CheckedExchange:
        """The exchange a request leads to; `known` and `reads` as in `Caller.send`."""
        request = parts.request(self.context.caller.base_path)
        exchange = self.send_request(parts.operation, request, known=known, reads=reads)
        if known and (exchange.accepted or parts.is_valid):
            self._valid.append(exchange)
        return exchange

    def send_request(
        self, operation: Operation, request: Request, *, known: bool = True, reads: bool = False
    ) -> CheckedExchange:
        """The exchange a request leads to."""
        exchange = self.context.caller.send(operation, request, known=known, reads=reads)
        self.exchanges.append(exchange)
        return exchange

    def breach(
        self, exchange: CheckedExchange, title: str, reason: str = "", basis: Basis | None = None
    ) -> None:
        """Record a broken promise; it rests on the scenario's basis unless there is another."""
        self.breaches.append((Breach(basis or self.basis, title, reason), exchange))


#: The scenarios of one check, each complete when it is yielded.
CheckScenarios = Iterator[CheckScenario]
