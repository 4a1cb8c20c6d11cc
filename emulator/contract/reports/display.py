"""What a run shows in a terminal: its progress, then its result line by line."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TextIO

import click

#: Lines are at most so long, where their content allows.
WIDTH = 79

_CLEAR = "\r\x1b[2K"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: operations done of all, requests sent, findings, and its step.

    `nouns` are what the run calls its requests and findings.
    """

    name: str
    done: int
    total: int
    requests: int
    findings: int
    step: str = ""
    nouns: tuple[str, str] = ("case", "finding")

    def __str__(self) -> str:
        counts = zip((self.requests, self.findings), self.nouns, strict=True)
        texts = [counted(number, noun) for number, noun in counts]
        parts = (self.name, f"{self.done}/{self.total} operations", *texts, self.step)
        return "  ".join(part for part in parts if part)


@dataclass(slots=True)
class Display:
    """Shows a run on `out`: with `live`, its progress in one line that moves.

    Styled lines are shown plain unless `color`. `mask` takes secrets out of every line.
    """

    out: TextIO
    live: bool = False
    color: bool = False
    mask: Callable[[str], str] = str
    _step: tuple[str, str] = field(default=("", ""), init=False)

    def progress(self, progress: Progress) -> None:
        """Show how far the run has come; in a line for each step where the line can't move."""
        if self.live:
            self._write(_CLEAR + self.mask(str(progress))[:WIDTH])
        elif (progress.name, progress.step) != self._step:
            self._write(f"{self.mask(str(progress))}\n")
        self._step = (progress.name, progress.step)

    def show(self, lines: Iterable[str]) -> None:
        """Show lines, the first one in place of the progress."""
        if self.live and any(self._step):
            self._write(_CLEAR)
        self._step = ("", "")
        for line in lines:
            masked = self.mask(line)
            self._write(f"{masked if self.color else click.unstyle(masked)}\n")

    def _write(self, text: str) -> None:
        self.out.write(text)
        self.out.flush()


def display_on(out: TextIO, mask: Callable[[str], str] = str) -> Display:
    """A display that moves and is coloured where `out` is a terminal without `NO_COLOR`."""
    terminal = out.isatty()
    return Display(out, terminal, terminal and "NO_COLOR" not in os.environ, mask)


def counted(number: int, noun: str) -> str:
    """`1 finding`, `2,000 findings`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
