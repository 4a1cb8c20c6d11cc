"""The log of faults: what is written is what is read, and what can't be read is told."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.errors import FixtureError, SettingsError
from emulator.faults.base import make_fault
from emulator.faults.table import FAULTS
from emulator.mock.fault_rules.log import log_head, log_line, read_log
from emulator.schema.chance import chance_of

KINDS = st.sampled_from(sorted(FAULTS))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "faults.ndjson"


@given(st.lists(KINDS, min_size=1, max_size=3), st.text(max_size=9), st.text())
def test_log_gives_back_what_struck(log: Path, names: list[str], seed: str, target: str) -> None:
    faults = tuple(make_fault(FAULTS[name], {})[0].settled(chance_of(seed, name)) for name in names)
    log.write_bytes(log_head(seed) + log_line("default/abc/0", target, faults, {names[0]: "why"}))
    assert read_log(log, seed) == {"default/abc/0": faults}


HEAD = '{"seed": "s"}\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there is no line"),
        ("[]\n", "the first line names no seed"),
        ('{"exchange": "a"}\n', "the first line names no seed"),
        (HEAD + "{\n", "line 2 is no JSON"),
        (HEAD + "[]\n", 'line 2: .* is not of type "object"'),
        (HEAD + '{"exchange": "a", "faults": [{"fault": "meltdown"}]}\n', "line 2: .*meltdown"),
        (HEAD + '{"exchange": "a", "faults": [1]}\n', "/faults/0: line 2: 1 is not of type"),
        (HEAD + '{"exchange": "a", "faults": 1}\n', "line 2: 1 is not of type"),
        (
            HEAD + '{"exchange": "a", "faults": [{"fault": "delay", "parameters": {"ms": "x"}}]}\n',
            "line 2: ms is 'x'",
        ),
        (
            HEAD + '{"exchange": "a", "faults": [{"fault": "delay", "parameters": 1}]}\n',
            "/faults/0/parameters.*line 2: 1 is not",
        ),
    ],
)
def test_line_that_cannot_be_used_is_told(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "faults.ndjson"
    path.write_text(text)
    with pytest.raises(FixtureError, match=message):
        read_log(path, "s")


def test_log_of_another_seed_says_which_one(tmp_path: Path) -> None:
    path = tmp_path / "faults.ndjson"
    path.write_text(HEAD)
    with pytest.raises(SettingsError, match="--seed s"):
        read_log(path, "another")


@pytest.mark.parametrize("content", [None, b"\xff"], ids=["missing", "no-text"])
def test_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "faults.ndjson"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match="can't be read"):
        read_log(path, "s")
