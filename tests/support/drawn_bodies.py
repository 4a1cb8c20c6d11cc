"""Bodies drawn for a schema of a pet, the same each time."""

from emulator.http.messages import Event, Json
from emulator.openapi.write.bodies import generate_body
from emulator.schema.generate.generator import Generator
from tests.support.chance import words_of

TEXT = {"type": "string"}
BINARY = {"type": "string", "format": "binary"}
PET = {
    "type": "object",
    "properties": {"id": {"type": "integer"}, "name": {"enum": ["Rex"]}, "tags": {"const": ["a"]}},
    "required": ["id", "name", "tags"],
}
PETS = {"type": "array", "items": {"$ref": "#/$defs/Pet"}}
DEFINITIONS = {"Pet": PET, "Text": TEXT}


def generated(
    media_type: str, schema: Json | None = None, items: Json | None = None
) -> bytes | tuple[Event, ...]:
    generator, word = Generator(DEFINITIONS), words_of(7)
    return generate_body(
        media_type, schema, items, lambda each: generator.generate(each, word), DEFINITIONS
    )


def body(media_type: str, schema: Json | None = None, items: Json | None = None) -> bytes:
    octets = generated(media_type, schema, items)
    assert isinstance(octets, bytes)
    return octets


def stream(schema: Json | None = None, items: Json | None = None) -> tuple[Event, ...]:
    events = generated("text/event-stream", schema, items)
    assert isinstance(events, tuple)
    return events
