"""Parsers of option values."""

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit

import click

from emulator.contract.check.findings import REPORT_SUFFIXES
from emulator.http.messages import Headers

T = TypeVar("T")

#: A file to write, and one to read.
FILE = click.Path(dir_okay=False, path_type=Path)
EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

_UNITS = {"s": 1, "m": 60, "h": 3600}
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class TextLine(click.ParamType[str]):
    """A text; an environment variable holds several, each on a line of its own."""

    name = "text"
    envvar_list_splitter = "\n"


def parsed_by(parse: Callable[[Any], T]) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """An option's callback that parses its text, if it is given."""
    return lambda _, __, text: None if text is None else parse(text)


def expanded(text: str) -> str:
    """The text with `${NAME}` replaced by the environment variable of that name."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in os.environ:
            raise click.BadParameter(f"the environment has no {match[1]}")
        return os.environ[match[1]]

    return _VARIABLE.sub(value, text)


def headers_of(lines: Sequence[str]) -> Headers:
    """`Name: value` lines as header fields."""
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.strip() or not line.isprintable():
            # Only what precedes the colon: the value may be a secret.
            excerpt = f"{name}:…" if colon else "what it has"
            raise click.BadParameter(f"{excerpt!r} is not of the form 'Name: value'")
        headers.append((name.strip(), expanded(value.strip())))
    return tuple(headers)


def texts_of(texts: Sequence[str]) -> tuple[str, ...]:
    """Texts with their environment variables replaced."""
    return tuple(expanded(text.strip()) for text in texts if text.strip())


def names_in(values: Sequence[str]) -> tuple[str, ...]:
    """The names in comma-separated lists, each once."""
    names = (name.strip() for value in values for name in value.split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def report_kinds(values: Sequence[str]) -> tuple[str, ...]:
    """The kinds of reports in comma-separated lists."""
    for kind in names_in(values):
        if kind not in REPORT_SUFFIXES:
            raise click.BadParameter(f"{kind!r} is none of {', '.join(REPORT_SUFFIXES)}")
    return names_in(values)


def server_url(url: str) -> str:
    """The URL of a server, without trailing slash."""
    url_parts(url)
    return url.rstrip("/")


def url_parts(url: str) -> SplitResult:
    """The parts of a URL that can be called."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        message = f"{url!r} is not of the form http://host:port[/path]"
        context = click.get_current_context(silent=True)
        if context is not None and Path(url).is_file():
            message += f": it is a file, which {context.info_name} takes as SPEC, without an option"
        raise click.BadParameter(message)
    return parts


def seconds_of(text: str) -> float:
    """A time such as `90s`, `10m` or `1h` in seconds."""
    match = re.fullmatch(r"(\d{1,9})([smh]?)", str(text))
    if match is None:
        raise click.BadParameter("write it like 90s, 10m or 1h")
    return float(int(match[1]) * _UNITS[match[2] or "s"])


def rate_of(text: str) -> float:
    """A rate such as `10/s` or `300/m` in requests per second."""
    match = re.fullmatch(r"(\d{1,9})/([smh])", text)
    if match is None or not int(match[1]):
        raise click.BadParameter("write it like 10/s, 300/m or 1000/h")
    return int(match[1]) / _UNITS[match[2]]
