import json
import os
import shutil
from collections.abc import Callable, Iterator
from cProfile import Profile
from pathlib import Path
from urllib.parse import unquote

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.errors import DocumentError
from emulator.http.messages import Json
from emulator.openapi.document import load as load_module
from emulator.openapi.document.fields import REFERENCEABLE, field_shape
from emulator.openapi.document.load import Loaded, load
from emulator.schema.pointers import lookup, reference_to
from tests.support.load_document import LoadDocument
from tests.support.paths import DATA

EXTENSIBLE = ("pathItem", "response", "callback")


def objects(
    value: Json, kind: str, tokens: tuple[str, ...] = ()
) -> Iterator[tuple[str, Json, tuple[str, ...]]]:
    """All objects the table of shapes leads to: their kind, themselves, and where they are."""
    yield kind, value, tokens
    for field, item in value.items() if isinstance(value, dict) else ():
        shape = field_shape(kind, field)
        where = (*tokens, field)
        if shape and shape.form == "one":
            yield from objects(item, shape.kind, where)
        elif shape and shape.form == "list":
            for index, each in enumerate(item):
                yield from objects(each, shape.kind, (*where, str(index)))
        elif shape and shape.form == "map":
            for name, each in item.items():
                if not (name.startswith("x-") and shape.kind in EXTENSIBLE):
                    yield from objects(each, shape.kind, (*where, name))


def check_promises(document: Json) -> None:
    """What `normalise` promises of every document: shapes, references, schemas that compile."""
    schemas = []
    for kind, value, tokens in objects(document, "document"):
        assert isinstance(value, dict | bool if kind == "schema" else dict)
        if kind == "schema":
            schemas.append(reference_to(tokens))
        if kind in REFERENCEABLE and isinstance(value, dict) and "$ref" in value:
            assert value["$ref"].startswith("#/")
            pointer = value["$ref"][2:].split("/")
            target = [unquote(t).replace("~1", "/").replace("~0", "~") for t in pointer]
            assert isinstance(lookup(document, target), dict | bool)
    parts = {
        name: document[name] for name in ("paths", "webhooks", "components") if name in document
    }
    everything = {"properties": {ref: {"$ref": ref} for ref in schemas}, **parts}
    assert jsonschema_rs.Draft202012Validator(everything, offline=True)


@pytest.mark.parametrize("file", ["swagger.json", "page.md", "multifile/openapi.yaml"])
def test_documents_keep_all_promises(file: str) -> None:
    loaded = load(DATA / file)
    check_promises(loaded.document)
    assert loaded.file == str(DATA / file)


VERSIONS = {
    "openapi: 3.1": "3.1",
    "openapi: 3.0.3": "3.0.3",
    "openapi: '3.2.0'": "3.2.0",
    "swagger: 2.0": "2.0",
    "swagger: '2.0'": "2.0",
}


@pytest.mark.parametrize(("text", "version"), VERSIONS.items())
def test_version_may_be_a_number(tmp_path: Path, text: str, version: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(text + "\npaths: {}")
    assert load(file).original_version == version


REFUSED = {
    "empty": (b"", "is empty"),
    "text": (b"hello", "no `openapi` or `swagger` field"),
    "list": (b"[]", "no `openapi` or `swagger` field"),
    "JSON schema": (b'{"type": "object"}', "no `openapi` or `swagger` field"),
    "OpenAPI 4": (b"openapi: 4.0.0", "openapi 4.0.0 is not supported"),
    "OpenAPI 3.3": (b"openapi: 3.3.0", "openapi 3.3.0 is not supported"),
    "OpenAPI 2": (b"openapi: 2.0", "openapi 2.0 is not supported"),
    "Swagger 1.2": (b"swagger: '1.2'", "swagger 1.2 is not supported"),
    "Swagger 3": (b"swagger: 3.0.0", "swagger 3.0.0 is not supported"),
    "version as list": (b"openapi: [3]", "is not supported"),
    "no version": (b"openapi:", "is not supported"),
    "bytes": (b"\xff\x00", "is not UTF-8"),
}


@pytest.mark.parametrize(("data", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_document_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(data)
    with pytest.raises(DocumentError) as caught:
        load(file)
    assert message in caught.value.message
    assert caught.value.file == str(file)


def test_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"can't be read: No such file"):
        load(tmp_path / "missing.yaml")


def test_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="can't be read"):
        load(tmp_path)


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000])
def test_impossible_path_is_refused(name: str) -> None:
    with pytest.raises(DocumentError, match="can't be read"):
        load(Path(name))


def test_large_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_module, "_MAX_BYTES", 10)
    (tmp_path / "a.yaml").write_text("openapi: 3.0.0")
    with pytest.raises(DocumentError, match="is larger than"):
        load(tmp_path / "a.yaml")


def with_references(folder: Path, names: list[str]) -> Loaded:
    properties = {name: {"$ref": name} for name in names}
    document = {"openapi": "3.1.0", "components": {"schemas": {"A": {"properties": properties}}}}
    (folder / "api.json").write_text(json.dumps(document))
    return load(folder / "api.json")


def test_number_of_files_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_module, "_MAX_FILES", 2)
    for name in ("a", "b"):
        (tmp_path / name).write_text("{}")
    loaded = with_references(tmp_path, ["a", "b"])
    assert [notice.pointer[-6:] for notice in loaded.notices] == ["b/$ref"]


def test_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (notice,) = with_references(tmp_path, ["pipe"]).notices
    assert notice.code == "external-reference"


def test_files_are_found_from_any_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(DATA / "multifile", tmp_path / "m")
    monkeypatch.chdir(tmp_path)
    loaded = load(Path("m/openapi.yaml"))
    assert loaded.notices == ()
    assert loaded.files[:2] == (Path("m/openapi.yaml"), Path("m/paths/animal.yaml"))


@pytest.fixture(scope="module")
def try_bytes(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes, str], Loaded | None]:
    folder = tmp_path_factory.mktemp("fuzz")

    def attempt(data: bytes, suffix: str) -> Loaded | None:
        file = folder / f"api{suffix}"
        file.write_bytes(data)
        try:
            return load(file)
        except DocumentError:
            return None

    return attempt


SUFFIXES = st.sampled_from([".json", ".yaml", ".md", ""])
relaxed = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TEXT = st.text(st.sampled_from("openapi: 3.1{}[]-&*!<|>'\"#%@`\n\t\r \0\ufeffé😀~,?")).map(
    str.encode
)


@relaxed
@given(data=st.binary() | TEXT, prefix=st.sampled_from([b"", b"openapi: 3.0.0\n"]), suffix=SUFFIXES)
def test_any_bytes_load_or_are_refused(
    try_bytes: Callable[[bytes, str], Loaded | None], data: bytes, prefix: bytes, suffix: str
) -> None:
    if loaded := try_bytes(prefix + data, suffix):
        check_promises(loaded.document)


VOCABULARY = """
    $ref type properties items allOf anyOf oneOf not if then else enum const nullable required
    pattern format example examples default schema content parameters responses paths components
    schemas in name $id $anchor $dynamicRef discriminator mapping additionalProperties prefixItems
    security servers callbacks headers links get post x-a minLength exclusiveMinimum minimum /a
    patternProperties dependencies dependentSchemas $defs definitions propertyName securitySchemes
    requestBody requestBodies swagger consumes produces body formData string object null any 200
    #/components/schemas/A #/components/responses/A #/components/parameters/A #/paths #a # A query
    #/definitions/A api.json#/components/schemas/A ../a.json http://a/b path
"""
WORDS = st.sampled_from(VOCABULARY.split())
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=6),
    max_leaves=40,
)
OBJECTS = st.dictionaries(WORDS, VALUES, max_size=6)
PARTS = st.fixed_dictionaries(
    {},
    optional={
        "paths": st.dictionaries(
            st.sampled_from(["/a", "/b/{c}", "d"]),
            VALUES
            | st.dictionaries(st.sampled_from(["get", "post", "parameters"]), VALUES | OBJECTS),
        ),
        "components": st.dictionaries(
            st.sampled_from(["schemas", "parameters", "responses", "requestBodies"]),
            VALUES | st.dictionaries(st.sampled_from(["A", "B", "C"]), VALUES | OBJECTS),
        ),
        "definitions": VALUES | st.dictionaries(st.sampled_from(["A", "B"]), OBJECTS),
        "parameters": VALUES,
    },
)
HEADS = st.sampled_from(
    [{"openapi": "3.0.3"}, {"openapi": "3.1.0"}, {"openapi": "3.2.0"}, {"swagger": "2.0"}]
)


@relaxed
@given(head=HEADS, parts=PARTS)
def test_any_values_load_and_keep_all_promises(
    try_bytes: Callable[[bytes, str], Loaded | None], head: Json, parts: Json
) -> None:
    loaded = try_bytes(json.dumps(head | parts).encode(), ".json")
    assert loaded is not None
    check_promises(loaded.document)


DOCUMENTS = {name: (DATA / name).read_text() for name in ("swagger.json", "multifile/openapi.yaml")}


@relaxed
@given(data=st.data(), name=st.sampled_from(sorted(DOCUMENTS)))
def test_documents_changed_at_random_load_or_are_refused(
    try_bytes: Callable[[bytes, str], Loaded | None], data: st.DataObject, name: str
) -> None:
    text = DOCUMENTS[name]
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = start + data.draw(st.integers(0, 20))
        text = text[:start] + data.draw(WORDS | st.sampled_from([*"{}[]:,\"'-", ""])) + text[end:]
    if loaded := try_bytes(text.encode(), Path(name).suffix):
        check_promises(loaded.document)


DEEP = {
    "schemas": ('{"not":', "}", '"components": {"schemas": {"A": %s}}'),
    "properties": ('{"properties":{"a":', "}}", '"components": {"schemas": {"A": %s}}'),
    "lists": ('{"allOf":[', "]}", '"components": {"schemas": {"A": %s}}'),
    "callbacks": ('{"get":{"callbacks":{"c":{"u":', "}}}}", '"paths": {"/a": %s}'),
    "encodings": (
        '{"itemEncoding":',
        "}",
        '"components": {"mediaTypes": {"A": {"itemEncoding": %s}}}',
    ),
    "data": ("[", "]", '"x-data": %s'),
}


@pytest.mark.parametrize(("start", "end", "frame"), DEEP.values(), ids=DEEP)
def test_deepest_nesting_allowed_is_no_danger(
    try_bytes: Callable[[bytes, str], Loaded | None], start: str, end: str, frame: str
) -> None:
    levels = 94 // (start.count("{") + start.count("["))
    text = start * levels + "{}" + end * levels
    loaded = try_bytes(('{"openapi": "3.2.0", ' + frame % text + "}").encode(), ".json")
    assert loaded is not None
    check_promises(loaded.document)


def siblings(folder: Path, *more: str) -> Path:
    """A document that refers to a file of the folder beside its own."""
    (folder / "common").mkdir()
    (folder / "common" / "c.json").write_text('{"A": {"type": "null"}}')
    (folder / "apis" / "own").mkdir(parents=True)
    document = {
        "openapi": "3.1.0",
        "components": {"schemas": {"A": {"$ref": "../../common/c.json#/A"}}},
    }
    (folder / "apis" / "own" / "api.json").write_text(json.dumps(document))
    for each in more:
        (folder / each).mkdir()
    return folder / "apis" / "own" / "api.json"


LIMITS = {
    "repository": ((".git",), None, ""),
    "repository that is a worktree": ((), "worktree", ""),
    "root": ((), ".", ""),
    "root wins over the repository": ((".git",), "apis", "lies outside of"),
    "own folder outside of any repository": ((), None, "lies outside of"),
    "nearest repository": ((".git", "apis/.git"), None, "lies outside of"),
}


@pytest.mark.parametrize(("folders", "root", "reason"), LIMITS.values(), ids=LIMITS)
def test_limit_of_references(
    tmp_path: Path, folders: tuple[str, ...], root: str | None, reason: str
) -> None:
    file = siblings(tmp_path, *folders)
    if root == "worktree":
        (tmp_path / ".git").write_text("gitdir: elsewhere")
        root = None
    loaded = load(file, None if root is None else tmp_path / root)
    assert [notice.message for notice in loaded.notices if reason not in notice.message] == []
    assert bool(loaded.notices) == bool(reason)
    if not reason:
        assert loaded.document["components"]["schemas"]["A"]["$ref"] == "#/components/x-bundled/A"
        assert loaded.files == (file, tmp_path / "common" / "c.json")


def test_what_lies_outside_tells_the_way_out(tmp_path: Path) -> None:
    (notice,) = load(siblings(tmp_path)).notices
    assert str(tmp_path / "apis" / "own") in notice.message
    assert "--root DIR" in notice.message


@pytest.mark.parametrize("place", ["document", "operation"])
def test_missing_security_requirement_is_refused(load_document: LoadDocument, place: str) -> None:
    missing = {"security": {"$ref": "../security.json"}}
    get = {"responses": {}, **(missing if place == "operation" else {})}
    document = {"openapi": "3.1.0", "paths": {"/a": {"get": get}}}
    with pytest.raises(DocumentError, match="what is required is missing") as caught:
        load_document(document | (missing if place == "document" else {}))
    assert caught.value.pointer.endswith("/security/$ref")


@pytest.mark.parametrize(
    "scheme",
    [
        {"$ref": "../common/missing.json#/key"},
        {"$ref": "#/components/securitySchemes/none"},
        {"$ref": "#/components/securitySchemes/key"},
        {"$ref": "#/components/schemas/A"},
    ],
    ids=["another file", "nowhere", "itself", "another kind"],
)
def test_missing_security_scheme_is_refused(load_document: LoadDocument, scheme: Json) -> None:
    components = {"securitySchemes": {"key": scheme}, "schemas": {"A": {}}}
    with pytest.raises(DocumentError, match="a security scheme is missing") as caught:
        load_document({"openapi": "3.1.0", "components": components})
    assert caught.value.pointer == "/components/securitySchemes/key/$ref"


def many(size: int, schema: Callable[[int], Json]) -> Json:
    schemas = {f"S{number}": schema(number) for number in range(size)}
    return {"openapi": "3.1.0", "components": {"schemas": schemas}}


GROWING: dict[str, Callable[[int], Json]] = {
    "names that nobody has": lambda n: {"$ref": f"#/components/schemas/T{n}"},
    "anchors that nobody has": lambda n: {"$id": f"https://e/{n}", "$anchor": "a", "$ref": "#b"},
    "misspelt keywords": lambda n: {f"requierd{n}": n},
    "references through references": lambda n: {"$ref": f"#/components/schemas/S0/not/{n}"},
}


@pytest.mark.parametrize("schema", GROWING.values(), ids=GROWING)
def test_work_grows_with_the_document(
    load_document: LoadDocument, schema: Callable[[int], Json]
) -> None:
    """Four times the document costs at most about four times the calls."""
    calls = []
    for size in (50, 200):
        profile = Profile()
        document = many(size, schema)
        profile.runcall(load_document, document)
        calls.append(sum(entry.callcount for entry in profile.getstats()))
    assert calls[1] < 5 * calls[0]
