"""Click options made from the settings' rows."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from emulator.errors import SettingsError
from emulator.mock.plugins import installed, unusable
from emulator.settings import SETTINGS, Setting, Settings, make_settings

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


class SettingOption(click.Option):
    """An option of a setting: a mistake names the environment variable that it came from."""

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """What the message of a wrong value begins with."""
        return _origin(ctx, self) if ctx else super().get_error_hint(ctx)


def read_settings(specs: tuple[str, ...], values: Mapping[str, Any]) -> Settings:
    """The settings of this command line; raises SettingsError, which names where one comes from."""
    try:
        return make_settings(specs, values)
    except SettingsError as error:
        ctx = click.get_current_context()
        for each in ctx.command.params:
            if error.setting in each.opts:
                error.setting = _origin(ctx, each)
        raise


def _origin(ctx: click.Context, option: click.Parameter) -> str:
    source = ctx.get_parameter_source(option.name or "")
    if source is ParameterSource.ENVIRONMENT:
        return f"{option.envvar} (the environment)"
    if source is ParameterSource.DEFAULT_MAP:
        return f"{option.opts[0].removeprefix('--')} (the settings file)"
    return option.opts[0]


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
            row.flag,
            cls=SettingOption,
            is_flag=True,
            default=row.default,
            envvar=row.environment,
            help=row.help,
        )
    return click.option(
        row.flag,
        cls=SettingOption,
        type=click.Choice(row.choices) if row.choices else row.type,
        default=row.default,
        show_default=row.default is not None and not row.repeatable,
        envvar=row.environment,
        multiple=row.repeatable,
        metavar=row.metavar or None,
        help=row.help,
    )
