"""Click options made from the settings' rows."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from emulator.mock.plugins import installed, unusable
from emulator.settings import SETTINGS, Setting

F = TypeVar("F", bound=Callable[..., Any])


class SpecCommand(click.Command):
    """A command that takes a SPEC: its help lists the installed services."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the services before the epilog."""
        rows = [(plugin.name, plugin.description) for plugin in installed().values()]
        rows += [(error.service, f"can't be used: {error.message}") for error in unusable()]
        if rows:
            with formatter.section("Services"):
                formatter.write_dl(rows)
        super().format_epilog(ctx, formatter)


def settings_options(*names: str) -> Callable[[F], F]:
    """A decorator that adds the options of these settings, or of all."""
    return combined(*(_option(row) for row in SETTINGS if not names or row.name in names))


def combined(*options: Callable[[Any], Any]) -> Callable[[F], F]:
    """A decorator that adds these options, in the order of the help."""

    def decorate(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def _option(row: Setting) -> Callable[[F], F]:
    if row.is_switch:
        return click.option(
            row.flag, is_flag=True, default=row.default, envvar=row.environment, help=row.help
        )
    return click.option(
        row.flag,
        type=click.Choice(row.choices) if row.choices else row.type,
        default=row.default,
        show_default=row.default is not None and not row.repeatable,
        envvar=row.environment,
        multiple=row.repeatable,
        metavar=row.metavar or None,
        help=row.help,
    )
