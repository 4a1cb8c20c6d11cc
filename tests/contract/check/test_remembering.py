"""The emulator keeps what its own check demands, on documents of every shape."""

import pytest

from benchmarks.remembering import checked
from emulator.contract.check.findings import PHASES
from tests.support.remembering import DOCUMENTS


@pytest.mark.parametrize("name", DOCUMENTS)
def test_check_finds_nothing(name: str) -> None:
    # Fewer examples of fuzzing than `make remembering`, and one seed of its five.
    wrong, text = checked(DOCUMENTS[name], 1, 1, tuple(p for p in PHASES if p != "fuzzing"))
    assert wrong == 0, text
