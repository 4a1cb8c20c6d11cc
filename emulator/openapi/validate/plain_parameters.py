"""Which parameters one generated function can read: plain texts, each with a name of its own."""

from emulator.openapi.validate.parameter_style import ParameterStyle
from emulator.openapi.validate.parameters import ParameterPlan


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
