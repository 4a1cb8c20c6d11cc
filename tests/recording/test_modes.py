"""VCR's record modes, as a table."""

import pytest

from emulator.recording.modes import MODES, Mode, forwards

#: (new cassette, known request) of which requests are sent on
SENT: dict[Mode, set[tuple[bool, bool]]] = {
    "none": set(),
    "once": {(True, False), (True, True)},
    "new_episodes": {(True, False), (False, False)},
    "all": {(True, False), (True, True), (False, False), (False, True)},
}


@pytest.mark.parametrize("mode", MODES)
def test_mode(mode: Mode) -> None:
    states = [(empty, recorded) for empty in (True, False) for recorded in (True, False)]
    sent = {
        (empty, recorded)
        for empty, recorded in states
        if forwards(mode, empty=empty, recorded=recorded)
    }
    assert sent == SENT[mode]
