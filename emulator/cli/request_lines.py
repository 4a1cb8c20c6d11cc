"""A line for each request that was answered, for people or for programs."""

import json
import os
import queue
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TextIO

import click

from emulator.http.messages import Json, Request
from emulator.http.printable import printable
from emulator.http.redaction import Redaction
from emulator.mock.outcome import Outcome
from emulator.server.journal.rows import reason_of
from emulator.settings import Settings

#: Characters of a target in a line for people.
_TARGET = 200
#: Lines that wait to be written, where nobody reads the terminal; more are left out.
_WAITING = 1_000
_COLORS = {2: "green", 3: "cyan", 4: "yellow", 5: "red"}


def request_lines(settings: Settings, out: TextIO | None = None) -> "RequestLines | None":
    """What prints the lines that are asked for; on a terminal they are unless it is to be quiet.

    `out` is standard output where nothing is given.
    """
    out = out or sys.stdout
    wanted = settings.verbose or settings.log_format == "json" or out.isatty()
    if settings.quiet or not wanted:
        return None
    if settings.log_format == "json":
        return RequestLines(json_line, out)
    colored = out.isatty() and "NO_COLOR" not in os.environ
    return RequestLines(text_line if colored else _plain, out)


class RequestLines:
    """Prints in a thread of its own: a terminal that is held up holds up no request."""

    def __init__(self, line: Callable[[Request, Outcome, float], str], out: TextIO) -> None:
        self._line, self._out = line, out
        self._told: queue.Queue[tuple[Request, Outcome, float] | None] = queue.Queue(_WAITING)
        self._left_out = 0
        self._thread = threading.Thread(target=self._print, daemon=True)
        self._thread.start()

    def __call__(self, request: Request, outcome: Outcome, seconds: float) -> None:
        """Have the line printed, or counted among those that are left out."""
        try:
            self._told.put_nowait((request, outcome, seconds))
        except queue.Full:
            self._left_out += 1

    def close(self) -> None:
        """Print what is left; not for long, where nobody reads it."""
        try:
            self._told.put(None, timeout=1)
        except queue.Full:
            return
        self._thread.join(timeout=1)

    def _print(self) -> None:
        while (told := self._told.get()) is not None:
            text = self._line(*told) + "\n"
            if self._left_out:
                text += f"… {self._left_out} more requests\n"
                self._left_out = 0
            encoding = self._out.encoding or "utf-8"
            text = text.encode(encoding, "backslashreplace").decode(encoding)
            try:
                self._out.write(text)
                if self._told.empty():
                    self._out.flush()
            except (OSError, ValueError):  # nobody is there to read any more
                return


def text_line(request: Request, outcome: Outcome, seconds: float) -> str:
    """`GET /v1/pets 404  path-not-found  0.3 ms`, with why where it is refused; coloured."""
    trace, status = outcome.trace, outcome.response.status
    color = _COLORS.get(status // 100)
    shown = click.style(str(status), fg=color, bold=True)
    parts = [f"{request.method} {_one_line(_target(request)[:_TARGET])} {shown}"]
    if trace.operation:
        parts.append(_one_line(f"{trace.api}.{trace.operation}"))
    why = trace.problem or trace.rule
    if trace.stub:
        why += f" {trace.stub}"
    if trace.fault:
        why += f" (fault: {trace.fault})"
    if trace.breaches:
        why += " (its response violates the document)"
    unmatched = trace.problem in ("path-not-found", "method-not-allowed")
    parts.append(click.style(why, fg="yellow") if unmatched and why else why)
    if trace.violations:
        parts.append(_one_line(reason_of(trace.violations)))
    parts.append(click.style(f"{seconds * 1000:.1f} ms", dim=True))
    return "  ".join(filter(None, parts))


def _one_line(text: str) -> str:
    """What somebody else wrote, so that it neither steers a terminal nor begins a line."""
    return printable(text).replace("\n", "\\n")


def _plain(request: Request, outcome: Outcome, seconds: float) -> str:
    return click.unstyle(text_line(request, outcome, seconds))


def json_line(request: Request, outcome: Outcome, seconds: float) -> str:
    """The same as a JSON object; what is empty is left out."""
    trace = outcome.trace
    found: dict[str, Json] = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "method": request.method,
        "path": _target(request),
        "status": outcome.response.status,
        "api": trace.api,
        "operation": trace.operation,
        "rule": trace.rule,
        "problem": trace.problem,
        "reason": reason_of(trace.violations),
        "stub": trace.stub,
        "faults": trace.fault,
        "breaches": len(trace.breaches),
        "ms": round(seconds * 1000, 3),
    }
    return json.dumps({name: value for name, value in found.items() if value not in ("", 0)})


def _target(request: Request) -> str:
    """Where the request was sent, without secrets."""
    redaction = Redaction()
    path, query = redaction.path(request.path, ""), redaction.query(request.query)
    return f"{path}?{query}" if query else path
