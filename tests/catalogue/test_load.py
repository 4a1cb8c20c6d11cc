"""A service's folder of fixtures."""

from pathlib import Path

import pytest

from emulator.catalogue.load import Catalogue, load_catalogue, load_providers
from emulator.errors import FixtureError
from tests.apis import api_of, operation, write

API = api_of(
    {
        "/a": {"get": operation(operationId="getA"), "post": operation(operationId="postA")},
    }
)

TRIGGER = """
- {name: n, operation: getA, status: 200, answer: 200.x, when: [{in: path, name: a, equals: b}]}
"""


def test_missing_folder_is_an_empty_catalogue(tmp_path: Path) -> None:
    assert load_catalogue(tmp_path / "nothing", API) == Catalogue()


def test_everything_is_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "getA/200.x.json": "{}",
            "getA/404.y.yaml": "body: {}",
            "problems/path-not-found.yaml": "body: {}",
            "triggers.yaml": TRIGGER,
            "headers.yaml": "X-Server: ours",
            "state.yaml": "credentials: []",
            "tools/T.yaml": "{slug: T, input: {}, outcomes: [{result: 1}]}",
            ".git/config": "[core]",
        },
    )
    catalogue = load_catalogue(tmp_path, API)
    assert [fixture.id for fixture in catalogue.fixtures["getA"]] == ["200.x", "404.y"]
    assert (catalogue.count, len(catalogue.triggers)) == (3, 1)
    assert [(name, value({})) for name, value in catalogue.headers] == [("x-server", "ours")]
    assert catalogue.toolbox is not None
    assert catalogue.notices == ()


def test_shared_fixtures_and_triggers_are_for_what_documents_their_status(tmp_path: Path) -> None:
    responses = {key: {"description": ""} for key in ("200", "404")}
    api = api_of(
        {
            "/a": {"get": operation(responses, operationId="getA")},
            "/b": {"get": operation(responses, operationId="getB")},
            "/c": {"get": operation(operationId="getC")},
        }
    )
    when = "[{in: credential, equals: k}]"
    row = "{name: %s, operation: '%s', status: 404, answer: 404.x, when: " + when + "}"
    files = {
        "_any/404.x.yaml": "body: shared",
        "getA/404.x.yaml": "body: own",
        "triggers.yaml": f"- {row % ('own', 'getA')}\n- {row % ('any', '*')}",
    }
    catalogue = load_catalogue(write(tmp_path, files), api)
    assert [f.yields for f in catalogue.fixtures["getA"]] == [False]
    assert [f.yields for f in catalogue.fixtures["getB"]] == [True]
    assert catalogue.fixtures["getC"] == ()
    assert [(t.operation, t.name) for t in catalogue.triggers] == [
        ("getA", "own"),
        ("getB", "any (getB)"),
    ]


def test_shapes_are_templates(tmp_path: Path) -> None:
    catalogue = load_catalogue(
        write(tmp_path, {"shapes/thing.yaml": "{id: '{{ thing.id }}'}"}), API
    )
    assert catalogue.shapes["thing"]({"thing": {"id": 7}}) == {"id": 7}


def test_twins_share_fixtures_and_triggers(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "aliases.yaml": "postA: getA",
            "getA/200.x.json": "{}",
            "postA/200.own.json": "{}",
            "triggers.yaml": TRIGGER,
        },
    )
    catalogue = load_catalogue(tmp_path, API)
    assert [fixture.name for fixture in catalogue.fixtures["postA"]] == ["own", "x"]
    assert [(t.operation, t.name) for t in catalogue.triggers] == [
        ("getA", "n"),
        ("postA", "n (postA)"),
    ]
    assert catalogue.count == 2


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"getB/200.x.json": "{}"}, "fixture-without-operation"),
        ({"getA/OK.json": "{}"}, "fixture-name"),
        ({"problems/no-such-problem.yaml": "body: {}"}, "problem-unknown"),
        (
            {"tools/T.yaml": "{slug: T, input: {}, outcomes: [{fixture: 200.x}]}"},
            "outcome-without-fixture",
        ),
    ],
)
def test_what_belongs_to_nothing_is_a_notice(
    tmp_path: Path, files: dict[str, str], code: str
) -> None:
    notices = load_catalogue(write(tmp_path, files), API).notices
    assert [notice.code for notice in notices] == [code]
    assert notices[0].file.startswith(str(tmp_path))


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("getA/200.x.json", "{"),
        ("getA/200.x.yaml", "body: [}"),
        ("getA/200.x.yaml", "[]"),
        ("triggers.yaml", "{}"),
        ("state.yaml", "[]"),
        ("aliases.yaml", "[]"),
        ("aliases.yaml", "a: 1"),
        ("tools/T.yaml", "[]"),
        ("problems/path-not-found.yaml", "status: 1"),
    ],
)
def test_what_cannot_be_read_names_its_file(tmp_path: Path, file: str, text: str) -> None:
    with pytest.raises(FixtureError) as refused:
        load_catalogue(write(tmp_path, {file: text}), API)
    assert refused.value.file == str(tmp_path / file)


def test_bytes_that_are_no_text_name_their_file(tmp_path: Path) -> None:
    (tmp_path / "state.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(FixtureError, match=r"state\.yaml"):
        load_catalogue(tmp_path, API)


def test_two_tools_with_one_slug_are_refused(tmp_path: Path) -> None:
    tool = "{slug: T, input: {}, outcomes: [{result: 1}]}"
    with pytest.raises(FixtureError):
        load_catalogue(write(tmp_path, {"tools/a.yaml": tool, "tools/b.yaml": tool}), API)


SENDING = "{input: {type: object}, outcomes: [{name: sent, result: 1}]}"


def test_later_folder_of_providers_goes_first_file_by_file(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "one/post/send.yaml": SENDING,
            "one/post/list.yaml": SENDING,
            "one/post/state.yaml": "collections: {letters: {}}",
            "two/post/send.yaml": SENDING,
            "two/post/state.yaml": "collections: {cards: {}}",
        },
    )
    folders = [tmp_path / name for name in ("one", "two", "three")]
    providers = load_providers(folders)
    assert {name: Path(tool.file).parts[-3] for name, tool in providers.tools.items()} == {
        "post/list": "one",
        "post/send": "two",
    }
    assert providers.collections == {"post": {"cards": {}}}


def test_own_collections_go_before_those_of_providers(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "_providers/post/send.yaml": SENDING,
            "_providers/post/state.yaml": "collections: {letters: {a: 1}, cards: {a: 1}}",
            "api/tools/T.yaml": "{slug: T, extends: post/send}",
            "api/state.yaml": "collections: {letters: {b: 2}}",
        },
    )
    catalogue = load_catalogue(tmp_path / "api", API, load_providers([tmp_path / "_providers"]))
    assert catalogue.state.collections == {"letters": {"b": 2}, "cards": {"a": 1}}


def test_extended_tool_that_nobody_has_names_the_file(tmp_path: Path) -> None:
    write(tmp_path, {"tools/T.yaml": "{slug: T, extends: post/send}"})
    with pytest.raises(FixtureError) as refused:
        load_catalogue(tmp_path, API)
    assert (refused.value.file, refused.value.pointer) == (
        str(tmp_path / "tools/T.yaml"),
        "/extends",
    )
