"""The command line's entry point: `emulator <command>`."""

import importlib
from collections.abc import Mapping, Sequence

import click

from emulator import __version__
from emulator.errors import EmulatorError

#: Exit codes: 0 fine, 1 findings, 2 could not run.
COULD_NOT_RUN = 2

#: Commands in the order of the help, with the module each stands in; loaded when called.
COMMANDS: Mapping[str, str] = {
    "serve": "Answer for OpenAPI documents on one port.",
    "check": "Check that a server keeps what its OpenAPI documents promise.",
    "lint": "Say what is doubtful about documents and their fixtures.",
    "triggers": "List the values that choose an answer without special headers.",
    "schema": "Print the JSON Schema of a kind of fixture file.",
    "token": "Mint a token that `serve --auth known` accepts.",
}

_EPILOG = """\b
SPEC is a file (OpenAPI 3.x as YAML, JSON or in a Markdown page) or a built-in name:
paragon, composio, agentflow. None means these three.

\b
Examples:
  emulator serve                        the three built-in services on 127.0.0.1:4010
  emulator serve petstore.yaml          your own document
  emulator check                        Schemathesis against the emulator itself
  emulator triggers composio            how to get each answer of Composio

\b
Every option of serve is an environment variable too: EMULATOR_PORT=4011, EMULATOR_AUTH=known.
"""


class _Commands(click.Group):
    """Loads a command's module when it is called: `--help` needs none, `serve` no Schemathesis."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"emulator.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, epilog=_EPILOG)
@click.version_option(__version__, prog_name="emulator")
def command() -> None:
    """A mock server for contract testing.

    Loads OpenAPI documents and fixtures, validates every request, and gives every documented
    status with a realistic body.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; what can't run ends with one message and exit code 2."""
    try:
        command.main(args=None if arguments is None else list(arguments), prog_name="emulator")
    except EmulatorError as error:
        click.echo(f"error: {error}", err=True)
        raise SystemExit(COULD_NOT_RUN) from None


if __name__ == "__main__":
    main()
