"""`emulator token`: create a JWT signed with the development key."""

import re
import time
from typing import Any

import click

from emulator.cli.options import SpecCommand
from emulator.mock.assemble import assemble, credentials_of
from emulator.openapi.security.credentials import token_for
from emulator.settings import make_settings

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def _duration(_: click.Context, __: click.Parameter, text: str) -> int:
    match = re.fullmatch(r"(-?\d{1,9})([smhd])", text)
    if match is None:
        raise click.BadParameter("write it like 30s, 15m, 1h or 7d (-1h for an expired one)")
    return int(match[1]) * _UNITS[match[2]]


@click.command("token", cls=SpecCommand)
@click.argument("api", metavar="API")
@click.option("--user", default=None, metavar="ID", help="The token's subject (sub).")
@click.option(
    "--expires-in",
    "lifetime_s",
    default="1h",
    show_default=True,
    callback=_duration,
    metavar="TIME",
    help="How long it is valid: 30s, 15m, 1h, 7d; -1h makes an expired one.",
)
def command(api: str, user: str | None, lifetime_s: int) -> None:
    """Create a token that `serve --auth known` accepts.

    It is a JWT (RS256) signed with the emulator's development key, which is public: only emulators
    accept it.
    """
    service = assemble(make_settings((api,), {})).services[0]
    claims: dict[str, Any] = {}
    for credential in credentials_of(service):
        claims = {**(credential.claims or {}), **claims}
    if user is not None:
        claims["sub"] = user
    click.echo(token_for(claims, time.time(), lifetime_s))
