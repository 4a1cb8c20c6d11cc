"""Small documents that together use every feature: checked as users check, and judged again."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from emulator.cli.targets import targets
from emulator.contract.check.findings import CheckOptions
from emulator.contract.check.run import check
from emulator.http.media_types import is_json
from emulator.mock.assemble import assemble
from emulator.mock.exchange import Service
from emulator.openapi.document.model import MediaType
from emulator.schema.pointers import escape
from emulator.settings import Settings
from tests.support.chance import words_of
from tests.support.paths import DATA

FEATURES = [*sorted((DATA / "features").glob("*.*")), DATA / "features" / "files" / "openapi.yaml"]
#: Uses what the engine of the contract checks can't generate; everything else holds for it, too.
JUDGED = [*FEATURES, *(DATA / "features-judged").glob("*.yaml")]


def _name(path: Path) -> str:
    return path.stem if path.parent.name != "files" else "files"


@pytest.mark.parametrize("path", FEATURES, ids=_name)
def test_contract_check_finds_nothing(path: Path) -> None:
    (target,) = targets([str(path)], None, ())
    result = check(target, CheckOptions(seed=1, max_examples=2), lambda _: None)
    assert [f"{f.operation} {f.check}: {f.reason}\n{f.curl}" for f in result.findings] == []
    assert result.errors == ()
    assert result.untested == ()


@pytest.mark.parametrize("path", JUDGED, ids=_name)
def test_every_documented_answer_keeps_its_schema(path: Path) -> None:
    (service,) = assemble(Settings(specs=(str(path),))).services
    complaints = [
        f"{operation.key} {key} {media_type.name}: {complaint}"
        for operation in service.api.operations
        for key, response in operation.responses.items()
        for media_type in response.content
        if is_json(media_type.name)
        for complaint in _complaints(service, media_type)
    ]
    assert complaints == []


def _complaints(service: Service, media_type: MediaType) -> list[str]:
    """What `jsonschema` says against bodies drawn for a media type."""
    if media_type.schema_key is None:
        return []
    schemas = service.api.responses
    document = {"$defs": dict(schemas.definitions), "roots": dict(schemas.roots)}
    registry: Registry[Any] = Registry().with_resource(
        "urn:document", DRAFT202012.create_resource(document)
    )
    reference = "urn:document#/roots/" + escape(media_type.schema_key).replace("%", "%25")
    judge = Draft202012Validator({"$ref": reference}, registry=registry)
    found = []
    for seed in range(10):
        _, body = service.generator.body(media_type, words_of(seed))
        assert isinstance(body, bytes)
        found += [error.message for error in judge.iter_errors(json.loads(body))]
    return found
