"""What can't be sent as it is described is told at start."""

import pytest

from emulator.mock.assemble import assemble
from emulator.settings import Settings
from tests.support.paths import DATA

NOTICES = [
    n
    for n in assemble(Settings(specs=(str(DATA / "acceptance" / "contents.yaml"),))).notices
    if n.code != "wrong-name"
]


@pytest.mark.parametrize(
    ("path", "code", "pointer", "part"),
    [
        ("c", "type-not-written", "200/content/application~1cbor", "are sent as JSON"),
        ("d", "type-not-written", "200/content/application~1cbor", "are sent as JSON"),
        ("e", "type-not-written", "200/content/application~1protobuf", "are sent as JSON"),
        ("f", "example-not-json", "200/content/application~1json/examples/a", "is no JSON"),
        ("g", "content-unsent", "205/content", "205 has no content"),
        (
            "h",
            "charset-lacks",
            "200/content/text~1plain; charset=us-ascii/example",
            "'é', which the charset of text/plain; charset=us-ascii lacks",
        ),
        ("i", "charset-unknown", "200/content/text~1plain; charset=klingon", "'klingon'"),
    ],
)
def test_what_can_not_be_sent_is_told(path: str, code: str, pointer: str, part: str) -> None:
    (notice,) = (n for n in NOTICES if n.pointer.startswith(f"/paths/~1{path}/"))
    assert (notice.code, notice.pointer) == (code, f"/paths/~1{path}/get/responses/{pointer}")
    assert part in notice.message
