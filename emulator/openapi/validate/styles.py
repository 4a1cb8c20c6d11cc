"""Decode parameters by style (OpenAPI 3.2, 4.12.2.3 and Appendices C to E).

Text is split at its delimiters before it is percent-decoded, so that `%2C` inside an item is
data. What the specification leaves open:

- a parameter that is a single value, sent twice, breaks its style: servers disagree on which of
  the two they take;
- so does an array with `explode: false` sent as repeated parameters;
- empty text is the empty array, unless the schema asks for items: then one empty item. An exploded
  `a=` is one empty item;
- `spaceDelimited` and `pipeDelimited` take the delimiter as it is or percent-encoded; where a
  literal `|` delimits, `%7C` is data. A comma may be percent-encoded where it can't be data:
  between items that aren't strings, or in an object that has no other comma;
- exploded, the delimited styles mean repeated parameters, as form does;
- an exploded object takes the names of its declared properties, and all names nobody else takes
  if its `additionalProperties` are declared or it declares no properties;
- cookies: an exploded array or object may also be in one cookie, separated by commas.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from msgspec import Struct, field

from emulator.http.cookies import split_cookies
from emulator.http.messages import Json, Violation
from emulator.http.percent import MalformedError, decode, decode_form, verbatim
from emulator.openapi.validate.brackets import ABSENT, Groups, index_names, take_deep, take_exploded
from emulator.openapi.validate.parameter_style import ParameterStyle, read_repeated, read_text
from emulator.schema.pointers import escape

#: More name-value pairs than this are refused unread.
MAX_PAIRS = 10_000
#: A query of more is read by no shorter way.
MAX_PLAIN_PAIRS = 50


class Decoded(Struct):
    """What a query, a cookie header or a form holds.

    `values` by parameter name, absent and unreadable ones left out (an exploded object without
    properties is absent, too); `unclaimed`: names no parameter takes, with their raw values;
    `unused`: parameters sent empty under `allowEmptyValue`: present, but without a value.
    """

    values: dict[str, Json] = field(default_factory=dict)
    violations: list[Violation] = field(default_factory=list)
    unclaimed: Groups = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)


def decode_single(raw: str, parameter: ParameterStyle) -> tuple[Json, tuple[Violation, ...]]:
    """The value of a path or header parameter from its raw text; None with violations."""
    try:
        if parameter.location == "header":
            return read_text(raw.strip(" \t"), parameter), ()
        if parameter.style == "simple":
            return read_text(raw, parameter), ()
        if parameter.style == "matrix":
            return _read_matrix(raw, parameter), ()
        if not raw.startswith("."):
            raise MalformedError("style", "expected a '.' before the value (style label)")
        return read_text(raw[1:], parameter), ()
    except MalformedError as error:
        return None, (error.as_violation(parameter.location, "/" + escape(parameter.name)),)


def single_texts(raw_query: str) -> dict[str, str] | None:
    """The text of each name in a query, None where not all are plain: sent once, ASCII."""
    pairs = raw_query.split("&")
    if len(pairs) > MAX_PLAIN_PAIRS:
        return None
    sent: dict[str, str] = {}
    for pair in pairs:
        name, _, raw = pair.partition("=")
        try:
            name, text = decode_form(name), decode_form(raw)
        except MalformedError:
            return None
        if name in sent or "[" in name or not text or not text.isascii():
            return None
        sent[name] = text
    return sent


def decode_query(raw_query: str, parameters: Sequence[ParameterStyle]) -> Decoded:
    """The values of query parameters from the raw query, without its `?`."""
    return decode_pairs(raw_query.split("&"), parameters, "query")


def decode_cookie(raw: str, parameters: Sequence[ParameterStyle]) -> Decoded:
    """The values of cookie parameters from a Cookie field; `unclaimed` names other cookies."""
    # RFC 6570 puts `&` between what `form` explodes, though no browser would write that.
    exploded = any(p.explode and p.style == "form" and not p.plain for p in parameters)
    pairs = split_cookies(raw.replace("&", ";") if exploded else raw)
    return decode_pairs(pairs, parameters, "cookie")


def decode_pairs(
    pairs: Sequence[str], parameters: Sequence[ParameterStyle], location: str
) -> Decoded:
    """The values of parameters from raw `name=value` pairs of a query, form or Cookie field."""
    decoded = Decoded()
    if len(pairs) > MAX_PAIRS:
        message = f"more than {MAX_PAIRS} names and values"
        decoded.violations.append(Violation(location, "", "style", message))
        return decoded
    groups = _group(pairs, location, decoded)
    spread = []
    for parameter in parameters:
        in_one_cookie = location == "cookie" and parameter.name in groups
        if parameter.spread and not in_one_cookie:
            spread.append(parameter)
        elif parameter.name in groups:
            _take(parameter, groups.pop(parameter.name), decoded)
    if spread:
        _take_spread(spread, groups, decoded)
    decoded.unclaimed = groups
    return decoded


def _group(pairs: Iterable[str], location: str, decoded: Decoded) -> Groups:
    groups: Groups = {}
    for pair in pairs:
        if not pair:
            continue
        name, _, raw = pair.partition("=")
        if not name.isalnum():
            try:
                name = verbatim(name) if location == "cookie" else decode_form(name)
            except MalformedError as error:
                decoded.violations.append(error.as_violation(location, ""))
                continue
        if name in groups:
            groups[name].append(raw)
        else:
            groups[name] = [raw]
    return groups


def _take(parameter: ParameterStyle, raws: list[str], decoded: Decoded) -> None:
    if parameter.allow_empty_value and raws == [""]:
        decoded.unused.append(parameter.name)
        return
    try:
        decoded.values[parameter.name] = read_named(raws, parameter)
    except MalformedError as error:
        pointer = "/" + escape(parameter.name)
        decoded.violations.append(error.as_violation(parameter.location, pointer))


def read_named(raws: list[str], parameter: ParameterStyle) -> Json:
    """The value of a parameter from all raw values sent by its name; raises MalformedError."""
    if parameter.explode and parameter.media_type is None:
        if parameter.location != "cookie" or len(raws) > 1:
            return read_repeated(raws, parameter.shape, parameter.codec, parameter.inner)
    elif len(raws) > 1:
        raise MalformedError("style", f"sent {len(raws)} times, expected once")
    return read_text(raws[0], parameter)


def _take_spread(parameters: Iterable[ParameterStyle], groups: Groups, decoded: Decoded) -> None:
    index = index_names(groups)
    # What stands in brackets is nobody else's; those that take whatever is left come last.
    ordered = sorted(parameters, key=_claims_late)
    shared = _shared(ordered, groups)
    for parameter in ordered:
        if parameter.style == "form":
            for name in shared.keys() & parameter.shape.properties.keys():
                groups[name] = [shared[name].pop(0)]
        take = take_deep if parameter.style == "deepObject" else take_exploded
        read_leaf = partial(read_repeated, codec=parameter.codec)
        try:
            value = take(parameter.name, parameter.shape, groups, index, read_leaf)
        except MalformedError as error:
            pointer = "/" + escape(parameter.name)
            decoded.violations.append(error.as_violation(parameter.location, pointer))
        else:
            if value is not ABSENT:
                decoded.values[parameter.name] = value
    for parameter in ordered:
        if parameter.style == "deepObject" and parameter.name in groups:
            _take_bare(parameter, groups.pop(parameter.name), decoded)


def _take_bare(parameter: ParameterStyle, raws: list[str], decoded: Decoded) -> None:
    """Take the bare name of a deep object that nobody else has taken: it may be no object."""
    name, shape = parameter.name, parameter.shape
    if name not in decoded.values and (shape.scalar or shape.array or shape.is_null(raws[0])):
        _take(parameter, raws, decoded)
        return
    message = f"is an object: send its properties as {name}[property]=value"
    place = parameter.location, "/" + escape(name)
    decoded.violations.append(Violation(*place, "style", message))


def _claims_late(parameter: ParameterStyle) -> int:
    return 0 if parameter.style == "deepObject" else 1 + parameter.shape.catch_all


def _shared(parameters: Iterable[ParameterStyle], groups: Groups) -> dict[str, list[Any]]:
    """Values of names that several exploded objects have, where there is one for each of them."""
    exploded = (p for p in parameters if p.style == "form")
    claims = Counter(name for parameter in exploded for name in parameter.shape.properties)
    return {
        name: list(groups[name])
        for name, count in claims.items()
        if count > 1 and len(groups.get(name, ())) == count
    }


def _read_matrix(raw: str, parameter: ParameterStyle) -> Json:
    """`;name=value`, and `;name` for what is empty; exploded objects name their properties."""
    name, shape = parameter.name, parameter.shape
    if not raw.startswith(";"):
        raise MalformedError("style", f"expected ';{name}=' before the value (style matrix)")
    pieces = [piece.partition("=") for piece in raw[1:].split(";")]
    if parameter.explode and shape.object and any(key != name for key, _, _ in pieces):
        return read_text(raw[1:], parameter)
    if any(decode(key) != name for key, _, _ in pieces):
        raise MalformedError("style", f"expected ';{name}=' before the value (style matrix)")
    values = [value for _, _, value in pieces]
    if parameter.explode and parameter.media_type is None:
        return read_repeated(values, shape, parameter.codec)
    if len(values) > 1:
        raise MalformedError("style", f"sent {len(values)} times, expected once")
    return read_text(values[0], parameter)
