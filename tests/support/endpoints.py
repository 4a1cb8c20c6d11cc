"""Endpoints to compare with: the emulator itself, with one thing changed on the way out."""

import functools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from emulator.cli.main import command
from emulator.mock.assemble import Assembly, assemble
from emulator.mock.specs import load_api
from emulator.openapi.document.model import Api
from emulator.openapi.security.credentials import DEVELOPMENT_CREDENTIAL
from emulator.server.app import create_app
from emulator.server.uvicorn import running
from emulator.settings import Settings

PETS = Path(__file__).with_name("endpoints.yaml")
AUTH = ("--auth", f"key={DEVELOPMENT_CREDENTIAL}")


@dataclass(frozen=True)
class Answer:
    """What the emulator said, and to what; `number` counts the requests, from 0."""

    target: str
    number: int
    status: int
    headers: dict[str, str]
    value: Any


Change = Callable[[Answer], Answer]


class Changed:
    """An ASGI application whose answers are changed; remembers what it was asked."""

    def __init__(self, app: ASGIApp, change: Change) -> None:
        self.app, self.change = app, change
        self.asked: list[tuple[str, dict[str, str]]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        target = f"{scope['method']} {scope['path']}"
        self.asked.append((target, {k.decode(): v.decode() for k, v in scope["headers"]}))
        number, messages = len(self.asked) - 1, []

        async def collect(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, collect)
        headers = {k.decode(): v.decode() for k, v in messages[0]["headers"]}
        body = b"".join(message.get("body", b"") for message in messages[1:])
        value = json.loads(body) if "json" in headers.get("content-type", "") else None
        given = Answer(target, number, messages[0]["status"], headers, value)
        changed = self.change(given)
        if changed is not given:
            body = json.dumps(changed.value).encode()
        fields = {k: v for k, v in changed.headers.items() if k != "content-length"}
        fields["content-length"] = str(len(body))
        raw = [(k.encode(), v.encode()) for k, v in fields.items()]
        await send({"type": "http.response.start", "status": changed.status, "headers": raw})
        await send({"type": "http.response.body", "body": body})


def unchanged(answer: Answer) -> Answer:
    return answer


@functools.cache
def pets_api() -> Api:
    """The document of the pets."""
    return load_api(str(PETS), Settings())


@functools.cache
def assembled() -> Assembly:
    return assemble(Settings(specs=(str(PETS),), auth="known"))


@contextmanager
def endpoint(change: Change = unchanged, **settings: Any) -> Iterator[tuple[str, Changed]]:
    """The base URL of the pets' emulator with changed answers, and the application."""
    made = Settings(specs=(str(PETS),), auth="known", **settings)
    app = Changed(create_app(made, assembled()), change)
    with running(app) as url:
        yield url, app


def run(spec: object, url: str, *arguments: str) -> Result:
    """The command, run in this process."""
    line = ["compare", str(spec), "--against", url, *arguments]
    return CliRunner().invoke(command, line, catch_exceptions=False)


def differences(path: Path, change: Change, *arguments: str) -> tuple[list[dict[str, Any]], int]:
    """The differences from an emulator with changed answers, and the exit code."""
    file = path / "report.json"
    with endpoint(change) as (url, _):
        done = run(PETS, url, *AUTH, "--allow-writes", "--json", str(file), *arguments)
    found: list[dict[str, Any]] = json.loads(file.read_text())["differences"]
    return found, done.exit_code


def when(target: str, given: int, **changes: Any) -> Change:
    """Changes answers with the status `given` to requests of this target, or below it.

    Functions are of the old value.
    """

    def change(answer: Answer) -> Answer:
        meant = (
            answer.target.startswith(target) if target.endswith("/") else answer.target == target
        )
        if not meant or answer.status != given:
            return answer
        made = {k: new(getattr(answer, k)) if callable(new) else new for k, new in changes.items()}
        return replace(answer, **made)

    return change
