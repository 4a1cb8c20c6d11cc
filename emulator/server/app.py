"""The application: the one place where all parts are assembled."""

import re
from dataclasses import replace
from datetime import datetime
from functools import partial

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from emulator.errors import SettingsError
from emulator.fixtures.files import read_file
from emulator.http.targets import is_loopback
from emulator.mock.assemble import Assembly, assemble
from emulator.mock.fault_rules.book import FaultBook
from emulator.mock.fault_rules.log import read_log
from emulator.mock.fault_rules.rules import read_profile
from emulator.mock.rule_names import misnamed
from emulator.mock.state.memory_store import MemoryStore
from emulator.mock.state.store import StubLimits
from emulator.server.admin.calls import ControlledServer
from emulator.server.admin.guard import AdminGuard, admin_token
from emulator.server.clock import Clocks, Dial
from emulator.server.dispatcher import Dispatcher, Listener
from emulator.server.hosts import Hosts
from emulator.server.journal.journal import Journal
from emulator.server.limits import WireLimits, wire_limits
from emulator.server.receive import DEFAULT_SCOPE
from emulator.server.reserved import ADMIN, Reserved
from emulator.server.state_file import StateFile
from emulator.server.webhooks.deliverer import Deliverer
from emulator.server.webhooks.sender import Sender
from emulator.settings import Settings


class EmulatorApp(Starlette):
    """A Starlette application for the control plane, and the dispatcher for everything else.

    Starlette's router must not see documented paths: it would decode `%2F`, take `{pet-id}` for
    text, and let the first route win.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        admin_token: str | None = None,
        limits: WireLimits | None = None,
        hosts: Hosts | None = None,
        admin_path: str = ADMIN,
    ) -> None:
        super().__init__()
        self.router.redirect_slashes = False
        self.dispatcher = dispatcher
        #: An application before the dispatcher, if any.
        self.front: ASGIApp | None = None
        self.admin_token = admin_token
        #: Where the control plane is.
        self.admin_path = admin_path
        self.reserved = Reserved.of(dispatcher.site, admin_path)
        #: What its connections may hold, where our server is in front.
        self.limits = limits or WireLimits()
        self.hosts = hosts or Hosts()
        #: The ports that it listens on, as far as our server is in front.
        self.ports: set[int] = set()
        #: Where what is remembered is kept, if anywhere.
        self.state_file: StateFile | None = None
        #: What is served, and the notices about it.
        self.assembly: Assembly | None = None

    def use(self, assembly: Assembly) -> None:
        """Serve another assembly from now on; the stored state is kept."""
        self.assembly = assembly
        self.dispatcher = replace(self.dispatcher, site=assembly.site)
        self.dispatcher.store.use_stubs(assembly.site.stubs.book)
        self.reserved = Reserved.of(assembly.site, self.admin_path)
        self.hosts.use(service.api.document for service in assembly.services)
        services = {service.api.name: service for service in assembly.services}
        secured = self.admin_token is not None
        resources = assembly.remembered
        server = ControlledServer(self.dispatcher, services, resources, secured, self.admin_path)

        async def plane(scope: Scope, receive: Receive, send: Send) -> None:
            # Compiled at the first call: many servers get none.
            from emulator.server.admin.plane import ControlPlane, admin_router

            await ControlPlane(server, admin_router())(scope, receive, send)

        mount = Mount(self.admin_path, app=AdminGuard(plane, self.admin_token))
        # Starlette's own has no path with a line end in it.
        mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
        self.router.routes = [mount]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request or the lifespan."""
        if scope["type"] == "http":
            scope = self.reserved.without_scope(scope)
            call = self.reserved.for_admin(scope)
            if call is None:
                await (self.front or self.dispatcher)(scope, receive, send)
                return
            scope = call
        await super().__call__(scope, receive, send)


def create_app(
    settings: Settings, assembly: Assembly | None = None, listener: Listener | None = None
) -> EmulatorApp:
    """The ASGI application for these settings.

    `assembly` saves the work if the caller has it; `listener` is called with every exchange.
    Raises EmulatorError as `emulator.mock.assemble.assemble` does.
    """
    assembly = assembly or assemble(settings)
    clocks = Clocks(Dial(frozen_at=settings.now))
    sender = Sender(settings.webhook_targets)
    store = MemoryStore(
        assembly.collections,
        _fault_book(settings, assembly, clocks.now(DEFAULT_SCOPE)),
        scope_limit=settings.scope_limit,
        record_limit=settings.record_limit,
        stub_limits=StubLimits(settings.stub_limit, settings.stub_size),
        limit_bytes=settings.state_size,
    )
    dispatcher = Dispatcher(
        site=assembly.site,
        store=store,
        clocks=clocks,
        deliverer=Deliverer(clocks, sender, settings.webhook_retries, settings.webhook_targets),
        body_limit_bytes=settings.body_limit,
        journal=Journal(settings.journal_limit, settings.journal_size),
        shared=not settings.no_cors,
        console=f"{settings.admin_prefix}/ui",
        listener=listener,
    )
    token = admin_token(settings.host, settings.admin_token)
    hosts = Hosts(settings.allowed_hosts if is_loopback(settings.host) else None)
    app = EmulatorApp(dispatcher, token, wire_limits(settings), hosts, settings.admin_prefix)
    sender.own_ports = app.ports
    app.state_file = _state_file(settings, assembly, store)
    app.use(assembly)
    return app


def _state_file(settings: Settings, assembly: Assembly, store: MemoryStore) -> StateFile | None:
    if settings.state_file is None:
        return None
    if settings.remember == "off":
        hint = "--remember lenient, or strict"
        raise SettingsError("--state-file", "nothing is remembered", hint)
    return StateFile(settings.state_file, store, assembly.remembered)


def _fault_book(settings: Settings, assembly: Assembly, now: datetime) -> FaultBook:
    """The faults that every scope starts with."""
    file, log = settings.faults, settings.replay_faults
    replay = read_log(log, settings.seed) if log else None
    if file is None:
        return FaultBook(replay=replay)
    judge = partial(misnamed, services=assembly.services)
    return FaultBook(read_profile(read_file(file), str(file), now, judge), replay)
