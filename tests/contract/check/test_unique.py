"""Members declared unique: whether a server lets two things have one value."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from emulator.cli.main import command
from emulator.contract.check.findings import CheckOptions, Target
from emulator.contract.check.run import check
from emulator.openapi.promises.model import Contract, Resource
from tests.support.paths import ROOT

PETSTORE = ROOT / "examples" / "petstore.yaml"
USER: Any = {
    "type": "object",
    "required": ["email", "age", "nick"],
    "properties": {
        "email": {"type": "string", "format": "email"},
        "age": {"type": "integer", "minimum": 0, "maximum": 99},
        "nick": {"type": "string"},
    },
}
SHOWN: Any = {"description": "it", "content": {"application/json": {}}}
DOCUMENT: Any = {
    "openapi": "3.1.0",
    "info": {"title": "Users", "version": "1"},
    "paths": {
        "/users": {
            "post": {
                "operationId": "createUser",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": USER}},
                },
                "responses": {"201": SHOWN, "409": SHOWN},
            }
        }
    },
}
CONTRACT = Contract(resources=(Resource("user", create="createUser", unique=("email", "nick")),))


def users(unique: tuple[str, ...]) -> Starlette:
    kept: list[Any] = []

    async def create(request: Request) -> JSONResponse:
        user = await request.json()
        if any(name in each and each[name] == user.get(name) for each in kept for name in unique):
            return JSONResponse({}, 409)
        kept.append(user)
        return JSONResponse(user, 201)

    return Starlette(routes=[Route("/users", create, methods=["POST"])])


@pytest.mark.parametrize(
    ("unique", "members"),
    [(("email", "nick"), []), (("nick",), ["email"]), ((), ["email"])],  # of one cause
    ids=["right", "one-wrong", "wrong"],
)
def test_second_thing_with_a_unique_value_is_refused(
    unique: tuple[str, ...], members: list[str]
) -> None:
    asked = Target("users", DOCUMENT, app=users(unique), contract=CONTRACT)
    options = CheckOptions(phases=("behaviour",), checks=("unique_members",))
    result = check(asked, options, lambda _: None)
    reasons = [each.reason.partition(":")[0] for each in result.findings]
    assert (sorted(reasons), result.errors) == (members, ())


@pytest.mark.parametrize("mode", ["lenient", "strict"])
def test_emulator_keeps_what_it_demands(tmp_path: Path, mode: str) -> None:
    document = tmp_path / "petstore.yaml"
    document.write_text(PETSTORE.read_text())
    (tmp_path / "petstore.contract.yaml").write_text(
        "resources: {pet: {create: createPet, parameter: petId, read: getPet, list: listPets,"
        " delete: deletePet, unique: [name]}}"
    )
    arguments = ["check", str(document), "--remember", mode, "--phase", "behaviour"]
    done = CliRunner().invoke(command, arguments)
    assert (done.exit_code, done.output.splitlines()[-2]) == (0, "1 API, 0 findings")
