from io import StringIO

import pytest
from click import style

from emulator.contract.reports.display import Display, Progress, display_on


def test_without_terminal_each_step_is_one_line() -> None:
    out = StringIO()
    display = Display(out)
    for phase, cases in [("coverage", 1), ("coverage", 2), ("fuzzing", 3)]:
        display.progress(Progress("pets", 1, 2, cases, 0, phase))
    assert out.getvalue() == (
        "pets  1/2 operations  1 case  0 findings  coverage\n"
        "pets  1/2 operations  3 cases  0 findings  fuzzing\n"
    )


def test_on_a_terminal_one_line_moves() -> None:
    out = StringIO()
    display = Display(out, live=True)
    display.progress(Progress("pets", 1, 2, 1, 0, "GET /pets", ("request", "difference")))
    display.show(["pets: all is well", "seed 0"])
    assert out.getvalue() == (
        "\r\x1b[2Kpets  1/2 operations  1 request  0 differences  GET /pets"
        "\r\x1b[2Kpets: all is well\nseed 0\n"
    )


def test_moving_line_fits_the_terminal() -> None:
    out = StringIO()
    Display(out, live=True).progress(Progress("pets", 1, 2, 1, 0, "GET /pets/" * 20))
    assert len(out.getvalue().removeprefix("\r\x1b[2K")) == 79


def test_every_line_is_masked_and_plain_without_color() -> None:
    out = StringIO()
    display = Display(out, mask=lambda text: text.replace("secret", "…"))
    display.progress(Progress("pets", 1, 2, 1, 0, "secret"))
    display.show([style("a secret", fg="red")])
    assert out.getvalue() == "pets  1/2 operations  1 case  0 findings  …\na …\n"


def test_only_a_terminal_gets_color(monkeypatch: pytest.MonkeyPatch) -> None:
    out = StringIO()
    assert (display_on(out).live, display_on(out).color) == (False, False)
    monkeypatch.setattr(out, "isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert (display_on(out).live, display_on(out).color) == (True, True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert (display_on(out).live, display_on(out).color) == (True, False)
