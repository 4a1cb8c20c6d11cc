"""Redaction of tables: what is in a column whose first row has the name of a secret."""

import re
from collections.abc import Callable

#: A cell with what ends it, by the separator of cells; quotes may lack the last one.
_CELLS = {
    mark: re.compile(rf'(?:"((?:[^"]|"")*+)"?)?+([^{mark}\r\n]*+)({re.escape(mark)}|\r?\n|\r|\Z)')
    for mark in (",", ";", "\t", "|")
}


def redact_table(
    text: str,
    named: Callable[[str], bool],
    masked: Callable[[str], str],
    plain: Callable[[str], str],
    separator: str | None = None,
) -> str:
    """The table with each cell `masked` whose column is `named` so, and other cells in `plain`.

    Without a separator it is the one that the first row has most of.
    """
    head = text.partition("\n")[0]
    mark = separator or max(_CELLS, key=head.count)
    parts: list[str] = []
    names: list[str] = []
    first, column = True, 0
    for cell in _CELLS[mark].finditer(text):
        quoted, rest, end = cell[1], cell[2], cell[3]
        value = (quoted or "").replace('""', '"') + rest
        if first:
            names.append(value.strip())
        secret = not first and column < len(names) and named(names[column])
        if secret and value.strip():
            parts.append(masked(value) if quoted is None else f'"{masked(value)}"')
        else:
            parts.append(plain(cell[0].removesuffix(end) if end else cell[0]))
        parts.append(end)
        column = column + 1 if end == mark else 0
        first = first and end == mark
    return "".join(parts)
