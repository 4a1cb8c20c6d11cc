"""Runs the server: in the foreground, or in a thread as a context manager."""

import asyncio
import gc
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Literal

import uvicorn

from emulator.errors import PortInUseError, SettingsError
from emulator.server.connection import SharedState
from emulator.server.direct import DirectProtocol
from emulator.server.hosts import Hosts
from emulator.server.limits import WireLimits
from emulator.server.state_file import StateFile

#: How long streams may go on after the first Ctrl-C.
SHUTDOWN_S = 1

#: The time between attempts to bind a port that is taken.
RETRY_S = 0.1

#: How often is looked whether the connections have closed, and whether to exit after a signal.
GLANCE_S, TICK_S = 0.005, 0.1


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises PortInUseError, or SettingsError for an unusable address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return _bound(family, (host, port), backlog=2048)
    except OSError as error:
        if error.errno in (98, 48, 10048):  # EADDRINUSE on Linux, macOS, Windows
            raise PortInUseError(host, port) from error
        hint = "--host 127.0.0.1, and a port above 1023"
        raise SettingsError("--host/--port", f"{host}:{port}: {error.strerror}", hint) from error
    except OverflowError as error:
        raise SettingsError("--port", f"{port} is no port", "0 to 65535") from error


def _bound(family: int, address: Any, backlog: int = 0) -> socket.socket:
    """A socket bound to an address; it listens if there is a backlog."""
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
        if backlog:
            bound.listen(backlog)
    except (OSError, OverflowError):
        bound.close()
        raise
    return bound


class PromptServer(uvicorn.Server):
    """uvicorn's server, which ends without waiting for a time."""

    _wake: Callable[[], object] = bool

    def stop(self) -> None:
        """End at once, from any thread; uvicorn itself looks ten times a second whether to."""
        self.should_exit = True
        self._wake()

    async def main_loop(self) -> None:
        """Serve until it is time to exit."""
        loop, stopped = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            with suppress(RuntimeError):  # it has ended already
                loop.call_soon_threadsafe(stopped.set)

        self._wake = wake
        ticks = 0
        while not await self.on_tick(ticks):
            ticks += 1
            with suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), TICK_S)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """What uvicorn does, which waits a tenth of a second even where nothing is open."""
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        tasks = self.server_state.tasks
        try:
            async with asyncio.timeout(SHUTDOWN_S):
                # Nothing tells when the last of uvicorn's connections and tasks is gone.
                while (self.server_state.connections or tasks) and not self.force_exit:  # noqa: ASYNC110
                    await asyncio.sleep(GLANCE_S)
                for server in self.servers:
                    await server.wait_closed()
        except TimeoutError:
            for task in tasks:
                task.cancel()


class Server(PromptServer):
    """uvicorn's server, which can refuse new connections for a while."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        app = config.app
        limits = getattr(app, "limits", None) or WireLimits()
        hosts = getattr(app, "hosts", None) or Hosts()
        self.server_state = SharedState(self.refuse, limits, hosts)
        self._state_file: StateFile | None = getattr(app, "state_file", None)
        self._ports: set[int] = getattr(app, "ports", set())
        self._turning = asyncio.Lock()
        self._refusals = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._places: list[tuple[int, Any]] = []
        self._holders: list[socket.socket] = []

    async def refuse(self, passing: Callable[[], Awaitable[None]]) -> None:
        """Refuse new connections, from when this returns until `passing()` is done.

        Nothing listens in that time, so clients see ECONNREFUSED; open connections stay. If several
        overlap, the server listens again after the last one.
        """
        async with self._turning:
            if not self._refusals:
                self._shut()
            self._refusals += 1
        task = asyncio.create_task(self._open_after(passing))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and tell the application where."""
        await super().startup(sockets)
        for server in self.servers:
            self._ports.update(each.getsockname()[1] for each in server.sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, even while connections are refused; what is to be kept is, whatever ended it."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await super().shutdown(sockets)
        if self._state_file is not None:
            self._state_file.close()

    async def _open_after(self, passing: Callable[[], Awaitable[None]]) -> None:
        try:
            await passing()
        finally:
            async with self._turning:
                self._refusals -= 1
                if not self._refusals:
                    await self._open()

    def _shut(self) -> None:
        listening = [each for server in self.servers for each in server.sockets]
        self._places = [(each.family, each.getsockname()) for each in listening]
        for server in self.servers:
            server.close()
        # Sockets that don't listen keep the ports from other programs meanwhile.
        with suppress(OSError):
            self._holders = [_bound(*place) for place in self._places]

    async def _open(self) -> None:
        """Listen again, as soon as the port is free."""
        opened = False
        while not opened and not self.should_exit:
            opened = await self._listen_again()
        for holder in self._holders:
            holder.close()

    async def _listen_again(self) -> bool:
        listeners: list[socket.socket] = []
        try:
            listeners += (_bound(*place) for place in self._places)
            await self.startup(sockets=listeners)
        except OSError:
            for server in self.servers:
                server.close()
            for listener in listeners:
                listener.close()
            await asyncio.sleep(RETRY_S)
            return False
        return True


#: The event loop: uvloop if it is installed, or a given one.
Loop = Literal["auto", "asyncio", "uvloop"]


def make_server(app: Any, loop: Loop = "auto", *, date_header: bool = True) -> Server:
    """A uvicorn server for the application, quiet, with our protocol class.

    Without `date_header` responses have the Date that the application sets.
    """
    # Objects compiled at start live forever: without this every full collection visits all of them.
    gc.collect()
    gc.freeze()
    config = uvicorn.Config(
        app,
        http=DirectProtocol,
        ws="none",
        loop=loop,
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=date_header,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )
    return Server(config)


def base_url(listener: socket.socket) -> str:
    """The URL of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def running(app: Any, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve `app` in a thread for the length of a `with` block; yields the base URL."""
    listener = listen(host, port)
    with serving(make_server(app), listener):
        yield base_url(listener)


@contextmanager
def serving(server: Server, listener: socket.socket) -> Iterator[None]:
    """Run a server in a thread for the length of a `with` block."""
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        # The socket listens already: a client that connects early waits for the loop.
        yield
    finally:
        server.stop()
        thread.join()
        listener.close()
