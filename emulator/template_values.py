"""What templates may use: the request, chance and time of one answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qsl, unquote

from emulator.auth.check import masked
from emulator.chance import Chance
from emulator.messages import Json, Request
from emulator.problems import Problem
from emulator.validation.request import ValidRequest


@dataclass(slots=True)
class TemplateValues:
    """The values of one answer's templates, made when the first template asks.

    `request` is a plain `Request` where it was refused before it was decoded; `path` holds its
    raw path parameters; `limit` is what the service's limits have to say.
    """

    request: Request | ValidRequest
    path: Mapping[str, str]
    chance: Chance
    now: datetime
    limit: Mapping[str, Json] = field(default_factory=dict)
    _base: dict[str, Json] | None = field(default=None, repr=False)

    def at(self, now: datetime) -> "TemplateValues":
        """The values of the same answer at another time."""
        return TemplateValues(self.request, self.path, self.chance, now)

    @property
    def plain(self) -> Request:
        """The request as it came."""
        return self.request.request if isinstance(self.request, ValidRequest) else self.request

    def all(self, more: Mapping[str, Json], refusal: Problem | None = None) -> dict[str, Json]:
        """Every variable: the base, `more` over it, and what a refusal has to say."""
        if self._base is None:
            self._base = self._make_base()
        values = self._base | dict(more)
        if refusal is not None:
            values["violations"] = [violation.as_json() for violation in refusal.violations]
            values["problem"] = refusal.as_json(refusal.type.status)
        return values

    def _make_base(self) -> dict[str, Json]:
        now = self.now.astimezone(UTC)
        return {
            "request": self._request(),
            "credential": masked(self.credential),
            "now": now.isoformat(timespec="seconds")[:19] + "Z",
            "now_unix": int(now.timestamp()),
            "request_id": self.plain.header("x-request-id") or self.chance.uuid(),
            "new_id": self.chance.new_id,
            "limit": self.limit,
        }

    def _request(self) -> Json:
        if isinstance(self.request, ValidRequest):
            plain, decoded = self.request.request, self.request.parameters
            path, body = dict(decoded["path"]), self.request.body
        else:
            plain, decoded, body = self.request, {}, None
            path = {name: unquote(raw) for name, raw in self.path.items()}
        return {
            "method": plain.method,
            "url": plain.path,
            "path": path,
            "query": dict(decoded.get("query") or (parse_qsl(plain.query) if plain.query else ())),
            "headers": dict(plain.headers),
            "cookies": dict(decoded.get("cookie", {})),
            "body": body,
        }

    @property
    def credential(self) -> str:
        """What the client showed, also where it was not accepted."""
        if isinstance(self.request, ValidRequest):
            return self.request.principal.credential
        authorization = (self.request.header("authorization") or "").rpartition(" ")[2]
        keys = (value for name, value in self.request.headers if name.endswith("api-key"))
        return authorization or next(keys, "")
