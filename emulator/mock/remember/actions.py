"""What actions on a record do: `POST /orders/{id}/cancel` leaves it cancelled."""

from collections.abc import Mapping

from emulator.http.messages import Json
from emulator.mock.remember.kinds import RecordKind
from emulator.mock.remember.names import STATES, STATES_OF_VERBS
from emulator.mock.remember.shapes import keyword, members
from emulator.schema.spelling import plain


def state_after(action: str, kind: RecordKind) -> Mapping[str, Json]:
    """The members that an action sets: its state, where one is named like the verb; a flag."""
    definitions = kind.generator.api.responses.definitions
    inside = members(kind.usual.part, definitions)
    verb = plain(action)
    for name, schema in inside.items():
        options = keyword(schema, "enum", definitions) if plain(name) in STATES else None
        for option in options if isinstance(options, list) else ():
            if isinstance(option, str) and _leads_to(verb, plain(option)):
                return {name: option}
    for name in inside:
        if _leads_to(verb, plain(name)):
            types = keyword(inside[name], "type", definitions)
            return {name: True} if types == "boolean" else {}
    return {}


def _leads_to(verb: str, state: str) -> bool:
    if state == STATES_OF_VERBS.get(verb):
        return True
    stem = verb.removesuffix("e")
    return len(stem) > 2 and state.startswith(stem) and len(state) - len(stem) <= 4
