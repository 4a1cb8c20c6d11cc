"""Options of the commands that send requests: credentials, operations, limits, report files."""

from collections.abc import Callable

import click

from emulator.cli.options import F, combined
from emulator.cli.values import (
    FILE,
    TextLine,
    headers_of,
    parsed_by,
    rate_of,
    seconds_of,
    texts_of,
)
from emulator.contract.check.findings import seed_number


def credentials(more: str = "") -> Callable[[F], F]:
    """`--header` and `--auth`; `more` is a sentence for the help of the latter."""
    return combined(
        click.option(
            "--header",
            "headers",
            multiple=True,
            type=TextLine(),
            callback=parsed_by(headers_of),
            envvar="EMULATOR_CHECK_HEADER",
            metavar="'NAME: VALUE'",
            help="Send this header with every request; masked in all output. Repeatable.",
        ),
        click.option(
            "--auth",
            multiple=True,
            type=TextLine(),
            callback=parsed_by(texts_of),
            envvar="EMULATOR_CHECK_AUTH",
            metavar="NAME=VALUE",
            help="Send a credential where the document requires it: NAME is a security scheme, an"
            f" API, bearer or basic.{more} Masked in all output. Repeatable.",
        ),
    )


allow_writes = click.option(
    "--allow-writes", is_flag=True, help="Also send a live server requests that may change data."
)

selection = combined(
    click.option(
        "--include",
        multiple=True,
        metavar="GLOB",
        help="Only operations that match, e.g. 'GET /pets*'. Repeatable.",
    ),
    click.option(
        "--exclude", multiple=True, metavar="GLOB", help="No operations that match. Repeatable."
    ),
)

seed = click.option(
    "--seed",
    default="0",
    callback=parsed_by(seed_number),
    metavar="TEXT",
    help="Number or text; the same seed sends the same requests.  [default: 0]",
)

limits = combined(
    click.option(
        "--max-requests",
        type=click.IntRange(min=0),
        metavar="N",
        help="Stop after N requests to an API.",
    ),
    click.option(
        "--max-time",
        "max_time_s",
        callback=parsed_by(seconds_of),
        metavar="TIME",
        help="Stop after this time for an API, e.g. 90s, 10m, 1h.",
    ),
    click.option(
        "--rate",
        "rate_per_s",
        callback=parsed_by(rate_of),
        metavar="N/s",
        help="Send at most this many requests: 10/s, 300/m, 1000/h.",
    ),
)


def timeout(default: float) -> Callable[[F], F]:
    """`--timeout`."""
    return click.option(
        "--timeout",
        "timeout_s",
        type=click.FloatRange(min=0, min_open=True),
        default=default,
        show_default=True,
        metavar="SECONDS",
        help="How long the server may be silent.",
    )


report_files = combined(
    click.option(
        "--json", "json_file", type=FILE, metavar="FILE", help="Write the report as JSON."
    ),
    click.option(
        "--html",
        "html_file",
        type=FILE,
        metavar="FILE",
        help="Write the report as one HTML page.",
    ),
)
