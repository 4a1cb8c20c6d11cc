"""Templates: what they make, what they can't reach, and what they can't blow up."""

from contextlib import suppress

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.encode import dump
from emulator.errors import FixtureError, RenderError
from emulator.messages import Json
from emulator.templates import compile_expression, compile_template, is_template

VALUES: dict[str, Json] = {
    "number": 3,
    "text": "a",
    "list": [1, {"x": None}],
    "object": {"items": "own", "get": 1, "a b": 2},
    "none": None,
}


def made(value: Json) -> Json:
    return compile_template(value, "f.yaml", "/body")(VALUES)


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("{{ number }}", 3),
        ("  {{ number }}  ", 3),
        ("{{ number + 0.5 }}", 3.5),
        ("{{ number > 2 }}", True),
        ("{{ none }}", None),
        ("{{ list }}", [1, {"x": None}]),
        ("{{ list[1] }}", {"x": None}),
        ("{{ (1, 2) }}", [1, 2]),
        ("{{ [1, 2] | map('string') }}", ["1", "2"]),
        ("{{ {'a': (1,)} }}", {"a": [1]}),
        ("{{ {1: 2} }}", {"1": 2}),
        ("{{ text }}{{ number }}", "a3"),
        ("is {{ number }}", "is 3"),
        ("is {{ true }}", "is True"),
        ("{{number}}-{{ object.get }}.", "3-1."),
        ("a{{ missing.deep }}b", "ab"),
        ("{% if number == 3 %}three{% endif %}", "three"),
        ("{{ '}}' }}", "}}"),
        ("{{ object.items }}", "own"),
        ("{{ object.get }}", 1),
        ("{{ object['a b'] }}", 2),
        ("{{ text | e }}", "a"),
        ("{{ missing }}", None),
        ("{{ missing.deep.er }}", None),
        ("{{ missing | default('d') }}", "d"),
        ("<{{ missing.x }}>", "<>"),
        ("{{ list | tojson_compact }}", '[1,{"x":null}]'),
        ("{{ '/a~1b/c' | pointer_parts }}", ["a/b", "c"]),
        ("plain } text {", "plain } text {"),
        ({"{{ key }}": ["{{ number }}", 1]}, {"{{ key }}": [3, 1]}),
        (None, None),
    ],
)
def test_template(template: Json, value: Json) -> None:
    # As it goes out: Jinja2's tuples, generators and markup are JSON by then.
    result = orjson.loads(dump(made(template)))
    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ("{{ 1 + }}", "/body"),
        ("{{ x", "/body"),
        ("{% for %}", "/body"),
        ("{{ x | no_such_filter }}", "/body"),
        ({"a": [{"b/c": "{% if %}"}]}, "/body/a/0/b~1c"),
    ],
)
def test_template_that_is_none_names_its_place(value: Json, pointer: str) -> None:
    with pytest.raises(FixtureError) as refused:
        compile_template(value, "f.yaml", "/body")
    assert (refused.value.file, refused.value.pointer) == ("f.yaml", pointer)


@pytest.mark.parametrize(
    "expression",
    [
        "number / 0",
        "text + 1",
        "text - 1",
        "list[0]()",
        "missing()",
        "none > 1",
        "number | list",
        "[1, 'a'] | sort",
    ],
)
def test_failure_names_its_place(expression: str) -> None:
    with pytest.raises(RenderError) as failed:
        made({"a": "{{ " + expression + " }}"})
    assert (failed.value.file, failed.value.pointer) == ("f.yaml", "/body/a")


FORBIDDEN = [
    "text.__class__",
    "text.__class__.__mro__",
    "list.__class__.__base__.__subclasses__()",
    "''.__class__.__mro__[1].__subclasses__()",
    "number.__init__.__globals__",
    "(text | attr('__class__')).__mro__",
    "object.__class__",
    "object['__class__']",
    "cycler.__init__.__globals__.os",
    "lipsum.__globals__['os'].popen('id').read()",
    "self.__init__.__globals__",
    "namespace.__class__",
    "text.format.__self__.__class__",
    "'{0.__class__}'.format(text)",
    "'{0.__class__.__mro__}'.format_map({'0': text})",
    "(list | map(attribute='__class__') | list)",
    "([text] | map(attribute='__class__') | list)",
    "function",
    "config",
]


@pytest.mark.parametrize("expression", FORBIDDEN)
@pytest.mark.parametrize("shape", ["{{{{ {} }}}}", "text {{{{ {} }}}}"], ids=["whole", "in text"])
def test_no_python_object_is_reachable(expression: str, shape: str) -> None:
    try:
        value = made(shape.format(expression))
    except (RenderError, FixtureError):
        return
    assert not any(word in repr(value) for word in ("class", "function", "object", "module"))


@pytest.mark.parametrize(
    "expression",
    [
        "list.append(1)",
        "list.clear()",
        "object.update({'a': 1})",
        "object.pop('get')",
    ],
)
def test_values_cannot_be_changed(expression: str) -> None:
    before = repr(VALUES)
    with pytest.raises(RenderError):
        made("{{ " + expression + " }}")
    assert repr(VALUES) == before


BOMBS = [
    "'x' * 10000000",
    "10000000 * 'x'",
    "[1] * 10000000",
    "10 ** 100000",
    "100000 ** 100",
    "2 ** 99 ** 99",
    "range(10000000) | list",
    "'%1000000000d' % 1",
    "'%*d' % (1000000000, 1)",
    "'{:1000000000}'.format(1)",
    "'{0:1000000000}'.format_map([1])",
    "text.ljust(1000000000)",
    "text['ljust'](1000000000)",
    "(text | attr('ljust'))(1000000000)",
    "text.rjust(1000000000)",
    "text.zfill(1000000000)",
    "text.center(1000000000)",
    "('\\t' * 1000).expandtabs(1000000)",
    "lipsum(1000000)",
    "text | center(1000000000)",
    "text | indent(1000000000)",
    "'%1000000000d' | format(1)",
    "list | batch(1000000000, 0) | list",
    "list | slice(1000000000) | list",
]


@pytest.mark.parametrize("expression", BOMBS)
def test_size_bomb_is_refused(expression: str) -> None:
    with pytest.raises(FixtureError):
        made("{{ " + expression + " }}")


@pytest.mark.parametrize(
    ("expression", "value"),
    [("x == 1", True), ("x > 1", False), ("y", None), ("x", 1), ("y is defined", False)],
)
def test_expression(expression: str, value: Json) -> None:
    assert compile_expression(expression, "f")({"x": 1}) == value


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ("{{ a }}", True),
        ("{% a %}", True),
        ({"a": [{"b": "{{"}]}, True),
        ({"{{": "}}"}, False),
        (1, False),
    ],
)
def test_is_template(value: Json, answer: bool) -> None:
    assert is_template(value) is answer


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(JSON)
def test_value_of_a_variable_comes_out_as_it_went_in(value: Json) -> None:
    assert compile_template("{{ x }}", "f")({"x": value}) == value


@given(st.text())
def test_text_of_a_variable_is_never_a_template(text: str) -> None:
    assert compile_template("<{{ x }}>", "f")({"x": text}) == f"<{text}>"


@given(st.text(st.sampled_from("{}%#'\"|.( )x1+-*[]")))
def test_no_text_breaks_compiling(text: str) -> None:
    with suppress(FixtureError):
        assert isinstance(compile_template([text], "f")({"x": 1}), list)
