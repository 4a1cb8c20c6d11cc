"""What will go out: a status, where its body comes from, and what happens beside it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias

import msgspec

from emulator.faults.base import Fault
from emulator.http.messages import AnyResponse, Headers, Json
from emulator.http.problems import Problem
from emulator.mock.responses import Generated, Refusal
from emulator.mock.state.store import Effect
from emulator.mock.stored import PreparedResponse
from emulator.openapi.document.model import MediaType, ResponseObject
from emulator.stubs.stub import Stub


class Composed(msgspec.Struct, frozen=True):
    """A body that a value is written for: a record that is remembered, or a list of them."""

    response: ResponseObject
    media_type: MediaType
    value: Json


#: Where the body of a response comes from; a response that is whole already is sent as it is.
Body: TypeAlias = PreparedResponse | Generated | Composed | Refusal | AnyResponse


class Continuation(msgspec.Struct, frozen=True):
    """The continuation of a response that waits for an external event.

    `handler` gives the next part. It is asked when the scope has changed, and at `at`, with the
    same request, a later snapshot and a later time. Nobody asks it once the client has left.
    """

    handler: "Callable[..., Plan | Problem | None]"
    at: datetime | None = None


_NOTHING: Mapping[str, Json] = MappingProxyType({})


class Plan(msgspec.Struct, frozen=True):
    """What will go out: a status, where its body comes from, and what happens beside it.

    `rule` is what chose it (preference, stub, replay, trigger, behaviour, resource, fixture,
    example, generated, refusal, fault, options), `source` how well founded its content is, and
    `chosen_by` the id of the stub or the name of the trigger. `headers` replace those of the
    response, and `mapping` is the stub itself.
    """

    status: int
    rule: str
    source: str
    body: Body
    variables: Mapping[str, Json] = _NOTHING
    headers: Headers = ()
    effects: tuple[Effect, ...] = ()
    faults: tuple[Fault, ...] = ()
    delay_ms: int = 0
    continuation: Continuation | None = None
    chosen_by: str = ""
    mapping: Stub | None = None

    @property
    def problem(self) -> Problem | None:
        """What is wrong with the request, where it is rejected."""
        return self.body.problem if isinstance(self.body, Refusal) else None

    @property
    def stored(self) -> PreparedResponse | None:
        """The stored response that is sent, if one is."""
        body = self.body.stored if isinstance(self.body, Refusal) else self.body
        return body if isinstance(body, PreparedResponse) else None

    @property
    def documented(self) -> ResponseObject | None:
        """The documented response that it claims to be."""
        body = self.body
        return None if isinstance(body, AnyResponse) else body.response
