"""What may be there or not, on either side: parameters, headers, bodies, media types, statuses."""

from collections.abc import Iterator, Mapping

from emulator.openapi.diff.changes import BREAKING, NON_BREAKING, UNKNOWN, Severity, Side
from emulator.openapi.document.model import HeaderObject, Parameter, RequestBody

#: (how the rule ends, severity, what is said of it)
Told = tuple[str, Severity, str]
_Table = Mapping[Side, Mapping[str, tuple[Severity, str]]]

_FIELDS: _Table = {
    "request": {
        "{}-removed": (
            UNKNOWN,
            "was removed: the document does not say if it is ignored or rejected",
        ),
        "required-{}-added": (BREAKING, "is new and required: what comes without it is rejected"),
        "{}-added": (NON_BREAKING, "is new"),
        "{}-became-required": (BREAKING, "is now required: what comes without it is rejected"),
        "{}-became-optional": (NON_BREAKING, "is no longer required"),
    },
    "response": {
        "{}-removed": (BREAKING, "is no longer described"),
        "required-{}-added": (NON_BREAKING, "is new"),
        "{}-added": (NON_BREAKING, "is new"),
        "{}-became-required": (NON_BREAKING, "is always there"),
        "{}-became-optional": (BREAKING, "is no longer required"),
    },
}
_BODIES: _Table = {
    "request": {
        "became-required": (BREAKING, "requests without a body are rejected"),
        "added": (NON_BREAKING, "a body may be sent"),
        "removed": (BREAKING, "a body is no longer described"),
        "became-optional": (NON_BREAKING, "requests need no body"),
    },
    "response": {
        "became-required": (NON_BREAKING, "a body always comes"),
        "added": (NON_BREAKING, "a body may come"),
        "removed": (BREAKING, "a body is no longer described"),
        "became-optional": (BREAKING, "requests may come without a body"),
    },
}


def of_field(
    side: Side,
    noun: str,
    old: Parameter | HeaderObject | None,
    new: Parameter | HeaderObject | None,
) -> Iterator[Told]:
    """The changes of a parameter or header itself, apart from its schema."""
    if new is None:
        what = "{}-removed"
    elif old is None:
        what = "required-{}-added" if new.required else "{}-added"
    elif old.required != new.required:
        what = "{}-became-required" if new.required else "{}-became-optional"
    else:
        return
    yield what.format(noun), *_FIELDS[side][what]


def of_body(side: Side, old: RequestBody | None, new: RequestBody | None) -> Iterator[Told]:
    """The changes of a request's body itself, apart from its content."""
    if new and new.required and not (old and old.required):
        what = "became-required"
    elif new and not old:
        what = "added"
    elif old and not new:
        what = "removed"
    elif old and new and old.required and not new.required:
        what = "became-optional"
    else:
        return
    yield what, *_BODIES[side][what]


def of_media_types(part: Side, side: Side, name: str) -> tuple[Told, Told]:
    """What it means that bodies of a type are gone, and that they are new."""
    if side == "request":
        return (
            ("removed", BREAKING, f"bodies of type {name} are no longer accepted"),
            ("added", NON_BREAKING, f"bodies of type {name} are accepted"),
        )
    if part == "response":
        return (
            ("removed", BREAKING, f"responses of type {name} no longer occur"),
            ("added", NON_BREAKING, f"responses of type {name} can be requested"),
        )
    # Nobody asks for what comes by itself.
    return (
        ("removed", NON_BREAKING, f"bodies of type {name} no longer come"),
        ("added", BREAKING, f"bodies of type {name} come, which clients did not expect"),
    )


def of_statuses(side: Side, key: str) -> tuple[Told, Told]:
    """What it means that a status is gone, and that it is new."""
    error = key[0] in "45"
    if side == "response":
        return (
            ("removed", NON_BREAKING if error else BREAKING, f"{key} is no longer a response"),
            # Whether clients cope with an error they were not told of, no document says.
            (
                "added",
                UNKNOWN if error else BREAKING,
                f"{key} is a response that clients did not expect",
            ),
        )
    message = f"{key} is no longer an answer that the API expects"
    return (
        ("removed", UNKNOWN if error else BREAKING, message),
        ("added", NON_BREAKING, f"{key} may be answered"),
    )
