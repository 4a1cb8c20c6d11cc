"""A JSONPath, compiled: what it finds in a value, within a number of steps."""

from collections.abc import Callable
from functools import lru_cache

from emulator.http.messages import Json
from emulator.schema.flatten.effort import Effort, ExhaustedError
from emulator.stubs.matching.json_paths.parse import parse_query
from emulator.stubs.matching.json_paths.query import Query, Search
from emulator.stubs.matching.subject import UndecidedError

#: Nodes visited and comparisons made by one query.
STEP_LIMIT = 50_000

#: A longer query is a mistake or an attack.
_LENGTH_LIMIT = 10_000


class Path:
    """A compiled query. `definite`: it finds one value at most."""

    __slots__ = ("_query", "_start", "definite")

    def __init__(self, query: Query) -> None:
        self._query, self._start = query, query.start
        self.definite = query.definite

    def starts(self, value: Json) -> bool:
        """Whether there is what the query asks for several values of."""
        return bool(self._start.find(value, Search(value, Effort(STEP_LIMIT))))

    def find(
        self, value: Json, charge: Callable[[int], None] | None = None, most: int = STEP_LIMIT
    ) -> list[Json]:
        """Every value found, in order; raises UndecidedError where that takes too many steps.

        Nothing is found in what is neither an object nor a list. `charge` is told the steps taken,
        `most` at most or `STEP_LIMIT`.
        """
        if not isinstance(value, dict | list):
            return []
        most = min(most, STEP_LIMIT)
        effort = Effort(most)
        try:
            return self._query.find(value, Search(value, effort))
        except (RecursionError, ExhaustedError):
            message = f"a JSONPath takes more than {STEP_LIMIT} steps, and so finds nothing"
            if most < STEP_LIMIT:
                message = "the JSONPaths before left too few steps of this request for another"
            raise UndecidedError(message) from None
        finally:
            if charge is not None:
                charge(most - max(effort.left, 0))


@lru_cache(maxsize=256)
def compile_path(text: str) -> Path:
    """The query as written; raises ValueError where it is none."""
    if len(text) > _LENGTH_LIMIT:
        raise ValueError(f"a JSONPath has no more than {_LENGTH_LIMIT} characters")
    try:
        return Path(parse_query(text))
    except RecursionError:
        raise ValueError(f"{text[:60]!r} … is not a JSONPath: it is nested too deep") from None
