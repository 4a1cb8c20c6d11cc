"""Generated responses of one API: bodies, refusals and headers, from its response schemas."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, TypeAlias, TypeVar

from emulator.http.messages import Event, Json
from emulator.mock.relations.limits import LimitFields, count_down, limit_fields
from emulator.openapi.document.model import Api, HeaderObject, MediaType, ResponseObject
from emulator.openapi.write.bodies import BodyWriter, compile_body, concrete, generate_body
from emulator.openapi.write.content import whole
from emulator.openapi.write.headers import as_written, header_texts
from emulator.schema.draws import Word, random_words
from emulator.schema.generate.around import Taken
from emulator.schema.generate.generator import Generator, Ungeneratable

#: Headers that belong to HTTP itself; a generated value would break the message.
_FRAMING = frozenset(
    (
        *("connection", "content-encoding", "content-length", "date", "keep-alive", "te"),
        *("trailer", "transfer-encoding", "upgrade", "content-range"),
    )
)


S = TypeVar("S")
T = TypeVar("T")

#: Says whether a value drawn is valid by its schema; None where it comes near at best.
Judge: TypeAlias = Callable[[Json], bool] | None

#: Alters a value drawn, knowing its schema's key and what judges it.
Change: TypeAlias = Callable[[Json, str, Judge], Json]


class Around(NamedTuple):
    """What a value takes all it can from; `completed` makes it valid, or gives None."""

    given: Json
    completed: Callable[[Json, Taken, Callable[[Json], bool]], Json]


#: Of schemas that a document doesn't name.
_NO_KEY = (None, None)


class _Header(NamedTuple):
    """A documented header: its name in lower case, and its fields or what draws them."""

    name: str
    values: tuple[str, ...]
    draw: Callable[[Word], tuple[str, ...]] | None


class _Headers(NamedTuple):
    """The documented headers of a response, and the rate limits that they tell."""

    headers: tuple[_Header, ...]
    limits: tuple[LimitFields, ...]


class _Body(NamedTuple):
    """How to write bodies of one media type: its name as sent, and by id of schema, its key."""

    name: str
    write: BodyWriter
    keys: Mapping[int, tuple[str, Callable[[Json], bool]]]


@dataclass(frozen=True, slots=True)
class ResponseGenerator:
    """Generates what is not stored, for one API: values are valid by its response schemas."""

    api: Api
    generator: Generator
    #: Media types of which a body could only be drawn that comes near to their schema, by id.
    strayed: dict[int, MediaType] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _kept: dict[Any, tuple[object, Any]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def body(
        self,
        media_type: MediaType,
        word: Word,
        change: Change | None = None,
        around: Around | None = None,
    ) -> tuple[str, bytes | tuple[Event, ...]]:
        """The Content-Type and the body (or events) generated for a documented media type.

        `change` may alter each value drawn, where none could be made `around` another. Raises
        Ungeneratable.
        """
        body = self.kept(media_type, ResponseGenerator._compiled)

        def draw(wanted: Json) -> Json:
            key, is_valid = body.keys.get(id(wanted), _NO_KEY)
            if around is not None and is_valid is not None:
                taken = Taken()
                value = self.generator.around(wanted, word, around.given, taken)
                if value is not None:
                    value = around.completed(value, taken, is_valid)
                if value is not None:
                    return value
            try:
                value = self.generator.generate(wanted, word, is_valid=is_valid)
            except Ungeneratable:
                value, is_valid = self.generator.near(wanted, word), None
                self.strayed[id(media_type)] = media_type
            return value if change is None or key is None else change(value, key, is_valid)

        return body.name, body.write(draw)

    def _compiled(self, media_type: MediaType) -> _Body:
        responses = self.api.responses
        roots, name = responses.roots, concrete(media_type.name)
        schema = roots[media_type.schema_key] if media_type.schema_key else None
        items = roots[media_type.item_key] if media_type.item_key else None
        keys = [key for key in (media_type.item_key, media_type.schema_key) if key is not None]
        return _Body(
            name,
            compile_body(name, schema, items, responses.definitions),
            {id(roots[key]): (key, self._judge(media_type, key)) for key in keys},
        )

    def _judge(self, media_type: MediaType, key: str) -> Callable[[Json], bool]:
        """Whether a value drawn is valid, or is by the branch that its discriminator names.

        Where branches overlap, no value of one alone is valid, and that of two is nobody's.
        """
        is_valid, schema = self.api.responses.validator(key), self.api.responses.roots[key]

        def fits(value: Json) -> bool:
            if is_valid(value):
                return True
            if not self.generator.is_by_name(schema, value):
                return False
            self.strayed[id(media_type)] = media_type
            return True

        return fits

    def describes(self, media_type: MediaType) -> bool:
        """Whether bodies of a JSON type are values of its schema, and one can be drawn."""
        key, body = media_type.schema_key, self.kept(media_type, ResponseGenerator._compiled)
        if key is None or id(whole(self.api.responses.roots[key])) not in body.keys:
            return False
        with suppress(Ungeneratable):
            self.body(media_type, random_words(b""))
            return True
        return False

    def write(self, value: Json, media_type: str, response: ResponseObject) -> bytes:
        """A value as a body of a documented media type: the author's example of an XML response."""
        described = next((m for m in response.content if m.name == media_type), None)
        key = described.schema_key if described else None
        # Where nothing describes the whole, a list is the rows or lines of a sequence, and what is
        # no text was not meant as octets.
        schema = self.api.responses.roots[key] if key else None
        if schema in (None, True, {}) and not isinstance(value, str):
            schema = {"type": "array"} if isinstance(value, list) else {"enum": [value]}
        definitions = self.api.responses.definitions
        body = generate_body(concrete(media_type), schema, None, lambda _: value, definitions)
        return body if isinstance(body, bytes) else b""

    def headers(
        self, response: ResponseObject, chance: Callable[[], Word], requests: int = 0
    ) -> Iterator[tuple[str, str]]:
        """The documented headers of a response, with examples or drawn values.

        There were so many `requests` before, of which its rate limits speak.
        """
        documented = self.kept(response, ResponseGenerator._compiled_headers)
        if documented.limits:
            fields = tuple(self._fields(documented, chance))
            values = dict(fields)
            count_down(values, documented.limits, requests)
            told = {name for limit in documented.limits for name in limit if name}
            yield from ((name, values[name] if name in told else each) for name, each in fields)
        else:
            yield from self._fields(documented, chance)

    def _fields(
        self, documented: _Headers, chance: Callable[[], Word]
    ) -> Iterator[tuple[str, str]]:
        word: Word | None = None
        for name, ready, draw in documented.headers:
            values = ready
            if draw is not None:
                word = word or chance()
                values = draw(word)
            for value in values:
                yield name, value

    def kept(self, subject: S, make: Callable[["ResponseGenerator", S], T]) -> T:
        """What is made of a part of the document, once, when it is first asked for."""
        known = self._kept.get((id(subject), make))
        if known is None:
            # The subject is kept beside it, so that its id stays its own.
            known = self._kept[id(subject), make] = subject, make(self, subject)
        made: T = known[1]
        return made

    def _compiled_headers(self, response: ResponseObject) -> _Headers:
        headers = tuple(map(self._header, response.headers))
        return _Headers(headers, limit_fields({each.name for each in headers}))

    def _header(self, header: HeaderObject) -> _Header:
        name, key = header.name.lower(), header.schema_key
        if name in _FRAMING:
            return _Header(name, (), None)
        roots, definitions = self.api.responses.roots, self.api.responses.definitions
        described = None if key is None else roots[key]
        write = partial(header_texts, header, described, definitions)
        for example in header.examples:
            if example.content is None:
                if self.accepts(key, example.value):
                    return _Header(name, write(example.value), None)
                continue
            written = as_written(header, described, definitions, example.content)
            if written is not None and self.accepts(key, written[1]):
                return _Header(name, (written[0],), None)
        if key is None:
            return _Header(name, ("value",) if header.required else (), None)
        schema, is_valid = roots[key], self.api.responses.validator(key)

        def draw(word: Word) -> tuple[str, ...]:
            try:
                return write(self.generator.generate(schema, word, is_valid=is_valid))
            except Ungeneratable:
                return ()

        return _Header(name, (), draw)

    def accepts(self, key: str | None, value: Json) -> bool:
        """Whether the schema with this key accepts a value; no schema accepts all."""
        return key is None or self.api.responses.is_valid(key, value)


def response_generator(api: Api) -> ResponseGenerator:
    """The generator of an API's responses."""
    return ResponseGenerator(api, Generator(api.responses.definitions))
