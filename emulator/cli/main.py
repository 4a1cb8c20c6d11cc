"""The command line's entry point: `emulator <command>`."""

import gc
import importlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from emulator import __version__
from emulator.cli.config import DEFAULT_FILE, defaults_for, read_config
from emulator.errors import EmulatorError
from emulator.http.nearest import nearest
from emulator.mock.plugins import listed_names

#: Exit codes: 0 no findings, 1 findings, 2 could not run.
COULD_NOT_RUN = 2

#: Commands in the order of the help; each is in the module of its name, imported when called.
COMMANDS: Mapping[str, str] = {
    "serve": "Serve OpenAPI documents on one port.",
    "check": "Test a server against its OpenAPI documents.",
    "compare": "Show where the emulator and a real endpoint differ.",
    "coverage": "Measure which documented responses are valid, and which your tests received.",
    "record": "Record a real service's responses through a proxy.",
    "diff": "Find changes between two documents that break clients.",
    "lint": "Find problems in documents and their fixtures.",
    "triggers": "List the request values that choose a response, for clients without headers.",
    "resources": "List the resources of a document that `--remember` keeps.",
    "services": "List each service's responses and what they are based on.",
    "faults": "List the faults you can inject.",
    "settings": "List every setting: flag, environment variable and default.",
    "schema": "Print the JSON Schema of a kind of file, for editors.",
    "token": "Create a token that `serve --auth known` accepts.",
}

_EPILOG = """\b
SPEC is a file (OpenAPI 3.x as YAML, JSON or in a Markdown page) or an installed service:
{services}. Without SPEC, all of them.

\b
Examples:
  emulator serve                        all installed services on 127.0.0.1:4010
  emulator serve petstore.yaml          your own document
  emulator check                        Schemathesis against the emulator itself
  emulator record petstore.yaml --upstream https://api.example.com
  emulator triggers composio            how to get each response of Composio

\b
Every option of serve is also an environment variable (EMULATOR_PORT=4011) and a line of
emulator.yaml (`port: 4011`). A flag wins over the environment, and that over the file.
"""


def _meant(word: str) -> str:
    """What to call instead of a command that there isn't."""
    if word.startswith(("http://", "https://")):
        return f"a server is tested by: emulator check SPEC --against {word}"
    if Path(word).is_file():
        return f"a document is served by: emulator serve {word}"
    near = nearest(word, list(COMMANDS))
    return f"did you mean {near!r}?" if near else f"there is: {', '.join(COMMANDS)}"


class _Commands(click.Group):
    """Imports a command's module when it is called, so that `serve` needs no Schemathesis."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = _module(f"emulator.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does; an unknown command names the one that was meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f"no command is called {args[0]!r}; {_meant(args[0])}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        services = ", ".join(listed_names()) or "there is none"
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_EPILOG.format(services=services))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except EmulatorError as error:
            click.echo(f"error: {error}", err=True)
            ctx.exit(COULD_NOT_RUN)
        except OSError as error:  # a file that nothing can be, such as one with too long a name
            if error.filename is None:
                raise
            click.echo(f"error: {error.filename}: can't be used: {error.strerror}", err=True)
            ctx.exit(COULD_NOT_RUN)


def _module(name: str) -> Any:
    """Import a module; no collection visits what it makes, which stays for good."""
    if name in sys.modules:
        return sys.modules[name]
    gc.disable()
    try:
        return importlib.import_module(name)
    finally:
        gc.freeze()
        gc.enable()


@click.group(cls=_Commands)
@click.version_option(__version__, prog_name="emulator")
@click.option(
    "--config",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    envvar="EMULATOR_CONFIG",
    metavar="FILE",
    help="File with settings for flags that are not given. Default: emulator.yaml, if it exists.",
)
@click.pass_context
def command(ctx: click.Context, file: Path | None) -> None:
    """A mock server for contract testing.

    Serves OpenAPI documents, rejects requests that violate them, and returns a realistic response
    for every documented status.
    """
    name = ctx.invoked_subcommand
    if file is None and DEFAULT_FILE.is_file():
        file = DEFAULT_FILE
    if file is None or name is None:
        return
    called = _Commands().get_command(ctx, name)
    if called is not None:
        config = read_config(file, COMMANDS)
        ctx.default_map = {name: defaults_for(called, name, config, file)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; a command that can't run exits with one message and code 2."""
    command.main(args=None if arguments is None else list(arguments), prog_name="emulator")


if __name__ == "__main__":
    main()
