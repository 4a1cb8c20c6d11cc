"""The application: the one place where parts are put together."""

from collections.abc import Callable
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.routing import Mount

from emulator.admin.routes import admin_routes
from emulator.delivery.dispatcher import Dispatcher, Listener
from emulator.settings import Settings
from emulator.site import Assembly, assemble
from emulator.state.store import MemoryStore


def create_app(
    settings: Settings, assembly: Assembly | None = None, listener: Listener | None = None
) -> Starlette:
    """The ASGI application for these settings.

    `assembly` saves the work where the caller has it already; `listener` is told of every exchange.
    Raises EmulatorError as `emulator.site.assemble` does.
    """
    assembly = assembly or assemble(settings)
    app = Starlette(routes=[Mount("/__admin", routes=admin_routes(assembly.services))])
    # Starlette does not route documented paths: it would decode `%2F` and let the first route win.
    app.router.default = Dispatcher(
        site=assembly.site,
        store=MemoryStore(),
        clock=_clock(settings.now),
        body_limit_bytes=settings.body_limit,
        listener=listener,
    )
    return app


def _clock(frozen: datetime | None) -> Callable[[], datetime]:
    if frozen is not None:
        return lambda: frozen
    return lambda: datetime.now(UTC)
