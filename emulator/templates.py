"""Templates: JSON values whose strings may hold Jinja2 expressions, compiled once.

A string that is one expression (`"{{ arguments.x }}"`) becomes the expression's value with its
type; any other string with `{{ … }}` becomes text. The language is Jinja2's, in its sandbox: no
attribute of a Python object is reachable but the keys of JSON objects.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import jinja2
import orjson
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from emulator.errors import FixtureError, RenderError
from emulator.messages import Json
from emulator.spec.pointers import escape, parts_of

#: Makes the value from the variables.
Template = Callable[[Mapping[str, Json]], Json]

#: No result of one operation may be longer; `{{ 'x' * 10 ** 9 }}` is a mistake or an attack.
SIZE_LIMIT = 1_000_000

#: What a template written by a person can fail with: wrong types, missing keys, forbidden things.
_FAILURES = (
    *(jinja2.TemplateError, SecurityError, TypeError, ValueError, ArithmeticError),
    *(LookupError, AttributeError, RecursionError, MemoryError),
)

#: Methods and filters that make a text of any length from a number.
_WIDENING = frozenset(
    (
        *("center", "expandtabs", "format", "format_map", "ljust", "rjust", "zfill"),
        *("batch", "indent", "slice"),
    )
)

_WHOLE = re.compile(r"\s*\{\{(.*)\}\}\s*", re.DOTALL)


class _Environment(ImmutableSandboxedEnvironment):
    """Attributes of JSON objects are their keys, and nothing else; sizes are bounded."""

    intercepted_binops = frozenset(("*", "**", "%"))

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return attr not in _WIDENING and super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> None:
        """No `str.format` for templates, not even a careful one: `is_safe_attribute` refuses it."""

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" and (abs(left) > 10_000 or abs(right) > 100):
            raise SecurityError("the power is too large")
        if operator == "%" and isinstance(left, str):
            raise SecurityError("formatting with % is not for templates")
        if operator == "*":
            for one, other in ((left, right), (right, left)):
                if isinstance(one, str | list | tuple) and len(one) * max(other, 0) > SIZE_LIMIT:
                    raise SecurityError("the product is too long")
        return super().call_binop(context, operator, left, right)


def _environment() -> _Environment:
    environment = _Environment(undefined=jinja2.ChainableUndefined, autoescape=False)
    for name in _WIDENING & environment.filters.keys():
        del environment.filters[name]
    del environment.globals["lipsum"]
    environment.filters["tojson_compact"] = lambda value: orjson.dumps(value).decode()
    environment.filters["pointer_parts"] = parts_of
    return environment


_ENVIRONMENT = _environment()


def is_template(value: Json) -> bool:
    """Whether any string in `value` holds an expression."""
    if isinstance(value, str):
        return "{{" in value or "{%" in value
    if isinstance(value, dict):
        return any(is_template(part) for part in value.values())
    return isinstance(value, list) and any(is_template(part) for part in value)


def compile_template(value: Json, file: str, pointer: str = "") -> Template:
    """The function that makes this value from variables; raises FixtureError with the place.

    The function raises RenderError where an expression has no value for the variables at hand.
    """
    if not is_template(value):
        return lambda _: value
    if isinstance(value, dict):
        parts = {
            key: compile_template(part, file, f"{pointer}/{escape(key)}")
            for key, part in value.items()
        }
        return lambda variables: {key: part(variables) for key, part in parts.items()}
    if isinstance(value, list):
        items = [compile_template(part, file, f"{pointer}/{i}") for i, part in enumerate(value)]
        return lambda variables: [item(variables) for item in items]
    return _compile_text(value, file, pointer)


def compile_expression(text: str, file: str, pointer: str = "") -> Template:
    """The function that evaluates one expression, without braces; undefined becomes None."""
    try:
        expression = _ENVIRONMENT.compile_expression(text)
    except jinja2.TemplateSyntaxError as error:
        raise FixtureError(
            file, f"{text!r} is not an expression: {error.message}", pointer
        ) from error

    def evaluate(variables: Mapping[str, Json]) -> Json:
        try:
            return _json(expression(**variables))
        except _FAILURES as error:
            raise RenderError(file, f"{text!r} failed: {error}", pointer) from error

    return evaluate


def _compile_text(text: str, file: str, pointer: str) -> Template:
    whole = _WHOLE.fullmatch(text)
    if whole and "{{" not in whole[1] and "}}" not in whole[1]:
        return compile_expression(whole[1].strip(), file, pointer)
    try:
        template = _ENVIRONMENT.from_string(text)
    except jinja2.TemplateSyntaxError as error:
        message = f"{text!r} is not a template: {error.message}"
        raise FixtureError(file, message, pointer) from error

    def render(variables: Mapping[str, Json]) -> Json:
        try:
            return template.render(variables)
        except _FAILURES as error:
            raise RenderError(file, f"{text!r} failed: {error}", pointer) from error

    return render


def _json(value: Any) -> Json:
    """What an expression gave, as plain JSON: Jinja2 has tuples, generators and markup."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _json(part) for key, part in value.items()}
    return [_json(part) for part in value]
