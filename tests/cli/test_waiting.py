"""Long work is told of on a terminal, and nothing is left of it."""

import io
import threading

import pytest

from emulator.cli import waiting


class _Out(io.StringIO):
    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self.terminal, self.written = terminal, threading.Event()

    def isatty(self) -> bool:
        return self.terminal

    def write(self, text: str) -> int:
        self.written.set()
        return super().write(text)


def test_it_is_told_while_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_PATIENCE", 0.001)
    out = _Out(terminal=True)
    with waiting.told_to_wait("reading pets.yaml", out):
        assert out.written.wait(30)
    assert "reading pets.yaml … 0 s" in out.getvalue()
    assert out.getvalue().endswith("\r\x1b[2K")


@pytest.mark.parametrize("terminal", [True, False])
def test_short_work_and_other_places_are_left_alone(terminal: bool) -> None:
    out = _Out(terminal)
    with pytest.raises(ValueError, match="as it was"), waiting.told_to_wait("reading", out):
        raise ValueError("as it was")
    assert out.getvalue() == ""
