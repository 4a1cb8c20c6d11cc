"""Error bodies say what was wrong, whether they are filled at once or step by step."""

from hypothesis import assume, given
from hypothesis import strategies as st

from emulator.http.messages import Json, Violation
from emulator.http.problems import problem
from emulator.mock.filling import Room, fill
from emulator.schema.generate.generator import Generator, Ungeneratable
from emulator.schema.locality import is_local
from emulator.schema.validators import compile_schemas
from tests.support.chance import words_of

TEXTS = st.sampled_from(
    [
        {"type": "string"},
        {"type": "string", "maxLength": 50},
        {"type": "string", "enum": ["bad", "worse"]},
        {"type": ["string", "null"], "minLength": 3},
        {"anyOf": [{"type": "string", "pattern": "^[a-z ]+$"}, {"type": "integer"}]},
        {"type": "integer", "minimum": 1, "maximum": 420},
        {"type": "integer"},
    ]
)
NAMES = ["message", "error_code", "title", "status", "detail", "field", "type", "code", "hint"]
ENTRIES = st.dictionaries(st.sampled_from([*NAMES, "pointer", "loc"]), TEXTS, max_size=4)


@st.composite
def error_schemas(draw: st.DrawFn) -> Json:
    """Schemas of error bodies, some of which tie their parts to each other."""
    properties: dict[str, Json] = draw(st.dictionaries(st.sampled_from(NAMES), TEXTS, max_size=5))
    entry = {"type": "object", "properties": draw(ENTRIES), "minProperties": 1}
    items = draw(st.sampled_from([entry, {"type": "string"}]))
    rows: Json = {"type": "array", "items": items, "minItems": 1}
    extra: Json = draw(st.sampled_from([{}, {"maxItems": 1}, {"uniqueItems": True}]))
    for name in draw(st.lists(st.sampled_from(["errors", "details"]), max_size=2)):
        properties[name] = {**rows, **extra}
    if draw(st.booleans()):
        properties["error"] = {"type": "object", "properties": dict(properties)}
    open_ = draw(st.booleans())
    schema = {"type": "object", "properties": properties, "additionalProperties": open_}
    tie = {"not": {"properties": {"message": {"minLength": 30}, "title": {"minLength": 30}}}}
    return draw(st.sampled_from([schema, {"allOf": [schema, tie]}]))


WRONG = (
    Violation("body", "/age", "minimum", "5 is less than the minimum of 18"),
    Violation("query", "/page", "type", '"x" is not of type "integer"'),
)


@given(error_schemas(), st.integers(0, 9), st.integers(0, 2))
def test_filled_at_once_like_step_by_step(schema: Json, seed: int, count: int) -> None:
    schemas = compile_schemas({"error": schema}, {})
    accepts = schemas.validator("error")
    try:
        base = Generator({}).generate(schema, words_of(seed))
    except Ungeneratable:
        assume(False)
    refusal = problem("body-invalid", "age: 5 is less than the minimum of 18", WRONG[:count])
    room = Room(accepts, local=is_local(schema, {}))
    at_once = fill(base, refusal, 422, room, valid=accepts(base))
    assert at_once == fill(base, refusal, 422, Room(accepts))
