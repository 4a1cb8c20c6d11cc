"""Parameters that are single values written plainly, as in nearly all requests: read in one go.

Whatever is not, or may be wrong, is left to the whole of `parameters`, which knows every style and
says what is wrong.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from emulator.http.messages import Json, Request
from emulator.openapi.validate.parameter_style import ParameterStyle
from emulator.schema.coerce.coercion import coerce

#: Values of parameters by location (path, query, querystring, header, cookie), then by name.
Values: TypeAlias = Mapping[str, Mapping[str, Json]]

NO_VALUES: Values = {
    location: {} for location in ("path", "query", "querystring", "header", "cookie")
}
#: More names in a query than this are left to the whole.
_MOST_NAMES = 50
_MOST_DIGITS = 300


@dataclass(frozen=True, slots=True)
class PlainParameters:
    """The parameters of an operation that has no others: by location, those of the query by name.

    `accepts` judges the values of all that have a schema, by its key.
    """

    path: tuple[ParameterStyle, ...]
    query: Mapping[str, ParameterStyle]
    header: tuple[ParameterStyle, ...]
    required: frozenset[str]
    accepts: Callable[[Mapping[str, Json]], bool]

    def read(self, request: Request, path: Mapping[str, str]) -> Values | None:
        """Every value sent, by location and name; None where anything is unusual or invalid."""
        values, judged = dict(NO_VALUES), dict[str, Json]()
        if self.path:
            values["path"] = found = {}
            for style in self.path:
                raw = path.get(style.name, "%")
                if "%" in raw or not raw.isascii():
                    return None
                found[style.name] = value = raw if style.verbatim else read_plain(raw, style)
                if style.schema_key is not None:
                    judged[style.schema_key] = value
        if self.header and not self._read_header(request.fields, values, judged):
            return None
        if request.query:
            if not self._read_query(request.query, values, judged):
                return None
        elif self.required:
            return None
        return values if not judged or self.accepts(judged) else None

    def _read_header(
        self,
        fields: Mapping[str, str],
        values: dict[str, Mapping[str, Json]],
        judged: dict[str, Json],
    ) -> bool:
        """Read the header; false where a field is missing or has other characters than ASCII's."""
        values["header"] = found = dict[str, Json]()
        for style in self.header:
            raw = fields.get(style.sent_as)
            if raw is None:
                if style.required:
                    return False
            elif not raw.isascii() or raw != raw.strip(" \t"):
                return False
            else:
                found[style.name] = value = raw if style.verbatim else read_plain(raw, style)
                if style.schema_key is not None:
                    judged[style.schema_key] = value
        return True

    def _read_query(
        self, raw_query: str, values: dict[str, Mapping[str, Json]], judged: dict[str, Json]
    ) -> bool:
        """Read the query; false where a value is encoded, repeated, missing or empty."""
        if "%" in raw_query or "+" in raw_query or not raw_query.isascii():
            return False
        pairs = raw_query.split("&")
        if len(pairs) > _MOST_NAMES:
            return False
        query, sent = self.query, dict[str, str]()
        for pair in pairs:
            name, _, raw = pair.partition("=")
            if name in query:
                if name in sent or not raw:
                    return False
                sent[name] = raw
        if not sent.keys() >= self.required:
            return False
        values["query"] = found = dict[str, Json]()
        for name, style in query.items():
            if name in sent:
                found[name] = value = (
                    sent[name] if style.verbatim else read_plain(sent[name], style)
                )
                if style.schema_key is not None:
                    judged[style.schema_key] = value
        return True


def read_plain(raw: str, style: ParameterStyle) -> Json:
    """The value of a single ASCII text; whole numbers, the most common of others, at once."""
    if style.whole and raw.isdigit() and raw[0] != "0" and len(raw) < _MOST_DIGITS:
        return int(raw)
    return coerce(raw, style.shape)


def compile_plain(
    styles: Mapping[str, Iterable[ParameterStyle]], accepts: Callable[[Mapping[str, Json]], bool]
) -> PlainParameters | None:
    """The plain parameters among these, by location; None where any is not plain."""
    every = [style for found in styles.values() for style in found]
    if not all(style.plain and style.shape.scalar and not style.spread for style in every):
        return None
    if styles["cookie"] or any(s.style != "simple" for s in every if s.location != "query"):
        return None
    query = {style.name: style for style in styles["query"]}
    required = frozenset(name for name, style in query.items() if style.required)
    return PlainParameters(tuple(styles["path"]), query, tuple(styles["header"]), required, accepts)
