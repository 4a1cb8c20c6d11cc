"""What one request costs in functions, modules, rooms and objects.

    make trace
    make trace ARGS=--functions     # and every function by name, in the order of its first call

Four requests travel the whole way through the ASGI application in this process, each once to warm
up and once to be counted. Only what runs on behalf of the request itself is counted, not what the
script asks the control plane or answers as a reviewer meanwhile:

- a call is a Python function of `emulator` that begins to run. Methods, lambdas, generators and
  coroutines count; a generator or coroutine that goes on doesn't, nor does a comprehension or a
  method that `dataclass` or `NamedTuple` has written;
- a room is the first name below `emulator`; a crossing is a call from a function of one room to
  a function of another, whatever foreign code lies between;
- an object is an instance of a class of `emulator`, by the class that was called. Members of
  enumerations and named tuples made by `_make` or `_replace` don't count.
"""

import argparse
import asyncio
import enum
import gc
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any, is_typeddict

from emulator.server.app import create_app
from emulator.settings import Settings

Json = Any
Message = dict[str, Any]
App = Callable[..., Any]

NOW = datetime(2026, 4, 28, 14, 30, tzinfo=UTC)
DOCUMENT = """
openapi: 3.1.0
info: {title: Pets, version: "1"}
paths:
  /pets/{id}:
    get:
      operationId: getPet
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}}
        - {name: fields, in: query, schema: {type: array, items: {type: string}}}
      responses:
        "200":
          description: A pet.
          content:
            application/json:
              schema: {type: object, properties: {id: {type: integer}, name: {type: string}}}
              example: {id: 7, name: Rex}
"""


@dataclass
class Count:
    """What one request called and made."""

    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    objects: Counter[type] = field(default_factory=Counter)
    crossings: int = 0


#: Counts for whom this runs; tasks inherit it from the one that starts them.
counting: ContextVar[Count | None] = ContextVar("counting", default=None)


def on_event(frame: FrameType, event: str, _: object) -> None:
    """Count one event of `sys.setprofile`."""
    count = counting.get()
    if count is None or event != "call" or not is_own(frame) or goes_on(frame):
        return
    module, name = module_of(frame), frame.f_code.co_qualname
    if name.rpartition(".")[2] in ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"):
        return
    count.calls[module, name] += 1
    caller = frame.f_back
    while caller is not None and not is_own(caller):
        caller = caller.f_back
    count.crossings += caller is not None and room_of(module_of(caller)) != room_of(module)


def module_of(frame: FrameType) -> str:
    """The dotted name of the module that a frame's function is from."""
    return str(frame.f_globals.get("__name__", ""))


def room_of(module: str) -> str:
    """The first name below `emulator`."""
    return module.split(".")[1]


def is_own(frame: FrameType) -> bool:
    """Whether code that somebody wrote in `emulator` runs in this frame."""
    return module_of(frame).startswith("emulator.") and frame.f_code.co_filename.endswith(".py")


def goes_on(frame: FrameType) -> bool:
    """Whether a generator or coroutine goes on: RESUME's argument is 0 at a function's start."""
    return frame.f_code.co_code[frame.f_lasti + 1] & 3 != 0


def count_objects() -> None:
    """Have every class of `emulator` count the instances it makes, from now on."""
    classes = [each for each in gc.get_objects() if isinstance(each, type) and is_counted(each)]
    wrapped: set[type] = set()
    for class_ in sorted(classes, key=lambda each: len(each.__mro__)):
        inherits = not wrapped.isdisjoint(class_.__mro__)
        if not inherits:
            wrapped.add(class_)
            setattr(class_, "__new__", counted(class_.__new__))  # noqa: B010  # any class's
        elif "__new__" in vars(class_):
            sys.exit(f"{class_.__name__} would be counted twice")


def is_counted(class_: type) -> bool:
    """Whether instances of this class are counted."""
    own = str(class_.__module__).startswith("emulator.")
    return own and not issubclass(class_, enum.Enum) and not is_typeddict(class_)


def counted(original: Callable[..., Any]) -> Callable[..., Any]:
    """A class's `__new__`, with a count of what it makes."""

    def new(class_: type, *args: object, **fields: object) -> object:
        count = counting.get()
        if count is not None:
            count.objects[class_] += 1
        if original is object.__new__:
            return original(class_)
        return original(class_, *args, **fields)

    return new


@dataclass(frozen=True)
class Sent:
    """One request, and what is to be done first that it may be answered as it should be."""

    title: str
    method: str
    path: str
    body: Json = None
    #: What is posted to the control plane first.
    before: tuple[tuple[str, Json], ...] = ()
    #: What a reviewer answers where the response waits for one.
    verdict: Json = None


SLACK = {"channel": "C0123456789", "text": "Deployed to production"}
RUN = {"arguments": {"table": "drafts", "limit": 3}, "conversation_id": "c", "message_id": "m"}
STUBBED = {"jsonBody": {"id": 9, "name": "Tom"}}
REQUESTS = (
    Sent("GET, answered with the document's example", "GET", "/pets/7"),
    Sent(
        "Composio: execute a tool",
        "POST",
        "/api/v3.1/tools/execute/SLACK_SEND_MESSAGE",
        {"user_id": "user_1", "version": "20251001_00", "arguments": SLACK},
    ),
    Sent(
        "AgentFlow: a stream that waits for an approval",
        "POST",
        "/api/v1/agent/agent_clerk/tools/delete_records/run",
        {**RUN, "stream": True},
        verdict={"status": "approved"},
    ),
    Sent(
        "a stub with a fault",
        "GET",
        "/pets/9",
        before=(
            ("/__admin/mappings", {"request": {"urlPath": "/pets/9"}, "response": STUBBED}),
            ("/__admin/faults", {"fault": "malformed-json"}),
        ),
    ),
)


async def send(app: App, sent: Sent, count: Count | None = None) -> tuple[Message, bytes]:
    """Send one request; how its response starts, and its whole body."""
    messages: asyncio.Queue[Message | None] = asyncio.Queue()
    content = b"" if sent.body is None else json.dumps(sent.body).encode()
    parts = [{"type": "http.request", "body": content, "more_body": False}]

    async def receive() -> Message:
        if not parts:
            await asyncio.Event().wait()  # the client stays
        return parts.pop()

    async def run() -> None:
        try:
            await app(scope_of(sent, len(content)), receive, messages.put)
        finally:
            await messages.put(None)

    token = counting.set(count)
    task = asyncio.create_task(run())
    counting.reset(token)
    start, body = await messages.get(), b""
    while (message := await messages.get()) is not None:
        body += message["body"]
        if b"approval_required" in message["body"]:
            await review(app, sent.verdict)
    await task
    assert start is not None
    return start, body


async def review(app: App, verdict: Json) -> None:
    """Answer the approval that was asked for last, as a reviewer does."""
    _, found = await send(app, Sent("", "GET", "/api/v1/approvals/pending"))
    id_ = json.loads(found)["approvals"][-1]["id"]
    await send(app, Sent("", "POST", f"/api/v1/approvals/{id_}/respond", verdict))


def scope_of(sent: Sent, length: int) -> Message:
    """What a server says of a request with a JSON body of this length."""
    fields = {"host": "localhost", "authorization": "Bearer token", "x-api-key": "ak_trace"}
    fields |= {"content-type": "application/json", "content-length": str(length)}
    return {
        "type": "http",
        "method": sent.method,
        "path": sent.path,
        "raw_path": sent.path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in fields.items()],
        "client": ("127.0.0.1", 50000),
    }


async def trace(app: App, sent: Sent) -> tuple[Count, str]:
    """Count one request, after one like it; also what answered it."""
    for path, body in sent.before:
        await send(app, Sent("", "POST", path, body))
    await send(app, sent)
    count = Count()
    sys.setprofile(on_event)
    try:
        start, _ = await send(app, sent, count)
    finally:
        sys.setprofile(None)
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    given = [
        f"{name} {headers[f'emulator-{name}']}"
        for name in ("rule", "source", "fault")
        if f"emulator-{name}" in headers
    ]
    await send(app, Sent("", "POST", "/__admin/reset"))
    return count, ", ".join([str(start["status"]), *given])


def show(title: str, answer: str, count: Count, *, functions: bool) -> None:
    """Print what one request cost."""
    modules = Counter[str]()
    for (module, _), calls in count.calls.items():
        modules[module] += calls
    rooms = Counter[str]()
    for module, calls in modules.items():
        rooms[room_of(module)] += calls
    print(f"{title} ({answer})")
    print(
        f"  {count.calls.total()} calls of {len(count.calls)} functions in {len(modules)} modules"
    )
    print(f"  {len(rooms)} rooms, {count.crossings} crossings: {listed(rooms.most_common())}")
    made = [(class_.__name__, number) for class_, number in count.objects.most_common()]
    print(f"  {count.objects.total()} objects of {len(made)} types: {listed(made)}")
    if functions:
        for (module, name), calls in count.calls.items():
            print(f"    {calls:>4}  {module}.{name}")
    print()


def listed(counts: Iterable[tuple[str, int]]) -> str:
    """Names, with how often where that is more than once."""
    return ", ".join(f"{name} {count}" if count > 1 else name for name, count in counts)


def main() -> None:
    """Trace the four requests."""
    parser = argparse.ArgumentParser(description="What one request costs.")
    parser.add_argument("--functions", action="store_true", help="List every function called.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder, "pets.yaml")
        document.write_text(DOCUMENT)
        app = create_app(Settings(specs=("composio", "agentflow", str(document)), now=NOW))
    count_objects()
    for sent in REQUESTS:
        count, answer = asyncio.run(trace(app, sent))
        show(sent.title, answer, count, functions=options.functions)


if __name__ == "__main__":
    main()
