"""What each keyword with subschemas has against a value."""

from collections.abc import Iterator, Mapping
from itertools import islice

from emulator.http.messages import Json
from emulator.schema.reasons import branches
from emulator.schema.reasons.branches import Found, Reason, quoted, said
from emulator.schema.reasons.search import MOST_REASONS, Check, ReasonSearch


def _say(schema: Mapping[str, Json], keyword: str, message: str) -> Found:
    return (Reason((), keyword, said(schema) or message),)


def _collected(found: Iterator[Reason]) -> Found:
    return tuple(islice(found, MOST_REASONS + 1))


def _ref(search: ReasonSearch, _s: dict[str, Json], reference: Json, value: Json) -> Found:
    return search.find(search.referred(reference), value)


def _all_of(search: ReasonSearch, _s: dict[str, Json], subs: Json, value: Json) -> Found:
    return _collected(each for sub in subs for each in search.find(sub, value))


def _any_of(search: ReasonSearch, schema: dict[str, Json], subs: Json, value: Json) -> Found:
    found = []
    for sub in subs:
        found.append(search.find(sub, value))
        if not found[-1]:
            return ()
    return branches.of_none(schema, "anyOf", found, value)


def _one_of(search: ReasonSearch, schema: dict[str, Json], subs: Json, value: Json) -> Found:
    found = [search.find(sub, value) for sub in subs]
    fitting = sum(not each for each in found)
    if fitting == 1:
        return ()
    of_these = branches.of_several if fitting else branches.of_none
    return of_these(schema, "oneOf", found, value)


def _not(search: ReasonSearch, schema: dict[str, Json], sub: Json, value: Json) -> Found:
    if search.find(sub, value):
        return ()
    return _say(schema, "not", f"{quoted(sub)} is not allowed for {quoted(value)}")


def _if(search: ReasonSearch, schema: dict[str, Json], sub: Json, value: Json) -> Found:
    branch = "else" if search.find(sub, value) else "then"
    return search.find(schema.get(branch, True), value)


def _dependents(search: ReasonSearch, _s: dict[str, Json], subs: Json, value: Json) -> Found:
    if not isinstance(value, dict):
        return ()
    return _collected(
        each for name, sub in subs.items() if name in value for each in search.find(sub, value)
    )


def _properties(search: ReasonSearch, _s: dict[str, Json], subs: Json, value: Json) -> Found:
    if not isinstance(value, dict):
        return ()
    found = ((name, sub) for name, sub in subs.items() if name in value)
    return _collected(each for name, sub in found for each in search.within(name, sub, value[name]))


def _patterned(search: ReasonSearch, _s: dict[str, Json], subs: Json, value: Json) -> Found:
    if not isinstance(value, dict):
        return ()
    matches = search.schemas.matches
    found = ((n, sub) for pattern, sub in subs.items() for n in value if matches(pattern, n))
    return _collected(each for name, sub in found for each in search.within(name, sub, value[name]))


def _additional(search: ReasonSearch, schema: dict[str, Json], sub: Json, value: Json) -> Found:
    if not isinstance(value, dict) or sub is True:
        return ()
    found = (name for name in value if search.is_additional(schema, name))
    if sub is False:
        names = list(found)
        message = branches.unexpected("Additional", names) if names else ""
        return _say(schema, "additionalProperties", message) if names else ()
    return _collected(each for name in found for each in search.within(name, sub, value[name]))


def _names(search: ReasonSearch, schema: dict[str, Json], sub: Json, value: Json) -> Found:
    if not isinstance(value, dict):
        return ()
    found = (each for name in value for each in search.find(sub, name)[:1])
    return _collected(Reason((), each.keyword, said(schema) or each.message) for each in found)


def _prefix(search: ReasonSearch, _s: dict[str, Json], subs: Json, value: Json) -> Found:
    if not isinstance(value, list):
        return ()
    pairs = enumerate(zip(subs, value, strict=False))
    return _collected(each for i, (sub, item) in pairs for each in search.within(i, sub, item))


def _items(search: ReasonSearch, schema: dict[str, Json], sub: Json, value: Json) -> Found:
    if not isinstance(value, list):
        return ()
    start = len(schema.get("prefixItems", ()))
    rest = islice(enumerate(value), start, None)
    return _collected(each for i, item in rest for each in search.within(i, sub, item))


def _contains(search: ReasonSearch, schema: dict[str, Json], sub: Json, value: Json) -> Found:
    if not isinstance(value, list):
        return ()
    count = sum(not search.find(sub, item) for item in value)
    least, most = schema.get("minContains", 1), schema.get("maxContains", count)
    if count < least:
        return _say(schema, "contains", f"{count} of the items fit `contains`; {least} must")
    if count > most:
        return _say(schema, "maxContains", f"{count} of the items fit `contains`; {most} may")
    return ()


def _unevaluated(kind: type) -> Check:
    keyword = "unevaluatedProperties" if kind is dict else "unevaluatedItems"

    def check(search: ReasonSearch, schema: dict[str, Json], sub: Json, value: Json) -> Found:
        if not isinstance(value, kind):
            return ()
        known = search.evaluated({k: v for k, v in schema.items() if k != keyword}, value)
        rest = value.items() if isinstance(value, dict) else enumerate(value)  # type: ignore[arg-type]
        left = ((place, item) for place, item in rest if place not in known)
        if sub is not False:
            return _collected(each for p, item in left for each in search.within(p, sub, item))
        names = [place for place, _ in left]
        return _say(schema, keyword, branches.unexpected("Unevaluated", names)) if names else ()

    return check


#: By keyword; those that another reads find nothing themselves.
CHECKS: Mapping[str, Check] = {
    "$ref": _ref,
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": _not,
    "if": _if,
    "then": lambda *_: (),
    "else": lambda *_: (),
    "properties": _properties,
    "patternProperties": _patterned,
    "additionalProperties": _additional,
    "propertyNames": _names,
    "dependentSchemas": _dependents,
    "prefixItems": _prefix,
    "items": _items,
    "contains": _contains,
    "minContains": lambda *_: (),
    "maxContains": lambda *_: (),
    "unevaluatedProperties": _unevaluated(dict),
    "unevaluatedItems": _unevaluated(list),
}
