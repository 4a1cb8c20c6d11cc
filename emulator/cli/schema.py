"""`emulator schema`: the JSON Schema of a kind of file, for editors."""

import json

import click

from emulator.fixtures.files import file_schema
from emulator.mock.fault_rules.rules import RULE_SCHEMA
from emulator.stubs.schema import STUB_SCHEMA

_FIXTURES = ("tool", "fixture", "triggers", "headers", "state")

SCHEMAS = {
    **{kind: file_schema(kind).schema for kind in _FIXTURES},
    "fault": RULE_SCHEMA,
    "stub": STUB_SCHEMA,
    **{
        kind: file_schema(kind).schema
        for kind in ("cassette", "exchange", "contract", "kept-state")
    },
    "compare": file_schema("compare", "emulator.contract").schema,
}


@click.command("schema")
@click.argument("kind", type=click.Choice(tuple(SCHEMAS)), metavar="KIND")
def command(kind: str) -> None:
    """Print the JSON Schema of a kind of file, so that editors can complete and check it.

    KIND is tool, fixture, triggers, headers, state, fault or stub; cassette or exchange for the
    files of `emulator record`; contract for `emulator check`; kept-state for `serve --state-file`;
    compare for the rules of `emulator compare`.
    """
    click.echo(json.dumps(SCHEMAS[kind], indent=2))
