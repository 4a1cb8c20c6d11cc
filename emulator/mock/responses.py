"""Every response that an operation can give, put in order once, at start."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from emulator.fixtures.load import Fixtures
from emulator.fixtures.responses import StoredResponse
from emulator.fixtures.triggers import TriggerIndex, index_triggers
from emulator.http.media_types import best_match
from emulator.http.problems import Problem, problem
from emulator.mock.pairs import Pair, compile_pairs
from emulator.mock.stored import PreparedResponse, prepare_examples, prepare_fixture
from emulator.openapi.document.model import Api, MediaType, Operation, ResponseObject, is_interim


@dataclass(frozen=True, slots=True)
class Generated:
    """A body to generate from a documented media type's schema; none where that is None."""

    response: ResponseObject | None = None
    media_type: MediaType | None = None


@dataclass(frozen=True, slots=True)
class ResponseOptions:
    """One documented response: what is stored for it, by media type, best first.

    `offered` are the media types in the order of preference where the client has none.
    """

    response: ResponseObject
    offered: tuple[str, ...]
    stored: Mapping[str | None, tuple[PreparedResponse, ...]]

    def best(self, media_type: str | None) -> PreparedResponse | None:
        """The first valid one for a media type, or one without a body."""
        candidates = (*self.stored.get(media_type, ()), *self.stored.get(None, ()))
        return next((stored for stored in candidates if stored.valid), None)

    def named(self, name: str) -> PreparedResponse | None:
        """The stored response with this name, whatever its media type."""
        return next(
            (s for each in self.stored.values() for s in each if s.fixture.name == name), None
        )

    def media_type(self, name: str | None) -> MediaType | None:
        """The documented media type object with this name."""
        return next((m for m in self.response.content if m.name == name), None)


class Refusal(msgspec.Struct, frozen=True):
    """A problem with the request, in the words of a fixture or the shape that `options` document.

    Where there is neither, it is sent as problem details (RFC 9457).
    """

    problem: Problem
    options: ResponseOptions | None = None
    stored: PreparedResponse | None = None

    @property
    def response(self) -> ResponseObject | None:
        """The documented response that describes it."""
        return self.options.response if self.options else None


@dataclass(frozen=True, slots=True)
class Responses:
    """One operation's responses: by response key, by fixture id, and its triggers, if any.

    The default status is 0 where the document has interim responses (1xx) only.
    """

    default_status: int
    by_key: Mapping[str, ResponseOptions]
    by_id: Mapping[str, PreparedResponse]
    triggers: TriggerIndex | None
    strict_accept: bool = False
    pairs: tuple[Pair, ...] = ()

    @property
    def documented(self) -> tuple[str, ...]:
        """The keys of the responses that the author described."""
        return tuple(key for key, each in self.by_key.items() if not each.response.augmented)

    def for_status(self, status: int) -> ResponseOptions | None:
        """What documents `status`: its own number, then its range, then `default`."""
        by_key = self.by_key
        return by_key.get(str(status)) or by_key.get(f"{status // 100}XX") or by_key.get("default")

    def select(
        self, status: int, accept: str | None, *, dynamic: bool = False
    ) -> PreparedResponse | Generated | Problem:
        """The best there is for a status and an Accept header: fixture, example, generated.

        With `dynamic` it is generated. A Problem says that the client accepts no media type.
        """
        if not status:
            detail = "the document has no final response for this operation, only interim ones"
            return problem("response-not-generated", detail)
        options = self.for_status(status)
        if options is None:
            return Generated()
        media_type = best_match(options.offered, accept)
        if media_type is None and options.offered:
            if self.strict_accept:
                offered = ", ".join(options.offered)
                return problem("not-acceptable", f"this operation answers with {offered}")
            # RFC 9110, 12.4.1 lets a server disregard Accept.
            media_type = options.offered[0]
        stored = None if dynamic else options.best(media_type)
        return stored or Generated(options.response, options.media_type(media_type))

    def status_of(self, stored: PreparedResponse, wanted: int | None = None) -> int:
        """The status a stored response is sent with; `wanted` where it is for several."""
        return stored.fixture.status or wanted or self._first_status(stored.fixture.key)

    def _first_status(self, key: str) -> int:
        """The first status that the response with this key is for; of `default` the first error.

        It is for the default status where that has no other response.
        """
        if key.isdigit():
            return int(key)
        if key == "default" and self.for_status(self.default_status) is self.by_key.get(key):
            return self.default_status
        low, high = (400, 600) if key == "default" else (int(key[0]) * 100, int(key[0]) * 100 + 100)
        options = self.by_key.get(key)
        fitting = (status for status in range(low, high) if self.for_status(status) is options)
        return next(fitting, low)


def compile_responses(
    api: Api, operation: Operation, fixtures: Fixtures, *, strict_accept: bool = False
) -> Responses:
    """The responses of one operation: its fixtures, then its document's examples.

    `strict_accept` refuses requests that accept none of the documented media types.
    """
    stored_responses = fixtures.responses.get(operation.id, ())
    by_id: dict[str, PreparedResponse] = {}
    by_key = {}
    for key, response in operation.responses.items():
        if is_interim(key):
            continue
        own = [fixture for fixture in stored_responses if fixture.key == key]
        stored = [prepare_fixture(api, f, response) for f in _default_first(own)]
        for each in stored:
            by_id.setdefault(each.fixture.id, each)
        stored += prepare_examples(api, operation, response)
        stored.sort(key=lambda each: each.fixture.yields)
        by_key[key] = _by_media_type(response, stored)
    triggers = [trigger for trigger in fixtures.triggers if trigger.operation == operation.id]
    status = default_status(operation)
    index = index_triggers(triggers) if triggers else None
    named = {s.fixture.name for o in by_key.values() for each in o.stored.values() for s in each}
    pairs = compile_pairs(operation, named)
    return Responses(status, by_key, by_id, index, strict_accept, pairs)


def default_status(operation: Operation) -> int:
    """The status where nothing else is preferred: the lowest documented 2xx; 0 if there is none."""
    statuses = operation.statuses
    for success in statuses:
        if 200 <= success < 300:
            return success
    catch_all = operation.responses.get("default")
    documents_success = catch_all is not None and not catch_all.augmented
    if "2XX" in operation.responses or documents_success:
        return 200
    if not statuses:
        return 0 if any(map(is_interim, operation.responses)) else 200
    return next((status for status in statuses if 300 <= status < 400), statuses[0])


def _default_first(fixtures: Iterable[StoredResponse]) -> list[StoredResponse]:
    return sorted(fixtures, key=lambda fixture: (fixture.name != "default", fixture.name))


def _by_media_type(response: ResponseObject, stored: Iterable[PreparedResponse]) -> ResponseOptions:
    by_media_type: dict[str | None, list[PreparedResponse]] = {}
    for each in stored:
        by_media_type.setdefault(each.media_type, []).append(each)
    documented = [media_type.name for media_type in response.content]
    kept = [n for n, each in by_media_type.items() if n and any(s.rule == "fixture" for s in each)]
    offered = dict.fromkeys([*(name for name in documented if name in kept), *documented, *kept])
    return ResponseOptions(
        response, tuple(offered), {name: tuple(each) for name, each in by_media_type.items()}
    )
