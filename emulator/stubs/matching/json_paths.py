"""JSONPath (RFC 9535, and what Jayway adds that users of WireMock know), within bounds.

The library is python-jsonpath. Its regular expressions are replaced by ours, which can't hang, and
every node and comparison is charged: a query has steps, and finds nothing when they are spent.
"""

from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from jsonpath import CompoundJSONPath, JSONPath, JSONPathEnvironment, JSONPathError, JSONPathMatch
from jsonpath.exceptions import JSONPathSyntaxError
from jsonpath.filter import RegexLiteral
from jsonpath.function_extensions import ExpressionType, FilterFunction
from jsonpath.parse import Parser
from jsonpath.segments import (
    JSONPathChildSegment,
    JSONPathRecursiveDescentSegment,
    JSONPathSegment,
)
from jsonpath.stream import TokenStream
from jsonpath.token import TOKEN_RE_FLAGS

from emulator.http.messages import Json
from emulator.schema.flatten.effort import Effort, ExhaustedError
from emulator.schema.regex.linear import compile_regex

#: Nodes visited and comparisons made by one query.
STEP_LIMIT = 100_000

#: A longer query is a mistake or an attack.
_LENGTH_LIMIT = 10_000

#: What the query under way may still spend; the library has no place for it in its calls.
_effort: ContextVar[Effort] = ContextVar("effort")


def _charged(nodes: Iterable[JSONPathMatch]) -> Iterator[JSONPathMatch]:
    for node in nodes:
        _effort.get().spend()
        yield node


class _Children(JSONPathChildSegment):
    """A segment, charged for what it finds."""

    __slots__ = ()

    def resolve(self, nodes: Iterable[JSONPathMatch]) -> Iterator[JSONPathMatch]:
        return _charged(super().resolve(nodes))


class _Descendants(JSONPathRecursiveDescentSegment):
    """A segment `..`, charged for all it visits, however deep."""

    __slots__ = ()

    def resolve(self, nodes: Iterable[JSONPathMatch]) -> Iterator[JSONPathMatch]:
        for node in nodes:
            for each in _charged(_tree(node)):
                for selector in self.selectors:
                    yield from _charged(selector.resolve(each))


def _tree(root: JSONPathMatch) -> Iterator[JSONPathMatch]:
    """A node and all containers below it, parents first."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        value = node.obj
        members: Iterable[Any] = enumerate(value) if isinstance(value, list) else ()
        if isinstance(value, dict):
            members = value.items()
        below = [node.new_child(v, k) for k, v in members if isinstance(v, dict | list)]
        waiting += reversed(below)


class _Regex:
    """What the library takes for a compiled regular expression."""

    def __init__(self, pattern: str, flags: str = "") -> None:
        self.pattern, self.flags = pattern, flags
        self.fullmatch = compile_regex(pattern, ignore_case="i" in flags)


class _BoundedParser(Parser):
    """The library's parser, with our segments and our regular expressions."""

    def parse_query(self, stream: TokenStream) -> Iterator[JSONPathSegment]:
        for segment in super().parse_query(stream):
            descends = isinstance(segment, JSONPathRecursiveDescentSegment)
            kind = _Descendants if descends else _Children
            yield kind(env=segment.env, token=segment.token, selectors=segment.selectors)

    def parse_regex(self, stream: TokenStream) -> RegexLiteral:
        token, flags = stream.current(), ""
        if stream.peek().kind == TOKEN_RE_FLAGS:
            stream.next()
            flags = stream.next().value
        try:
            return RegexLiteral(value=_Regex(token.value, flags))  # type: ignore[arg-type]
        except ValueError as error:
            raise JSONPathSyntaxError(str(error), token=token) from None


class _RegexFunction(FilterFunction):
    """`match` and `search` (RFC 9535, 2.4.6 and 2.4.7)."""

    arg_types = [ExpressionType.VALUE, ExpressionType.VALUE]  # noqa: RUF012
    return_type = ExpressionType.LOGICAL

    def __init__(self, *, whole: bool) -> None:
        self._compile = lru_cache(maxsize=32)(lambda pattern: compile_regex(pattern, whole=whole))

    def __call__(self, value: object, pattern: object) -> bool:
        _effort.get().spend(10)
        if not isinstance(value, str) or not isinstance(pattern, str):
            return False
        try:
            return bool(self._compile(pattern)(value))
        except ValueError:
            return False


class _Environment(JSONPathEnvironment):
    """The library's environment, charged."""

    parser_class = _BoundedParser

    def setup_function_extensions(self) -> None:
        """RFC 9535's functions, with our regular expressions."""
        super().setup_function_extensions()
        self.function_extensions["match"] = _RegexFunction(whole=True)
        self.function_extensions["search"] = _RegexFunction(whole=False)

    def is_truthy(self, obj: object) -> bool:
        """Whether a filter takes a node."""
        _effort.get().spend()
        return super().is_truthy(obj)

    def compare(self, left: object, operator: str, right: object) -> bool:
        """Compare within a filter."""
        _effort.get().spend()
        for side in (left, right):
            if operator in ("in", "contains") and hasattr(side, "__len__"):
                _effort.get().spend(len(side) // 10)
        return super().compare(left, operator, right)


_ENVIRONMENT = _Environment()


class Path:
    """A compiled query. `definite`: it can find one value at most (RFC 9535: singular)."""

    def __init__(self, query: JSONPath | CompoundJSONPath) -> None:
        self._query = query
        self.definite = isinstance(query, JSONPath) and query.singular_query()

    def find(self, value: Json) -> list[Json]:
        """Every value found, in order; none where the query takes too many steps.

        Nothing is found in what is neither an object nor a list.
        """
        if not isinstance(value, dict | list):
            return []
        token = _effort.set(Effort(STEP_LIMIT))
        try:
            return [match.obj for match in self._query.finditer(value)]
        except (JSONPathError, RecursionError, TypeError, ExhaustedError):
            return []
        finally:
            _effort.reset(token)


@lru_cache(maxsize=256)
def compile_path(text: str) -> Path:
    """The query as written; raises ValueError where it is none."""
    if len(text) > _LENGTH_LIMIT:
        raise ValueError(f"a JSONPath has no more than {_LENGTH_LIMIT} characters")
    try:
        return Path(_ENVIRONMENT.compile(text))
    except (JSONPathError, RecursionError) as error:
        message = str(error).splitlines()[0] if str(error) else "nested too deep"
        raise ValueError(f"{text!r} is not a JSONPath: {message}") from None
