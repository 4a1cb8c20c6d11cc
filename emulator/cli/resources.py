"""`emulator resources`: the kinds of records that a document describes, as they were understood."""

import json
from typing import Any

import click

from emulator.cli.options import SpecCommand, read_settings, settings_options
from emulator.http.messages import Json
from emulator.mock.assemble import assemble
from emulator.mock.endpoints import remembered_by
from emulator.mock.remember.compile import Remembered
from emulator.mock.responses import compile_responses
from emulator.openapi.promises.model import Resource

_STEPS = ("create", "read", "list", "replace", "update", "delete")

_EPILOG = """\b
A wrong guess is set right in SPEC.contract.yaml (`emulator schema contract`):
  resources:
    things: {create: createThing, read: getThing, parameter: thingId}
    createOther: false        no resource
"""


@click.command("resources", cls=SpecCommand, epilog=_EPILOG)
@click.argument("spec", metavar="SPEC")
@settings_options("fixtures", "root")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(spec: str, as_json: bool, **values: Any) -> None:
    """List the resources of a document that `serve --remember` keeps, and what was understood.

    SPEC is a document of your own or one of the services below.
    """
    settings = read_settings((spec,), values)
    service = assemble(settings).services[0]
    responses = {
        operation.id: compile_responses(service.api, operation, service.fixtures)
        for operation in service.api.operations
    }
    found = remembered_by(service, responses, settings)
    rows = [_row(found, each) for each in found.resources]
    used = {operation for row in rows for operation in row["operations"].values()}
    rest = [each.id for each in service.api.operations if each.id not in used]
    if as_json:
        click.echo(json.dumps({"resources": rows, "others": rest}, indent=2))
        return
    for row in rows:
        _print(row)
    click.echo(f"no part of a resource: {', '.join(rest) or 'nothing'}")


def _row(found: Remembered, resource: Resource) -> dict[str, Json]:
    kind = found.kind(resource)
    actions = {name: each for each, (of, name) in found.actions().items() if of is resource}
    is_kept = kind is not None or found.marks(resource) is not None
    steps = {step: getattr(resource, step) for step in _STEPS if getattr(resource, step)}
    return {
        "collection": found.collection(resource),
        "path": found.path(resource),
        "id": (".".join(kind.id_place) if kind else "") or None,
        "basis": str(resource.basis),
        "operations": {**steps, **actions},
        "members": sorted(kind.members) if kind else [],
        "remembered": is_kept,
        "reason": ""
        if is_kept
        else "no JSON response with an object for its schema shows a record",
    }


def _print(row: dict[str, Json]) -> None:
    kept = "" if row["remembered"] else f"   not kept: {row['reason']}"
    identity = f"   id: {row['id']}" if row["id"] else ""
    click.echo(f"{row['collection']}   {row['path']}{identity}   by {row['basis']}{kept}")
    for step, operation in row["operations"].items():
        click.echo(f"  {step:<8} {operation}")
