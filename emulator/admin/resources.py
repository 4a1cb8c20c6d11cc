"""Routes of the same path become one resource, which knows all its methods (RFC 9110, 15.5.6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from emulator.admin.calls import refused


@dataclass(frozen=True, slots=True)
class Resource:
    """What is at one path, by method."""

    methods: Mapping[str, ASGIApp]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by method, or with 405 and those there are."""
        method = scope["method"]
        app = self.methods.get("GET" if method == "HEAD" else method)
        if app is None:
            known = {*self.methods, "OPTIONS", *(("HEAD",) if "GET" in self.methods else ())}
            allow = ", ".join(sorted(known))
            answer = refused(405, f"{method} is not a method of this path; {allow} are")
            if method == "OPTIONS":
                answer.status_code, answer.body = 204, b""
                del answer.headers["content-length"], answer.headers["content-type"]
            answer.headers["allow"] = allow
            await answer(scope, receive, send)
        else:
            await app(scope, receive, send)


async def nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    """The answer where no route leads."""
    answer = refused(404, f"the control plane has no path {scope['path']}")
    await answer(scope, receive, send)


def resources(routes: Iterable[Route]) -> list[Route]:
    """The routes by path, in the order of their first ones."""
    by_path: dict[str, dict[str, ASGIApp]] = {}
    for route in routes:
        for method in (route.methods or set()) - {"HEAD"}:
            by_path.setdefault(route.path, {})[method] = route.app
    return [Route(path, Resource(methods)) for path, methods in by_path.items()]
