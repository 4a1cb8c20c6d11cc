"""Why a value breaks a schema, told by the branch that it comes nearest to.

The validator lists the errors of every branch at every level, with a copy of the value each:
minutes and gigabytes for a filter nested twenty levels deep. Here a schema looks at a value once,
the validator judges what has no subschemas, and what takes more than `MOST_STEPS` is not explained.
"""

from collections.abc import Mapping

from emulator.http.messages import Json
from emulator.schema.reasons.branches import Found, Reason
from emulator.schema.reasons.keywords import CHECKS
from emulator.schema.reasons.search import MOST_REASONS, EffortError, KnownSchemas, ReasonSearch

#: The keyword of the last reason where not all are told.
MORE = "more"


class Explainer:
    """Explains by schemas that refer to `definitions` as `#/$defs/<name>`."""

    def __init__(self, definitions: Mapping[str, Json]) -> None:
        self._schemas = KnownSchemas(definitions, CHECKS)

    def reasons(self, schema: Json, value: Json) -> Found:
        """Why the schema doesn't accept the value, in the order of the schema's keywords."""
        try:
            found = ReasonSearch(self._schemas).find(schema, value)
        except (EffortError, RecursionError):
            message = "it is not valid, and too large or nested too deep to say where"
            return (Reason((), "schema", message),)
        if len(found) > MOST_REASONS:
            more = Reason((), MORE, f"more is wrong than these {MOST_REASONS}")
            return (*found[:MOST_REASONS], more)
        return found
