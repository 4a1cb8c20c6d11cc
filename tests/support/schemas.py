"""A hypothesis strategy for schemas: every keyword the generator knows, in any company."""

import string

from hypothesis import strategies as st

from emulator.http.messages import Json

DEFINED = ("One", "Two", "a/b~c d")
NAMES = ("id", "name", "kind", "created_at", "price", "tags", "x")
PATTERNS = (
    "^[a-z]{2,8}$",
    "^[A-Z]{2}-\\d{3}$",
    "^(?:red|green|blue)$",
    "foo",
    "^\\S+@\\S+$",
    "^(?=.*\\d)[a-z\\d]{3,12}$",
    "^#?[0-9a-f]+$",
)
#: Formats on whose meaning both validators agree, in `not` as well.
FORMATS = ("date-time", "date", "email", "ipv4", "ipv6", "uuid", "byte", "something-else")
TYPES = ("string", "integer", "number", "boolean", "null", "object", "array")

small = st.integers(0, 4)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-20, 20)
    | st.sampled_from((0.5, -1.25, 19.99))
    | st.text(string.ascii_lowercase, max_size=6),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=2)
    ),
    max_leaves=4,
)


def some(**keywords: st.SearchStrategy[Json]) -> st.SearchStrategy[dict[str, Json]]:
    return st.fixed_dictionaries({}, optional=keywords)


strings = some(
    type=st.just("string"),
    format=st.sampled_from(FORMATS),
    minLength=small,
    maxLength=st.integers(3, 90),
) | some(
    type=st.just("string"),
    pattern=st.sampled_from(PATTERNS),
    minLength=small,
    maxLength=st.integers(6, 30),
)
numbers = some(
    type=st.sampled_from(("integer", "number")),
    minimum=st.integers(-50, 10) | st.sampled_from((0.5, -0.25)),
    maximum=st.integers(11, 2**40) | st.sampled_from((99.5, 1e12)),
    exclusiveMinimum=st.integers(-50, 10),
    exclusiveMaximum=st.integers(12, 5000),
    multipleOf=st.sampled_from((1, 2, 5, 0.5, 0.01, 0.25)),
    format=st.sampled_from(("int32", "int64", "float", "double")),
)
plain = (
    strings
    | numbers
    | some(enum=st.lists(values, min_size=1, max_size=4, unique_by=repr))
    | some(const=values)
    | some(type=st.lists(st.sampled_from(TYPES), min_size=1, max_size=3, unique=True))
    | some(
        type=st.sampled_from(TYPES),
        examples=st.lists(values, max_size=2),
        default=values,
        title=st.just("A title"),
    )
    | st.booleans()
)


def arrays(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    return some(
        type=st.just("array"),
        items=inner,
        prefixItems=st.lists(inner, min_size=1, max_size=2),
        minItems=st.integers(0, 3),
        maxItems=st.integers(3, 6),
        uniqueItems=st.booleans(),
        unevaluatedItems=st.booleans(),
    ) | some(
        type=st.just("array"),
        items=inner,
        contains=inner,
        minContains=st.integers(0, 2),
        maxContains=st.integers(2, 4),
    )


def objects(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    names = st.sampled_from(NAMES)
    some_names = st.lists(names, max_size=3, unique=True)
    return some(
        type=st.just("object"),
        properties=st.dictionaries(names, inner, max_size=4),
        required=some_names,
        additionalProperties=inner,
        minProperties=st.integers(0, 3),
        maxProperties=st.integers(3, 6),
    ) | some(
        type=st.just("object"),
        properties=st.dictionaries(names, inner, max_size=3),
        required=some_names,
        patternProperties=st.dictionaries(st.sampled_from(("^x-", "_at$")), inner, max_size=2),
        propertyNames=st.sampled_from(({"maxLength": 12}, {"pattern": "^[a-z_-]+$"})),
        dependentRequired=st.dictionaries(names, some_names, max_size=2),
        dependentSchemas=st.dictionaries(names, inner, max_size=1),
        unevaluatedProperties=st.booleans(),
    )


def combined(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    several = st.lists(inner, min_size=1, max_size=3)
    parts = some(
        allOf=several,
        anyOf=several,
        oneOf=several,
        title=st.just("A title"),
    )
    conditions = st.fixed_dictionaries({"if": inner}, optional={"then": inner, "else": inner})
    return parts | conditions | st.fixed_dictionaries({"not": inner}) | merged(parts, inner)


def merged(
    parts: st.SearchStrategy[Json], inner: st.SearchStrategy[Json]
) -> st.SearchStrategy[Json]:
    return st.builds(
        lambda one, other: {**one, **other} if isinstance(other, dict) else one, parts, inner
    )


references = st.sampled_from(DEFINED).map(
    lambda name: {
        "$ref": "#/$defs/" + name.replace("~", "~0").replace("/", "~1").replace(" ", "%20")
    }
)
schemas = st.recursive(
    plain | references,
    lambda inner: arrays(inner) | objects(inner) | combined(inner),
    max_leaves=10,
)
#: A reference never leads back to itself in place: `jsonschema` would not come back either.
definitions = st.dictionaries(st.sampled_from(NAMES), schemas, max_size=3).map(
    lambda properties: {"type": "object", "properties": properties}
) | schemas.map(lambda items: {"type": "array", "items": items})
documents = st.fixed_dictionaries(dict.fromkeys(DEFINED, definitions | plain))
