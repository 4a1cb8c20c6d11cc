"""Which parameters one generated function can read: plain texts, each with a name of its own."""

from collections.abc import Callable

from emulator.http.messages import Json
from emulator.openapi.validate.parameter_style import ParameterStyle
from emulator.openapi.validate.parameters import ParameterPlan

#: Keywords that refuse nothing, and what a validator makes no more of than an annotation.
_ANNOTATIONS = frozenset(
    ("type", "title", "description", "default", "example", "examples", "deprecated", "$comment")
)
_INTEGERS = ("int32", "int64")


def is_writable(plan: ParameterPlan) -> bool:
    """Whether a request may have none but plain parameters, each with a name of its own."""
    others = (*plan.cookie, *([plan.whole_query] if plan.whole_query else ()))
    named = [(each.location, each.sent_as) for each in (*plan.path, *plan.query, *plan.header)]
    return (
        all(map(is_plain, plan.path))
        and all(is_plain(each) for each in (*plan.query, *plan.header) if each.required)
        and not any(each.required for each in others)
        and not (is_taken(plan) and any(each.required for each in plan.query))
        and len(set(named)) == len(named)
    )


def is_taken(plan: ParameterPlan) -> bool:
    """Whether any name in the query may belong to a parameter of another name."""
    exploded = any(each.spread and each.style != "deepObject" for each in plan.query)
    return exploded or plan.whole_query is not None


def is_plain(style: ParameterStyle) -> bool:
    """Whether a parameter is one text, written as usual."""
    usual = style.location == "query" or style.style == "simple"
    # A list of preferences is valid though it is not as a whole.
    usual = usual and style.sent_as != "prefer"
    return style.plain and style.shape.scalar and not style.spread and usual


def surely_valid(schema: Json, constant: Callable[[Json, str], str]) -> str | None:
    """An expression that holds for no `value` that the schema refuses; None for most schemas.

    To ask the validator of a text or a whole number costs more than all else that is done with it.
    """
    if not isinstance(schema, dict):
        return None
    limits = {
        name: limit
        for name, limit in schema.items()
        if name not in _ANNOTATIONS and not name.startswith("x-")
    }
    holds: list[str] = []
    if schema.get("type") == "string":
        holds.append("type(value) is str")
        names = limits.pop("enum", None)
        if isinstance(names, list):
            texts = frozenset(each for each in names if isinstance(each, str))
            holds.append(f"value in {constant(texts, 'texts')}")
    elif schema.get("type") == "integer" and limits.pop("format", "int64") in _INTEGERS:
        holds.append("type(value) is int")
        for name, sign in (("minimum", ">="), ("maximum", "<=")):
            bound = limits.pop(name, None)
            if type(bound) is int:
                holds.append(f"value {sign} {bound}")
            elif bound is not None:
                return None
    return " and ".join(holds) if holds and not limits else None
