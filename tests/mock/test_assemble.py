"""Putting documents together: base paths, the root, clashes, claims, names, fixtures, keys."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from emulator.errors import DocumentError, EmulatorError, FixtureError, SettingsError
from emulator.http.messages import Json, Request, Response
from emulator.mock.assemble import assemble, credentials_of
from emulator.mock.exchange import Endpoint
from emulator.mock.pipeline import handle
from emulator.mock.site import Site
from emulator.mock.state.store import Memory
from emulator.openapi.routing.router import Match
from emulator.settings import Settings
from tests.support.apis import operation, write

KEY = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}


def document(paths: Mapping[str, Json], *servers: str, **more: Json) -> str:
    urls = [{"url": url} for url in servers]
    info = {"title": "T", "version": "1"}
    raw = {"openapi": "3.1.0", "info": info, "servers": urls, "paths": paths, **more}
    return json.dumps(raw)


def get(operation_id: str) -> dict[str, Json]:
    return {"get": operation(operationId=operation_id)}


def specs(folder: Path, **texts: str) -> tuple[str, ...]:
    write(folder, {f"{name}.json": text for name, text in texts.items()})
    return tuple(str(folder / f"{name}.json") for name in texts)


def found(site: Site, path: str) -> str | None:
    """`api.operation` at a path."""
    match = site.router.find("GET", path)
    if not isinstance(match, Match):
        return None
    endpoint: Endpoint = match.target
    return f"{endpoint.service.api.name}.{endpoint.operation.id}"


def test_paths_stand_below_each_base_path_and_at_the_root(tmp_path: Path) -> None:
    one = document({"/x": get("getX")}, "https://h.example/v1", "/v2/")
    site = assemble(Settings(specs(tmp_path, one=one))).site
    paths = ("/v1/x", "/v2/x", "/x", "/v3/x")
    assert [found(site, path) for path in paths] == ["one.getX"] * 3 + [None]


def test_base_path_wins_over_another_documents_root(tmp_path: Path) -> None:
    one = document({"/v1/x": get("rooted")}, "/v9")
    two = document({"/x": get("based")}, "/v1")
    assembly = assemble(Settings(specs(tmp_path, one=one, two=two)))
    assert found(assembly.site, "/v1/x") == "two.based"
    assert found(assembly.site, "/v9/v1/x") == "one.rooted"
    assert assembly.notices == ()


def test_first_document_keeps_a_path_that_both_have(tmp_path: Path) -> None:
    texts = {name: document({"/x": get("getX")}) for name in ("one", "two")}
    assembly = assemble(Settings(specs(tmp_path, **texts)))
    assert found(assembly.site, "/x") == "one.getX"
    assert [notice.message for notice in assembly.notices] == [
        "GET /x is taken by GET /x of one; this operation of two never answers there"
    ]


def test_stray_paths_go_to_the_service_that_owns_the_neighbours(tmp_path: Path) -> None:
    one = document({"/pets/{id}": get("a"), "/{any}/x": get("b")}, "/api")
    two = document({"/pets/v2/{id}": get("c"), "/toys": get("d")}, "/api/v2")
    site = assemble(Settings(specs(tmp_path, one=one, two=two))).site
    owners = {
        path: service.api.name if (service := site.service_for(path)) else None
        for path in ("/api", "/api/nothing", "/api/v2/nothing", "/api/v22", "/apis", "/", "/toys/1")
    }
    assert owners == {
        "/api": "one",
        "/api/nothing": "one",
        "/api/v2/nothing": "two",
        "/api/v22": "one",
        "/apis": None,
        "/": None,
        "/toys/1": None,
    }


def test_prefix_of_two_documents_belongs_to_nobody(tmp_path: Path) -> None:
    one, two = document({"/a/x": get("a")}, "/v1"), document({"/b/x": get("b")}, "/v1")
    site = assemble(Settings(specs(tmp_path, one=one, two=two))).site
    names = [
        s.api.name if (s := site.service_for(p)) else None for p in ("/v1/c", "/v1/a", "/v1/b")
    ]
    assert names == [None, "one", "two"]


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (("Pet Store.v2.json",), ["pet-store-v2"]),
        (("a/x.json", "b/x.json", "c/x.json"), ["x", "x-2", "x-3"]),
        (("paragon.json",), ["paragon-2"]),
        (("ü.json",), ["api"]),
    ],
    ids=str,
)
def test_api_is_called_like_its_file(
    tmp_path: Path, files: tuple[str, ...], names: list[str]
) -> None:
    write(tmp_path, dict.fromkeys(files, document({})))
    assembly = assemble(Settings(tuple(str(tmp_path / file) for file in files)))
    assert [service.api.name for service in assembly.services] == names


def test_own_fixtures_stand_in_for_built_in_ones(tmp_path: Path) -> None:
    write(tmp_path, {"composio/executeTool/200.default.yaml": "body: {}"})
    assembly = assemble(Settings(("composio", "agentflow"), fixtures=tmp_path))
    counts = [service.fixtures.count for service in assembly.services]
    assert counts[0] == 1
    assert counts[1] > 1


def test_own_state_is_for_the_services_whose_schemes_it_names(tmp_path: Path) -> None:
    state = tmp_path / "state.yaml"
    state.write_text("credentials: [{scheme: ApiKeyAuth, value: mine}]")
    services = assemble(Settings(("composio", "paragon"), state=state)).services
    assert [c.value for c in credentials_of(services[0])] == ["mine"]
    assert [c.value for c in credentials_of(services[1])] == ["paragon_dev_token", None]


def test_own_collections_replace_those_of_their_name(tmp_path: Path) -> None:
    state = tmp_path / "state.yaml"
    state.write_text("collections: {users: {ada: {integrations: []}}}")
    service = assemble(Settings(("paragon",), state=state)).services[0]
    assert service.fixtures.state.collections["users"] == {"ada": {"integrations": []}}
    assert "credentials" in service.fixtures.state.collections
    assert service.fixtures.state.credentials


def test_document_without_state_has_development_credentials(tmp_path: Path) -> None:
    text = document({}, components={"securitySchemes": KEY})
    service = assemble(Settings(specs(tmp_path, one=text))).services[0]
    assert [(c.scheme, bool(c.value)) for c in credentials_of(service)] == [("key", True)]


@pytest.mark.parametrize(
    ("settings", "error", "text"),
    [
        ({"specs": ("nothing.yaml",)}, DocumentError, "paragon, composio, agentflow"),
        ({"fixtures": Path("nothing")}, SettingsError, "--fixtures"),
        ({"state": Path("nothing.yaml")}, FixtureError, "nothing.yaml"),
        ({"public_key": Path("nothing.pem")}, SettingsError, "--public-key"),
    ],
)
def test_what_cannot_be_read_is_named(
    settings: dict[str, Json], error: type[EmulatorError], text: str
) -> None:
    with pytest.raises(error, match=text):
        assemble(Settings(**{"specs": ("agentflow",), **settings}))


@pytest.mark.parametrize(
    "text", ["", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"]
)
def test_file_that_holds_no_key_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "key.pem").write_text(text)
    with pytest.raises(SettingsError, match="--public-key"):
        assemble(Settings(("agentflow",), public_key=tmp_path / "key.pem"))


def test_built_in_documents_leave_no_doubt() -> None:
    assert assemble(Settings()).notices == ()


def test_interim_responses_are_told(tmp_path: Path) -> None:
    text = """
        openapi: 3.1.0
        info: {title: T, version: "1"}
        paths:
          /a: {get: {responses: {"101": {description: x}}}}
          /b: {get: {responses: {"103": {description: x}, "200": {description: x}}}}
    """
    spec = write(tmp_path, {"a.yaml": text}) / "a.yaml"
    found = assemble(Settings(specs=(str(spec),))).notices
    assert [(n.pointer, n.message) for n in found if n.code == "response-interim"] == [
        (
            "/paths/~1a/get/responses/101",
            "101 is no final response and is never sent; the operation has no other, so that"
            " requests for it get 501",
        ),
        ("/paths/~1b/get/responses/103", "103 is no final response and is never sent"),
    ]


IMPOSSIBLE = """
openapi: 3.1.0
info: {title: K, version: "1"}
paths:
  /part:
    get:
      responses:
        "200":
          description: A part has no value.
          content:
            application/json:
              schema:
                type: object
                required: [id, never]
                properties: {id: {type: string, format: uuid}, never: {not: {}}}
  /long:
    get:
      responses:
        "200":
          description: Too long.
          content: {application/json: {schema: {type: array, minItems: 100000}}}
  /xml:
    get:
      responses:
        "200":
          description: No JSON.
          content: {application/xml: {schema: {type: string, minLength: 3, maxLength: 2}}}
  /events:
    get:
      responses:
        "200":
          description: Events.
          content: {text/event-stream: {itemSchema: {not: {}}}}
  /fine:
    get:
      responses: {"200": {description: OK, content: {application/json: {schema: {type: string}}}}}
"""


def test_what_only_comes_near_to_its_schema_says_so(tmp_path: Path) -> None:
    document = write(tmp_path, {"k.yaml": IMPOSSIBLE}) / "k.yaml"
    site = assemble(Settings(specs=(str(document),))).site
    broken = {}
    for path in ("/part", "/long", "/fine", "/part", "/xml", "/events"):
        request = Request("GET", path, "", (), b"")
        outcome = handle(site, Memory(), request, datetime(2026, 4, 28, tzinfo=UTC))
        assert outcome.response.status == 200
        broken[path] = [(each.pointer, each.keyword) for each in outcome.trace.breaches]
    assert broken == {
        "/part": [("/never", "not")],
        "/long": [("", "minItems")],
        "/xml": [("", "schema")],
        "/events": [("", "schema")],
        "/fine": [],
    }


def test_responses_that_no_value_satisfies_are_told_where_all_is_sampled(tmp_path: Path) -> None:
    document = write(tmp_path, {"k.yaml": IMPOSSIBLE}) / "k.yaml"
    found = assemble(Settings(specs=(str(document),)), sampled=True).notices
    places = [each.pointer for each in found if each.code == "response-unsatisfiable"]
    names = {"part": "application~1json", "long": "application~1json"}
    names |= {"xml": "application~1xml", "events": "text~1event-stream"}
    assert places == [
        f"/paths/~1{name}/get/responses/200/content/{kind}" for name, kind in names.items()
    ]
    told = assemble(Settings(specs=(str(document),))).notices
    assert {each.code for each in told} >= {"schema-contradiction"}


def test_paths_like_the_emulators_own_are_told(tmp_path: Path) -> None:
    paths = {"/__admin/users": get("users"), "/~me": get("profile"), "/__admins": get("admins")}
    given = specs(tmp_path, a=document(paths))
    found = {n.pointer: n.message for n in assemble(Settings(specs=given)).notices}
    assert found == {
        "/paths/~1__admin~1users/get": "GET /__admin/users is below /__admin: where the control"
        " plane has the same call, that counts; --admin-prefix moves it",
        "/paths/~1~0me/get": "GET /~me begins like a scope in a path (/~name); a request"
        " is for that scope where another operation has the rest of its path",
    }
    moved = assemble(Settings(specs=given, admin_prefix="/_control")).notices
    assert [n.pointer for n in moved] == ["/paths/~1~0me/get"]


OVERLAPPING = """
openapi: 3.1.0
info: {title: K, version: "1"}
paths:
  /pet:
    get:
      responses:
        "200":
          description: A pet.
          content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}
components:
  schemas:
    Pet:
      oneOf: [{$ref: "#/components/schemas/Cat"}, {$ref: "#/components/schemas/Dog"}]
      discriminator: {propertyName: kind}
    Cat: {type: object, required: [kind], properties: {kind: {type: string}, meow: {type: string}}}
    Dog: {type: object, required: [kind], properties: {kind: {type: string}, bark: {type: integer}}}
"""


def test_branches_that_overlap_are_told_and_each_is_drawn_alone(tmp_path: Path) -> None:
    document = write(tmp_path, {"k.yaml": OVERLAPPING}) / "k.yaml"
    assembly = assemble(Settings(specs=(str(document),)), sampled=True)
    (notice,) = (each for each in assembly.notices if each.code == "union-overlapping")
    assert notice.pointer == "/components/schemas/Pet"
    assert notice.message.startswith("Cat and Dog overlap: ")
    assert not any(each.code == "response-unsatisfiable" for each in assembly.notices)
    request = Request("GET", "/pet", "", (), b"")
    outcome = handle(assembly.site, Memory(), request, datetime(2026, 4, 28, tzinfo=UTC))
    assert isinstance(outcome.response, Response)
    assert set(json.loads(outcome.response.body)) in ({"kind", "meow"}, {"kind", "bark"})
    assert [each.keyword for each in outcome.trace.breaches] == ["oneOf"]
