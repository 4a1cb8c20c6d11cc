"""No template is endless: loops, calls and sizes are charged to one rendering."""

import pytest

from emulator.errors import FixtureError, RenderError
from emulator.messages import Json
from emulator.templates import compile_template

VALUES: dict[str, Json] = {
    "list": list(range(1000)),
    "text": "a" * 1000,
    "rows": [[1] * 1000] * 100,
}
TWICE = "{% for a in list %}{% for b in list %}"
END = "{% endfor %}{% endfor %}"


def made(template: str) -> Json:
    return compile_template(template, "f.yaml")(VALUES)


@pytest.mark.parametrize(
    "template",
    [
        TWICE + "{% for c in list %}{% endfor %}" + END,
        TWICE + "x" * 10_000 + END,
        TWICE + "{{ text }}" + END,
        TWICE + "{{ rows }}" + END,
        TWICE + "{{ rows == rows | list }}" + END,
        TWICE + "{{ 7 in list }}" + END,
        TWICE + "{{ text[::2] | length }}" + END,
        TWICE + "{{ text.split('b') | length }}" + END,
        "{% set a = text %}" + "{% set a = a ~ a %}" * 40 + "{{ a }}",
        "{% set a = text %}" + "{% set a = a + a %}" * 40 + "{{ a }}",
        "{% set a = list %}" + "{% set a = a + a %}" * 40 + "{{ a }}",
        "{% set a = 9999 %}" + "{% set a = a * a %}" * 40 + "{{ a }}",
        "{% set a = text | replace('a', text) %}{{ a | replace('a', text) }}",
        "{{ list | join(text) | list | join(text) }}",
        "{{ (text * 900) | list " + "| map('upper')" * 20 + "| length }}",
        "{{ " + "(text * 900) | list | sort | length, " * 30 + " }}",
        "{{ text.replace('a', text) }}",
        "{{ text.join(list) }}",
        "{{ rows | sum(start=[]) }}",
    ],
    ids=lambda template: template[-45:],
)
def test_what_does_too_much_fails(template: str) -> None:
    with pytest.raises(RenderError):
        made(template)


@pytest.mark.parametrize(
    "template",
    [
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% for a in list recursive %}{{ loop(list) }}{% endfor %}",
        "{% include 'x' %}",
        "{% import 'x' as x %}",
        "{% block x %}{% endblock %}",
        "{% extends 'x' %}",
        "{% call x() %}{% endcall %}",
        "{{ list | random }}",
        "{{ text | wordwrap(1, true, text) }}",
        "{{ list" + "| list" * 2_000 + " }}",
    ],
    ids=lambda template: template[:45],
)
def test_what_could_do_too_much_is_no_template(template: str) -> None:
    with pytest.raises(FixtureError):
        made(template)


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("{% for a in list %}{{ a }}{% endfor %}", "".join(map(str, range(1000)))),
        (
            "{% for a in list if a < 3 %}{{ loop.index }}/{{ loop.length }} {% endfor %}",
            "1/3 2/3 3/3 ",
        ),
        ("{{ list | map('string') | join(',') | length }}", 3889),
        ("{{ rows | length }}{{ text | replace('a', 'b') | first }}", "100b"),
        ("{{ 'x' ~ 1 ~ none }}", "x1None"),
        ("{{ [1, 2.5] | sum }}", 3.5),
        ("{{ [{'n': 1}, {}] | sum('n', 4) }}", 5),
        ("{{ [{'n': 1}, {'n': 2}] | join('-', 'n') }}", "1-2"),
        ("{{ 'aaa' | replace('a', 'b', 2) }}", "bba"),
        (
            "{{ {'a': [1]} | tojson(indent=1000) }}",
            '{\n        "a": [\n                1\n        ]\n}',
        ),
        ("{% filter upper %}x{% endfilter %}", "X"),
        ("{{ [3, 1] | sort | list }}", [1, 3]),
    ],
    ids=repr,
)
def test_what_is_reasonable_is_made(template: str, value: Json) -> None:
    assert made(template) == value
