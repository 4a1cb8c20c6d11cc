"""The language of templates: Jinja2's in its sandbox, with bounded sizes and bounded effort.

No attribute of a Python object is reachable but the keys of JSON objects. What a template does is
charged to its rendering: items looped over, calls, and what they handle; so none is endless.
"""

from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from functools import wraps
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

from emulator.encode import dump
from emulator.spec.pointers import parts_of

#: No result of one operation may be longer; `{{ 'x' * 10 ** 9 }}` is a mistake or an attack.
SIZE_LIMIT = 1_000_000

#: What one rendering may spend: about a character handled each. A tenth of a second or two.
EFFORT_LIMIT = 10_000_000

_STEP = 100  # of a loop, or a call
_ITEM = 10  # of a list or an object
_LARGEST_BITS = 10_000  # of a product of whole numbers

#: Methods and filters that make a text of any length from a number.
_WIDENING = frozenset(
    (
        *("center", "expandtabs", "format", "format_map", "ljust", "rjust", "zfill"),
        *("batch", "indent", "slice"),
    )
)
#: Methods of which there are filters with a bound.
_UNBOUNDED = frozenset(("join", "maketrans", "replace", "translate"))
#: Filters that take no time, whatever they are given.
_INSTANT = frozenset(("abs", "count", "d", "default", "first", "length"))
#: Filters that nothing here needs: they write HTML, wrap text, or draw by a chance of their own.
_UNWANTED = frozenset(("pprint", "random", "urlize", "wordwrap", "xmlattr"))
_MACROS = (nodes.Macro, nodes.CallBlock, nodes.Block, nodes.Extends, nodes.Include, nodes.Import)

_left: ContextVar[list[int]] = ContextVar("effort")


class EffortSpentError(SecurityError):
    """The template does too much."""

    def __init__(self) -> None:
        super().__init__("the template does too much: loops and sizes are bounded")


def rendered(render: Callable[[], Any]) -> Any:
    """What `render` gives, within its own effort; raises EffortSpentError where that is spent."""
    token = _left.set([EFFORT_LIMIT])
    try:
        return render()
    finally:
        _left.reset(token)


def charge(effort: int) -> None:
    """Spend some of the effort of the rendering that is under way."""
    left = _left.get(None)
    if left is not None:
        left[0] -= effort
        if left[0] < 0:
            raise EffortSpentError


class Environment(ImmutableSandboxedEnvironment):
    """Attributes of JSON objects are their keys, and nothing else; sizes are bounded."""

    intercepted_binops = frozenset(("+", "*", "**", "%"))

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The member of an object, or what Jinja2 thinks safe of anything else."""
        if isinstance(obj, dict):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether templates may use this attribute."""
        refused = attr in _WIDENING or (attr in _UNBOUNDED and isinstance(obj, str | bytes))
        return not refused and super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> None:
        """No `str.format` for templates, not even a careful one: `is_safe_attribute` refuses it."""

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """The result of an operator, where it is not too large."""
        charge(_weight(left) + _weight(right))
        if operator == "**" and (abs(left) > 10_000 or abs(right) > 100):
            raise SecurityError("the power is too large")
        if operator == "%" and isinstance(left, str):
            raise SecurityError("formatting with % is not for templates")
        if operator == "*":
            _bound_product(left, right)
        return super().call_binop(context, operator, left, right)

    def call(self, context: Any, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """The result of a call, where Jinja2 thinks it safe."""
        charge(_STEP + _weight(getattr(obj, "__self__", None)) + sum(map(_weight, args)))
        return super().call(context, obj, *args, **kwargs)

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        return super()._generate(_Meter().visit(source), *args, **kwargs)


class _Meter(NodeTransformer):
    """Puts the filters that charge round whatever may take long."""

    def visit_For(self, node: nodes.For) -> nodes.For:
        if node.recursive:
            raise jinja2.TemplateSyntaxError("loops are not recursive here", node.lineno)
        self.generic_visit(node)
        weight = _STEP * sum(1 for _ in node.find_all(nodes.Node))
        weight += sum(len(text.data) for text in node.find_all(nodes.TemplateData))
        node.iter = _filtered(node.iter, "_each", nodes.Const(weight))
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:
        self.generic_visit(node)
        return _filtered(nodes.List(node.nodes, lineno=node.lineno), "_concat")

    def visit_Compare(self, node: nodes.Compare) -> nodes.Compare:
        self.generic_visit(node)
        for operand in node.ops:
            if not isinstance(operand.expr, nodes.Const):
                operand.expr = _filtered(operand.expr, "_deeply")
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Getitem:
        self.generic_visit(node)
        if isinstance(node.arg, nodes.Slice):
            node.node = _filtered(node.node, "_charged")
        return node

    def generic_visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> Any:
        if isinstance(node, (*_MACROS, nodes.FromImport)):
            kind = type(node).__name__.lower()
            raise jinja2.TemplateSyntaxError(f"there is no {kind} in these templates", node.lineno)
        return super().generic_visit(node, *args, **kwargs)


def _filtered(node: nodes.Node, name: str, *args: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(node, name, list(args), [], None, None, lineno=node.lineno)


def _weight(value: Any) -> int:
    """What it costs to handle a value once, without what it holds."""
    if isinstance(value, str | bytes):
        return len(value)
    if isinstance(value, list | tuple | dict):
        return _ITEM * (1 + len(value))
    return value.bit_length() if isinstance(value, int) else 1


def _bound_product(left: Any, right: Any) -> None:
    if isinstance(left, int) and isinstance(right, int):
        if left.bit_length() + right.bit_length() > _LARGEST_BITS:
            raise SecurityError("the product is too large")
        return
    for one, other in ((left, right), (right, left)):
        if isinstance(one, str | list | tuple) and len(one) * max(other, 0) > SIZE_LIMIT:
            raise SecurityError("the product is too long")


def _charged(value: Any) -> Any:
    charge(_weight(value))
    return value


def _deeply(value: Any) -> Any:
    """The value, charged with all it holds: what comparing and writing cost."""
    within = [value]
    while within:
        part = within.pop()
        charge(_ITEM + _weight(part))
        if isinstance(part, dict):
            within.extend(part.values())
        elif isinstance(part, list | tuple):
            within.extend(part)
    return value


def _each(items: Iterable[Any], weight: int) -> Iterator[Any]:
    for item in items:
        charge(weight)
        yield item


def _metered(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter or test that charges what it takes and gives; what would be lazy is done at once."""

    @wraps(function)
    def metered(*args: Any, **kwargs: Any) -> Any:
        charge(_STEP)
        given = function(*map(_charged, args), **{k: _charged(v) for k, v in kwargs.items()})
        if isinstance(given, Iterator):
            return list(_each(given, _STEP))
        return _charged(given)

    return metered


@jinja2.pass_context
def _finalize(_: Any, value: Any) -> Any:
    return _deeply(value)


def _concat(parts: list[Any]) -> str:
    texts = [str(part) for part in parts]
    _bound_text(sum(map(len, texts)))
    return "".join(texts)


def _bound_text(length: int) -> None:
    charge(length)
    if length > SIZE_LIMIT:
        raise SecurityError("the text is too long")


def _join(values: Iterable[Any], d: str = "", attribute: str | None = None) -> str:
    """Jinja2's `join`, bounded."""
    items = [value.get(attribute, "") for value in values] if attribute else list(values)
    texts = [str(item) for item in items]
    _bound_text(sum(map(len, texts)) + len(d) * len(texts))
    return str(d).join(texts)


def _replace(text: Any, old: str, new: str, count: int = -1) -> str:
    """Jinja2's `replace`, bounded."""
    whole = str(text)
    _bound_text(len(whole) + whole.count(old) * len(new))
    return whole.replace(old, new, count)


def _indented(tojson: Callable[..., Any]) -> Callable[..., Any]:
    """Jinja2's `tojson`, indented by 8 at most."""

    @wraps(tojson)
    def bounded(context: Any, value: Any, indent: int | None = None) -> Any:
        return tojson(context, value, min(indent, 8) if indent else None)

    return bounded


def _sum(values: Iterable[Any], attribute: str | None = None, start: float = 0) -> float:
    """Jinja2's `sum`, of numbers only: adding lists up takes ever longer."""
    items = [start, *(value.get(attribute, 0) if attribute else value for value in values)]
    if not all(isinstance(item, int | float) for item in items):
        raise TypeError("sum is for numbers")
    total: float = sum(items)
    return total


def make_environment() -> Environment:
    """The environment of every template."""
    environment = Environment(
        undefined=jinja2.ChainableUndefined,
        autoescape=False,
        optimized=False,  # it would run filters while compiling, charged to nobody
        finalize=_finalize,
    )
    filters = environment.filters
    for name in (_WIDENING | _UNWANTED) & filters.keys():
        del filters[name]
    filters |= {"join": _join, "replace": _replace, "sum": _sum}
    filters["tojson"] = _indented(filters["tojson"])
    filters["tojson_compact"] = lambda value: dump(value).decode()
    filters["pointer_parts"] = parts_of
    for table in (filters, environment.tests):
        for name, function in tuple(table.items()):
            if name not in _INSTANT:
                table[name] = _metered(function)
    filters |= {"_each": _each, "_concat": _concat, "_charged": _charged, "_deeply": _deeply}
    return environment
