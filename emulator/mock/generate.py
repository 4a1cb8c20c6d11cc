"""Generated responses of one API: bodies, refusals and headers, from its response schemas."""

import functools
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from emulator.http.messages import Event, Json
from emulator.openapi.document.model import Api, HeaderObject, MediaType, ResponseObject
from emulator.openapi.write.bodies import concrete, generate_body
from emulator.openapi.write.content import STEPS, relax
from emulator.schema.generate.generator import Generator, Ungeneratable

#: Headers that belong to HTTP itself; a generated value would break the message.
_FRAMING = frozenset(
    (
        *("connection", "content-encoding", "content-length", "date", "keep-alive", "te"),
        *("trailer", "transfer-encoding", "upgrade", "content-range"),
    )
)


@dataclass(frozen=True, slots=True)
class ResponseGenerator:
    """Generates what is not stored, for one API: values are valid by its response schemas."""

    api: Api
    generator: Generator
    #: For schemas that no value satisfies, by the keywords left out; made when first needed.
    relaxed: Callable[[frozenset[str]], Generator]

    def body(
        self, media_type: MediaType, rng: Random, change: Callable[[Json, str], Json] | None = None
    ) -> tuple[str, bytes | tuple[Event, ...]]:
        """The Content-Type and the body (or events) generated for a documented media type.

        `change` may alter each value drawn, knowing its schema's key. Raises Ungeneratable.
        """
        name = concrete(media_type.name)
        roots = self.api.responses.roots
        schema = roots[media_type.schema_key] if media_type.schema_key else None
        items = roots[media_type.item_key] if media_type.item_key else None

        def draw(wanted: Json) -> Json:
            key = self._key_of(wanted, media_type)
            value = self._draw(wanted, key, rng)
            return change(value, key) if change is not None and key is not None else value

        return name, generate_body(name, schema, items, draw, self.api.responses.definitions)

    def write(self, value: Json, media_type: str, response: ResponseObject) -> bytes:
        """A value as a body of a documented media type: the author's example of an XML response."""
        described = next((m for m in response.content if m.name == media_type), None)
        key = described.schema_key if described else None
        schema = self.api.responses.roots[key] if key else None
        definitions = self.api.responses.definitions
        body = generate_body(concrete(media_type), schema, None, lambda _: value, definitions)
        return body if isinstance(body, bytes) else b""

    def headers(self, response: ResponseObject, rng: Random) -> Iterator[tuple[str, str]]:
        """The documented headers of a response, with examples or drawn values."""
        for header in response.headers:
            if header.name.lower() not in _FRAMING:
                value = self._header(header, rng)
                if value is not None:
                    yield header.name.lower(), value

    def _draw(self, schema: Json, key: str | None, rng: Random) -> Json:
        """A valid value; where a document asks for the impossible, one that comes near it."""
        try:
            return self.generator.generate(schema, rng, is_valid=self._is_valid(key))
        except Ungeneratable:
            return self._draw_near(schema, rng)

    def _draw_near(self, schema: Json, rng: Random) -> Json:
        for without in STEPS[:-1]:
            with suppress(Ungeneratable):
                return self.relaxed(without).generate(relax(schema, without), rng)
        return self.relaxed(STEPS[-1]).generate(relax(schema, STEPS[-1]), rng)

    def _header(self, header: HeaderObject, rng: Random) -> str | None:
        key = header.schema_key
        for example in header.examples:
            if key is None or self.api.responses.is_valid(key, example):
                return _header_text(example)
        if key is None:
            return "value" if header.required else None
        try:
            schema = self.api.responses.roots[key]
            return _header_text(self.generator.generate(schema, rng, is_valid=self._is_valid(key)))
        except Ungeneratable:
            return None

    def _key_of(self, schema: Json, media_type: MediaType) -> str | None:
        roots = self.api.responses.roots
        for key in (media_type.schema_key, media_type.item_key):
            if key is not None and roots[key] is schema:
                return key
        return None

    def accepts(self, key: str | None, value: Json) -> bool:
        """Whether the schema with this key accepts a value; no schema accepts all."""
        return key is None or self.api.responses.is_valid(key, value)

    def _is_valid(self, key: str | None) -> Callable[[Json], bool] | None:
        if key is None:
            return None
        return lambda value: self.api.responses.is_valid(key, value)


def response_generator(api: Api) -> ResponseGenerator:
    """The generator of an API's responses."""
    definitions = api.responses.definitions

    @functools.cache
    def relaxed(without: frozenset[str]) -> Generator:
        return Generator({name: relax(schema, without) for name, schema in definitions.items()})

    return ResponseGenerator(api, Generator(definitions), relaxed)


def _header_text(value: Json) -> str:
    """A value as style `simple` writes it in a header (OpenAPI 3.1, 4.8.12.4), on one line."""
    if isinstance(value, list):
        text = ",".join(map(_scalar, value))
    elif isinstance(value, dict):
        text = ",".join(f"{name},{_scalar(member)}" for name, member in value.items())
    else:
        text = _scalar(value)
    return " ".join(text.split()) if any(char in text for char in "\r\n\0") else text


def _scalar(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
