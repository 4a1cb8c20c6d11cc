"""The options of `emulator check`, from text to values."""

import os
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

import click

from emulator.contract.check.findings import REPORT_SUFFIXES
from emulator.http.messages import Headers


class Line(click.ParamType[str]):
    """A text; in the environment several stand in one variable, each in its line."""

    name = "text"
    envvar_list_splitter = "\n"


_UNITS = {"s": 1, "m": 60, "h": 3600}
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def expanded(text: str) -> str:
    """The text with `${NAME}` replaced by the environment variable of that name."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in os.environ:
            raise click.BadParameter(f"the environment has no {match[1]}")
        return os.environ[match[1]]

    return _VARIABLE.sub(value, text)


def headers_of(_: click.Context, __: click.Parameter, lines: Sequence[str]) -> Headers:
    """`Name: value` lines as header fields."""
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.strip() or not line.isprintable():
            # Only what stands before the colon: the value may be a secret.
            shown = f"{name}:…" if colon else "what it has"
            raise click.BadParameter(f"{shown!r} is not of the form 'Name: value'")
        headers.append((name.strip(), expanded(value.strip())))
    return tuple(headers)


def texts_of(_: click.Context, __: click.Parameter, texts: Sequence[str]) -> tuple[str, ...]:
    """Texts with their environment variables replaced."""
    return tuple(expanded(text.strip()) for text in texts if text.strip())


def report_kinds(_: click.Context, __: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    """The kinds of reports in comma-separated lists."""
    kinds = [kind.strip() for value in values for kind in value.split(",") if kind.strip()]
    for kind in kinds:
        if kind not in REPORT_SUFFIXES:
            raise click.BadParameter(f"{kind!r} is none of {', '.join(REPORT_SUFFIXES)}")
    return tuple(dict.fromkeys(kinds))


def against_url(_: click.Context, __: click.Parameter, url: str | None) -> str | None:
    """The URL of a live server, without trailing slash."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise click.BadParameter(f"{url!r} is not of the form http://host:port[/path]")
    return url.rstrip("/")


def seconds_of(_: click.Context, __: click.Parameter, text: str | None) -> float | None:
    """A time such as `90s`, `10m` or `1h` in seconds."""
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,9})([smh]?)", str(text))
    if match is None:
        raise click.BadParameter("write it like 90s, 10m or 1h")
    return float(int(match[1]) * _UNITS[match[2] or "s"])


def rate_of(_: click.Context, __: click.Parameter, text: str | None) -> float | None:
    """A rate such as `10/s` or `300/m` in requests per second."""
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,9})/([smh])", text)
    if match is None or not int(match[1]):
        raise click.BadParameter("write it like 10/s, 300/m or 1000/h")
    return int(match[1]) / _UNITS[match[2]]
