"""What is said of a value that keeps none of several schemas, or too many; and other reasons.

The branch that a discriminator names speaks for itself, and so does the only one that the value
comes near to. Otherwise the nearest is named, with what it lacks.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeAlias

import msgspec
from jsonschema_rs import ValidationError

from emulator.http.encode import dump
from emulator.http.messages import Json
from emulator.schema.flatten.references import name_of
from emulator.schema.format_checks import format_hint
from emulator.schema.pointers import pointer_of

#: Longer messages quote the whole value; the pointer says where it is.
MESSAGE_LIMIT = 300
#: Parts of a value that are quoted, and names that are listed.
_QUOTED, _LISTED = 40, 5
_MEMBERS = frozenset(["required", "dependentRequired", "additionalProperties", "false"])


class Reason(msgspec.Struct, frozen=True):
    """One thing wrong: where in the value, by which keyword, and what.

    A `tag` is wrong where a schema has one value only: it marks what is of another kind.
    """

    path: tuple[str | int, ...]
    keyword: str
    message: str
    tag: bool = False

    def within(self, place: str | int) -> "Reason":
        """The same, seen from a value that has this one at a place."""
        return Reason((place, *self.path), self.keyword, self.message, self.tag)


Found: TypeAlias = tuple[Reason, ...]


def said(schema: Mapping[str, Json]) -> str | None:
    """The document's own message for what a schema refuses."""
    message = schema.get("x-emulator-message")
    return message if isinstance(message, str) else None


def of_none(schema: Mapping[str, Json], keyword: str, found: Sequence[Found], value: Json) -> Found:
    """The reasons where each of the branches under a keyword has some."""
    message = said(schema)
    if message is not None:
        return (Reason((), keyword, message),)
    branches = schema[keyword]
    chosen = _discriminated(schema, keyword, found, value)
    if chosen:
        return chosen
    ranks = [_rank(each) for each in found]
    best = min(ranks)
    nearest = ranks.index(best)
    alone = sum(rank[:3] == best[:3] for rank in ranks) == 1
    if alone and not any(best[:3]):
        return found[nearest]
    names = _names(branches)
    if best[0]:
        lacks = "; ".join(dict.fromkeys(each[0].message for each in found[:_LISTED]))
    else:
        name = _name(branches[nearest]) or f"number {nearest + 1}"
        lacks = f"{name} is nearest: {_lack(found[nearest])}"
    return (Reason((), keyword, cut(f"it fits none of {names}; {lacks}")),)


def of_several(
    schema: Mapping[str, Json], keyword: str, found: Sequence[Found], value: Json
) -> Found:
    """The reasons where a value keeps more than one of the branches of a `oneOf`.

    Others may fit by accident: where the value names one that doesn't, that one speaks.
    """
    message, branches = said(schema), schema[keyword]
    chosen = () if message is not None else _discriminated(schema, keyword, found, value)
    if chosen:
        return chosen
    fitting = [branch for branch, each in zip(branches, found, strict=True) if not each]
    known = f": {_names(fitting)}" if all(map(_name, fitting)) else ""
    several = f"it must fit one of {_names(branches)}, and fits {len(fitting)}{known}"
    return (Reason((), keyword, message or cut(several)),)


def unkept(
    schema: Mapping[str, Json], keyword: str, value: Json
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Where and what, for a keyword without subschemas that an object or an array breaks."""
    argument = schema[keyword]
    if keyword == "required":
        names = (name for name in argument if name not in value)
        yield from (((name,), f"{quoted(name)} is a required property") for name in names)
    elif keyword == "dependentRequired":
        needed = (name for cause in argument if cause in value for name in argument[cause])
        names = (name for name in dict.fromkeys(needed) if name not in value)
        yield from (((name,), f"{quoted(name)} is a required property") for name in names)
    elif keyword == "const":
        yield (), cut(f"{quoted(argument)} was expected")
    else:
        failure = _FAILURES.get(keyword, lambda _: f"does not keep `{keyword}`")
        yield (), cut(f"{quoted(value)} {failure(argument)}")


def unexpected(kind: str, places: Sequence[str | int]) -> str:
    """The message of properties, or items, that nothing describes."""
    what = "items" if isinstance(places[0], int) else "properties"
    names = ", ".join(f"'{str(name)[:_QUOTED]}'" for name in places[:_LISTED])
    more = f" and {len(places) - _LISTED:,} more" if len(places) > _LISTED else ""
    were = "was" if len(places) == 1 else "were"
    return cut(f"{kind} {what} are not allowed ({names}{more} {were} unexpected)")


def quoted(value: Json) -> str:
    """A value as JSON: of a large one its beginning."""
    return cut(dump(_beginning(value, [_QUOTED])).decode())


def of_format(error: ValidationError) -> str:
    """The validator's message for a format, and what the text lacks, where that is one thing."""
    name, text = error.kind.as_dict()["format"], error.instance
    hint = format_hint(name, text) if isinstance(text, str) else ""
    return f"{error.message}; {hint}" if hint else error.message


def cut(message: str) -> str:
    """A message no longer than the limit."""
    return message if len(message) <= MESSAGE_LIMIT else message[: MESSAGE_LIMIT - 1] + "…"


def _discriminated(
    schema: Mapping[str, Json], keyword: str, found: Sequence[Found], value: Json
) -> Found:
    """The reasons of the branch that a value names, or that it names none.

    Nothing where that branch has none, or no discriminator says which it is.
    """
    if "discriminator" not in schema or not isinstance(value, dict):
        return ()
    discriminator, branches = schema["discriminator"], schema[keyword]
    name = discriminator["propertyName"]
    mapping = discriminator.get("mapping") or {}
    stand_ins = [_stand_ins(branch, mapping) for branch in branches]
    known = [each[0] for each in stand_ins if each]
    if len(known) < len(branches):  # nothing stands for a branch without a name
        return ()
    if name not in value:
        message = f"{quoted(name)} is missing, which says what it is: {_listed(known)}"
        return (Reason((name,), keyword, cut(message)),)
    for names, each in zip(stand_ins, found, strict=True):
        if value[name] in names:
            return each
    message = f"{quoted(value[name])} stands for no schema; there are {_listed(known)}"
    return (Reason((name,), keyword, cut(message)),)


def _stand_ins(branch: Json, mapping: Mapping[str, Json]) -> list[str]:
    """The values of a discriminator that mean a branch: by the mapping, or by its name."""
    reference = branch.get("$ref") if isinstance(branch, dict) else None
    if not isinstance(reference, str):
        return []
    short = _last(reference)
    mapped = [v for v, target in mapping.items() if target == reference or _last(target) == short]
    return [*mapped, short]


def _last(target: Json) -> str:
    return name_of(str(target)).rpartition("/")[2]


def _rank(found: Found) -> tuple[bool, bool, int, int]:
    """How far a branch is from the value: another type, another tag, other members, mistakes."""
    here = any(not each.path and each.keyword in ("type", "const", "enum") for each in found)
    tag = any(len(each.path) == 1 and each.tag for each in found)
    members = sum(len(each.path) <= 1 and each.keyword in _MEMBERS for each in found)
    return here, tag, members, len(found)


def _lack(found: Found) -> str:
    first = found[0]
    place = f"{pointer_of(first.path)}: " if first.path else ""
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return f"{place}{first.message}{more}"


def _name(branch: Json) -> str:
    """What a branch is called by its reference or title; nothing where it has none."""
    if not isinstance(branch, dict):
        return ""
    if isinstance(branch.get("$ref"), str):
        return _last(branch["$ref"])
    title = branch.get("title")
    return title if isinstance(title, str) else ""


def _names(branches: Sequence[Json]) -> str:
    names = [_name(branch) for branch in branches]
    return _listed(names) if all(names) else f"{len(names)} schemas"


def _listed(names: Sequence[str]) -> str:
    more = [f"{len(names) - _LISTED} more"] if len(names) > _LISTED else []
    shown = [*names[:_LISTED], *more]
    return ", ".join(shown[:-1]) + f" and {shown[-1]}" if len(shown) > 1 else shown[0]


def _types(types: Json) -> str:
    if isinstance(types, str):
        return f"is not of type {quoted(types)}"
    return f"is not of types {', '.join(sorted(map(quoted, types)))}"


def _count(words: str, noun: str, nouns: str) -> Callable[[Json], str]:
    return lambda limit: f"has {words} than {limit} {noun if limit == 1 else nouns}"


#: What is said after a value that breaks a keyword.
_FAILURES: Mapping[str, Callable[[Json], str]] = {
    "type": _types,
    "enum": lambda options: f"is not one of {', '.join(map(quoted, options[:_QUOTED]))}",
    "minItems": _count("less", "item", "items"),
    "maxItems": _count("more", "item", "items"),
    "minProperties": _count("less", "property", "properties"),
    "maxProperties": _count("more", "property", "properties"),
    "uniqueItems": lambda _: "has non-unique elements",
}


def _beginning(value: Json, left: list[int]) -> Json:
    """A value without what comes after so many of its parts."""
    left[0] -= 1
    if isinstance(value, str):
        return value[:MESSAGE_LIMIT]
    if not isinstance(value, dict | list):
        return value
    if isinstance(value, dict):
        pairs = islice(value.items(), max(left[0], 0))
        return {n[:MESSAGE_LIMIT]: _beginning(item, left) for n, item in pairs if left[0] > 0}
    return [_beginning(item, left) for item in islice(value, max(left[0], 0)) if left[0] > 0]
