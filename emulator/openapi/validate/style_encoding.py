"""Serialize values as parameters, the inverse of decoding.

`decode(encode(x)) == x` holds where OpenAPI defines the result, and these are left out:

- null in a place where a string is allowed (both are written `null`);
- an empty array or object where its style writes nothing for it (exploded form and matrix), and
  an array of one empty string where it does, or in a cookie;
- nested arrays and objects, but below deepObject, which writes them with indices and names, and
  in Swagger 2.0, which has a separator for each level;
- `spaceDelimited`, `pipeDelimited` and `tabDelimited` items that hold the delimiter or, alone,
  are empty; names in brackets where brackets nest (deepObject, exploded form);
- header items that hold a comma, names there that hold `=`, and both with white space at an end;
  cookies with `style: cookie`, and all names of cookies, that hold `;`, `&`, `,`, `=` or white
  space: neither has a way to escape them.
"""

from collections.abc import Callable, Mapping
from urllib.parse import quote

import orjson

from emulator.http.media_types import is_json
from emulator.http.messages import Json
from emulator.openapi.validate.parameter_style import ParameterStyle
from emulator.schema.coerce.coercion import to_text

_RESERVED = "!$'()*,:;=@/?"
_ENCODED_SEPARATORS = {" ": "%20", "|": "%7C", "\t": "%09"}


def encode(value: Json, parameter: ParameterStyle) -> str:
    """A value as it is written in a path, header or Cookie field, or query (`a=1&a=2`).

    Empty where the style leaves the parameter out.
    """
    write = _writer(parameter)
    if parameter.media_type is not None:
        json = is_json(parameter.media_type)
        return _named(parameter, write(orjson.dumps(value).decode() if json else to_text(value)))
    if isinstance(value, dict):
        return _object(value, parameter, write)
    if isinstance(value, list):
        return _array(value, parameter, write)
    return _named(parameter, write(to_text(value)))


def _object(
    value: Mapping[str, Json], parameter: ParameterStyle, write: Callable[[str], str]
) -> str:
    if parameter.style == "deepObject":
        return "&".join(_deep(value, parameter.name))
    if not parameter.explode:
        flat = [write(to_text(part)) for pair in value.items() for part in pair]
        return _named(parameter, _joined(flat, parameter))
    write_name = str if parameter.location == "cookie" else write
    pairs = [f"{write_name(name)}={write(to_text(member))}" for name, member in value.items()]
    if parameter.location in ("path", "header"):
        return _prefix(parameter) + parameter.separator.join(pairs)
    return _between(parameter).join(pairs)


def _array(value: list[Json], parameter: ParameterStyle, write: Callable[[str], str]) -> str:
    items = [_item(item, parameter.inner, write) for item in value]
    if not parameter.explode or parameter.style in ("simple", "label"):
        return _named(parameter, _joined(items, parameter))
    between = "" if parameter.location == "path" else _between(parameter)
    return between.join(_named(parameter, item) for item in items)


def _item(value: Json, inner: tuple[str, ...], write: Callable[[str], str]) -> str:
    if not inner or not isinstance(value, list):
        return write(to_text(value))
    between = _ENCODED_SEPARATORS.get(inner[0], inner[0])
    return between.join(_item(each, inner[1:], write) for each in value)


def _deep(value: Json, prefix: str) -> list[str]:
    if isinstance(value, dict):
        members = list(value.items())
    elif isinstance(value, list):
        members = [(str(index), item) for index, item in enumerate(value)]
    else:
        return [f"{quote(prefix, safe='')}={quote(to_text(value), safe='')}"]
    return [pair for name, member in members for pair in _deep(member, f"{prefix}[{name}]")]


def _named(parameter: ParameterStyle, text: str) -> str:
    """The text with what its style puts before it: nothing, `.`, `;name=` or `name=`."""
    if parameter.style == "matrix":
        return f";{quote(parameter.name, safe='')}={text}"
    if parameter.location in ("path", "header"):
        return _prefix(parameter) + text
    in_cookie = parameter.location == "cookie"
    return f"{parameter.name if in_cookie else quote(parameter.name, safe='')}={text}"


def _prefix(parameter: ParameterStyle) -> str:
    return {"label": ".", "matrix": ";"}.get(parameter.style, "")


def _between(parameter: ParameterStyle) -> str:
    return "; " if parameter.location == "cookie" else "&"


def _joined(items: list[str], parameter: ParameterStyle) -> str:
    separator = parameter.separator
    return _ENCODED_SEPARATORS.get(separator, separator).join(items)


def _writer(parameter: ParameterStyle) -> Callable[[str], str]:
    if parameter.location == "header" or parameter.style == "cookie":
        return str
    if parameter.style == "label":
        return lambda text: quote(text, safe="").replace(".", "%2E")
    if parameter.allow_reserved and (parameter.plain or parameter.explode) and not parameter.spread:
        return lambda text: quote(text, safe=_RESERVED)
    return lambda text: quote(text, safe="")
