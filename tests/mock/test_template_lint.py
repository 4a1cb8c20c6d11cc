"""Names that templates of fixtures read, and nothing has, are told by lint."""

from pathlib import Path

from emulator.mock.assemble import assemble
from emulator.settings import Settings
from tests.support.apis import write

DOCUMENT = """
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /a: {get: {operationId: getA, responses: {'200': {description: ''}}}}
"""
FIXTURE = """
headers: {x-a: "{{ reqest.url }}"}
body:
  id: "{{ new_id }}"
  fine: "{{ request.query.a | default(request_id) }}{% for each in [1] %}{{ each }}{% endfor %}"
  wrong: ["{{ now() }}", "{{ zzz }}"]
"""


def test_names_that_nothing_has_are_told(tmp_path: Path) -> None:
    write(tmp_path, {"k.yaml": DOCUMENT, "fixtures/k/getA/200.mine.yaml": FIXTURE})
    settings = Settings(specs=(str(tmp_path / "k.yaml"),), fixtures=tmp_path / "fixtures")
    found = [each for each in assemble(settings, sampled=True).notices if each.code[:4] == "temp"]
    assert {each.pointer: each.message for each in found} == {
        "/body/id": "'new_id' is a function: write new_id()",
        "/body/wrong/0": "there is no function 'now'",
        "/body/wrong/1": "nothing has the name 'zzz'",
        "/headers/x-a": "nothing has the name 'reqest'; did you mean 'request'?",
    }
