"""Everything that is served, compiled."""

from dataclasses import dataclass

from emulator.fixtures.cassettes.replay import Replay
from emulator.http.methods import KNOWN_METHODS
from emulator.mock.exchange import Endpoint, Service
from emulator.openapi.routing.router import Match, NoMethod, Router
from emulator.stubs.load import NO_FOLDER, StubFolder


@dataclass(frozen=True, slots=True)
class Site:
    """Everything that is served: where paths lead, and whose error shape a stray path gets.

    `claims` are path prefixes that belong to one service alone, longest first. Every scope begins
    with `stubs`; with `strict` no stub may break a document. `replay` is what was recorded.
    `methods` are those of operations.
    """

    router: Router[Endpoint]
    claims: tuple[tuple[str, Service], ...]
    seed: str
    stubs: StubFolder = NO_FOLDER
    strict: bool = False
    replay: Replay | None = None
    methods: frozenset[str] = frozenset()

    def knows(self, method: str) -> bool:
        """Whether HTTP or a document has the method (RFC 9110, 9.1)."""
        return method in KNOWN_METHODS or method in self.methods

    def service_for(self, path: str) -> Service | None:
        """The service that has the paths beside this one; None where several could."""
        for prefix, service in self.claims:
            if path == prefix or path.startswith(prefix + "/"):
                return service
        return None

    def nearest(self, path: str) -> str:
        """The path template nearest to a path that none has, below a base path of its document."""
        near = self.router.nearest(path)
        found = self.router.find("GET", near) if near else None
        if found is None:
            return near
        bases = dict.fromkeys(base for _, service in self.claims for base in service.api.prefixes)
        for base in bases:
            below = self.router.find("GET", base + near)
            if below is not None and below.target is found.target:
                return base + near
        return near

    def find(self, method: str, path: str) -> Match[Endpoint] | NoMethod | None:
        """The operation for a method and a raw path; GET answers HEAD (RFC 9110, 9.3.2)."""
        found = self.router.find(method, path)
        if method == "HEAD" and not isinstance(found, Match):
            other = self.router.find("GET", path)
            return other if isinstance(other, Match) else found
        return found
