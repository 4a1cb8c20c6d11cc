"""Templates: JSON values whose strings may hold Jinja2 expressions, compiled once.

A string that is one expression (`"{{ arguments.x }}"`) becomes the expression's value with its
type; any other string with `{{ … }}` becomes text. The language is that of `emulator.sandbox`.
"""

import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jinja2
from jinja2.exceptions import SecurityError

from emulator.errors import FixtureError, RenderError
from emulator.messages import Json
from emulator.sandbox import make_environment, rendered
from emulator.spec.pointers import escape

#: Makes the value from the variables.
Template = Callable[[Mapping[str, Json]], Json]

#: What a template written by a person can fail with: wrong types, missing keys, forbidden things.
_FAILURES = (
    *(jinja2.TemplateError, SecurityError, TypeError, ValueError, ArithmeticError),
    *(LookupError, AttributeError, RecursionError, MemoryError),
)

_PATH = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_COMPARISON = re.compile(rf"({_PATH.pattern}) == (?:'([^'\\\\]+)'|\"([^\"\\\\]+)\")")
#: Text round plain paths: literal, path, literal, path, …, literal.
_PIECES = re.compile(rf"\{{\{{\s*({_PATH.pattern})\s*\}}\}}")
_CONSTANTS = frozenset(("true", "false", "none", "True", "False", "None"))
_WHOLE = re.compile(r"\s*\{\{(.*)\}\}\s*", re.DOTALL)


_ENVIRONMENT = make_environment()


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
    program = _Program(file)
    build = program.part(value, pointer)
    run = program.compile()
    return lambda variables: build(variables, run(variables))


def compile_expression(text: str, file: str, pointer: str = "") -> Template:
    """The function that evaluates one expression, without braces; undefined becomes None."""
    return compile_template("{{ " + text + " }}", file, pointer)


#: Makes a part of the value from the variables and the results of the program's expressions.
_Build = Callable[[Mapping[str, Json], Mapping[str, Any]], Json]


@dataclass(frozen=True, slots=True)
class _Slot:
    """One string of the value that Jinja2 must evaluate, as a statement that sets its result."""

    text: str
    pointer: str
    statement: str


@dataclass(slots=True)
class _Program:
    """All expressions of a value as one Jinja2 template: one context serves the whole value."""

    file: str
    slots: list[_Slot] = field(default_factory=list)

    def part(self, value: Json, pointer: str) -> _Build:
        """What builds `value`, taking slots for what must be evaluated."""
        if not is_template(value):
            return lambda _, __: value
        if isinstance(value, dict):
            parts = {k: self.part(part, f"{pointer}/{escape(k)}") for k, part in value.items()}
            return lambda given, found: {k: part(given, found) for k, part in parts.items()}
        if isinstance(value, list):
            items = [self.part(item, f"{pointer}/{i}") for i, item in enumerate(value)]
            return lambda given, found: [item(given, found) for item in items]
        return self._text(value, pointer)

    def _text(self, text: str, pointer: str) -> _Build:
        name = f"slot_{len(self.slots)}"
        whole = _WHOLE.fullmatch(text)
        if whole is None or "{{" in whole[1] or "}}" in whole[1]:
            pieces = _PIECES.split(text)
            plain = _CONSTANTS.isdisjoint(pieces[1::2])
            if plain and len(pieces) > 1 and not any("{" in piece for piece in pieces[::2]):
                return _joined(pieces)
            statement = "{% set " + name + " %}" + text + "{% endset %}"
            self._add(_Slot(text, pointer, statement))
            return lambda _, found: str(found[name])
        expression = whole[1].strip()
        if _PATH.fullmatch(expression) and expression not in _CONSTANTS:
            return _path(expression.split("."))
        comparison = _COMPARISON.fullmatch(expression)
        if comparison:
            return _compared(_path(comparison[1].split(".")), comparison[2] or comparison[3])
        self._add(_Slot(expression, pointer, "{% set " + name + " = " + expression + " %}"))
        return lambda _, found: _defined(found[name])

    def _add(self, slot: _Slot) -> None:
        try:
            _ENVIRONMENT.compile(slot.statement)
        except jinja2.TemplateSyntaxError as error:
            message = f"{slot.text!r} is not a template: {error.message}"
            raise FixtureError(self.file, message, slot.pointer) from error
        except RecursionError:
            message = "the template is nested too deep"
            raise FixtureError(self.file, message, slot.pointer) from None
        self.slots.append(slot)

    def compile(self) -> Callable[[Mapping[str, Json]], Mapping[str, Any]]:
        """The function that evaluates every slot."""
        if not self.slots:
            return lambda _: {}
        source = "".join(slot.statement for slot in self.slots)
        template = _ENVIRONMENT.from_string(source)
        template.globals = {}  # a new context copies them, and nothing here uses any

        def run(variables: Mapping[str, Json]) -> Mapping[str, Any]:
            # `shared` takes the variables as they are: no copy, and none of Jinja2's globals.
            context = template.new_context(variables, shared=True)  # type: ignore[arg-type]
            try:
                rendered(lambda: deque(template.root_render_func(context), maxlen=0))
            except _FAILURES as error:
                raise self._failure(error, context.vars) from error
            return context.vars

        return run

    def _failure(self, error: Exception, done: Mapping[str, Any]) -> RenderError:
        """The error with the place of the slot that failed: the first one without result."""
        count = sum(1 for number in range(len(self.slots)) if f"slot_{number}" in done)
        slot = self.slots[min(count, len(self.slots) - 1)]
        return RenderError(self.file, f"{slot.text!r} failed: {error}", slot.pointer)


def _path(parts: list[str]) -> _Build:
    """`arguments.channel`, the most common expression by far, without the language round it."""

    def walk(given: Mapping[str, Json], _: Mapping[str, Any]) -> Json:
        value: Json = given
        for part in parts:
            value = value.get(part) if isinstance(value, dict) else None
        return value

    return walk


def _joined(pieces: list[str]) -> _Build:
    """`{{ now_unix }}.418839`: paths among text. What is undefined or null is no text."""
    paths = [_path(path.split(".")) for path in pieces[1::2]]
    literals = pieces[::2]

    def join(given: Mapping[str, Json], found: Mapping[str, Any]) -> Json:
        values = (path(given, found) for path in paths)
        texts = ["" if value is None else str(value) for value in values]
        return literals[0] + "".join(
            text + literal for text, literal in zip(texts, literals[1:], strict=True)
        )

    return join


def _compared(read: _Build, text: str) -> _Build:
    """`arguments.operation == '+'`, what nearly every outcome's condition is."""
    return lambda given, found: read(given, found) == text


def _defined(value: Any) -> Json:
    """What an expression gave; undefined is None. `dump` knows what else Jinja2 may give."""
    return None if isinstance(value, jinja2.Undefined) else value
