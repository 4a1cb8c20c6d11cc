"""How filters of a JSONPath compare two values, as Jayway does: MISSING is what wasn't found."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from operator import ge, gt, le, lt
from typing import Any, Final

from emulator.schema.flatten.effort import Effort

#: What a query found nothing for.
MISSING: Final = object()

#: Compares two values.
Compare = Callable[[Any, Any], bool]


def same(left: Any, right: Any) -> bool:
    """Whether two values are equal; a number equals the text that it is written as."""
    if _is_number(left):
        return _number_of(right) == _number_of(left) is not None
    if isinstance(left, str):
        return left == _text_of(right)
    return type(left) is type(right) and left is not MISSING and bool(left == right)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _number_of(value: Any) -> Decimal | None:
    if not (_is_number(value) or isinstance(value, str)):
        return None
    try:
        return Decimal(str(value)) if len(str(value)) < 1_000 else None
    except (InvalidOperation, ValueError):
        return None


def _text_of(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    return str(value) if _is_number(value) else None


def _ordered(holds: Compare) -> Compare:
    def compare(left: Any, right: Any) -> bool:
        alike = _is_number(left) and _is_number(right)
        return (alike or (isinstance(left, str) and isinstance(right, str))) and holds(left, right)

    return compare


def _identical(left: Any, right: Any) -> bool:
    alike = type(left) is type(right) or (_is_number(left) and _is_number(right))
    return alike and same(left, right)


def _in(left: Any, right: Any) -> bool:
    return isinstance(right, list) and any(same(each, left) for each in right)


def _contains(left: Any, right: Any) -> bool:
    if isinstance(left, str):
        return isinstance(right, str) and right in left
    return isinstance(left, list) and any(same(right, each) for each in left)


def _within(left: Any, right: Any) -> bool:
    return isinstance(left, list) and all(_in(each, right) for each in left)


def _shares(left: Any, right: Any) -> bool:
    return isinstance(left, list) and any(_in(each, right) for each in left)


def _size(left: Any, right: Any) -> bool:
    return isinstance(left, str | list) and _is_number(right) and len(left) == right


def _empty(left: Any, right: Any) -> bool:
    return isinstance(left, str | list | dict) and (not left) is right


#: The operators by how they are written, words in lower case; `=~` is `matching`.
COMPARISONS: Mapping[str, Compare] = {
    "==": same,
    "!=": lambda left, right: not same(left, right),
    "===": _identical,
    "!==": lambda left, right: not _identical(left, right),
    "<": _ordered(lt),
    "<=": _ordered(le),
    ">": _ordered(gt),
    ">=": _ordered(ge),
    "in": _in,
    "nin": lambda left, right: not _in(left, right),
    "contains": _contains,
    "subsetof": _within,
    "anyof": _shares,
    "noneof": lambda left, right: isinstance(left, list) and not _shares(left, right),
    "size": _size,
    "empty": _empty,
}


def matching(test: Callable[[str], bool]) -> Callable[[Any], bool]:
    """Whether a text, a number's or one of a list's is as a regular expression says."""

    def matches(value: Any) -> bool:
        each = value if isinstance(value, list) else (value,)
        return any(text is not None and test(text) for text in map(_text_of, each))

    return matches


def charge(effort: Effort, *values: Any) -> None:
    """Spend what comparing values costs, by all that they hold."""
    waiting = [*values]
    lengths = [len(each) for each in values if isinstance(each, list)]
    effort.spend(1 + (lengths[0] * lengths[1] if len(lengths) > 1 else 0))
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            effort.spend(len(value) // 100)
        elif isinstance(value, dict | list):
            effort.spend(len(value))
            waiting += value.values() if isinstance(value, dict) else value
