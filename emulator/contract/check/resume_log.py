"""The responses of a run in a file, from which a stopped run can be resumed.

Each line is JSON, written as soon as the response is there: a run that is killed loses at most one
line. A resumed run makes the same requests (same document, options and seed), takes the responses
to those that were sent before from the log, and sends only the others.
"""

import base64
import hashlib
import json
import threading
from collections import defaultdict, deque
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

import requests

from emulator.contract.check.responses import BufferedResponse
from emulator.errors import FileError
from emulator.http.known_secrets import Mask
from emulator.http.messages import Json
from emulator.http.redaction import FORMER_PLACEHOLDER, REDACTED

_VERSION = 1
#: Stands for a secret in what is kept to be read again.
_NUMBER = b"\x00secret %d\x00"
_HINT = "another file, or remove this one to start again"


class ResumeLogError(FileError):
    """A file to resume from can't be used."""


class ResumeLog:
    """The responses of one API's run: those of the file first, then every new one.

    `fingerprint` identifies the run: the file of another one is an error. Credentials in responses
    are stored as numbers.
    """

    def __init__(self, path: Path, api: str, fingerprint: str, mask: Mask) -> None:
        self._mask = mask
        self._api = api
        self._known: dict[str, deque[Mapping[str, Json]]] = defaultdict(deque)
        self._lock = threading.Lock()
        self.remembered = 0
        started = self._read(path, fingerprint)
        try:
            path.touch(mode=0o600)
            self._file: TextIO = path.open("a", encoding="utf-8")
        except OSError as error:
            raise ResumeLogError(str(path), f"can't be written: {error.strerror}") from error
        if not started:
            self._write({"run": fingerprint, "version": _VERSION})

    def answer(self, request: requests.PreparedRequest) -> BufferedResponse | None:
        """The logged response to a request, each one once; None if there is none left.

        Raises `requests.ConnectionError` where there was no response.
        """
        with self._lock:
            waiting = self._known.get(_digest(request, self._mask))
            line = waiting.popleft() if waiting else None
        if line is None:
            return None
        if "error" in line:
            raise requests.ConnectionError(line["error"], request=request)
        return BufferedResponse(
            status=line["status"],
            reason=line["reason"],
            headers=tuple((n, self._restored(v.encode()).decode()) for n, v in line["headers"]),
            body=self._restored(base64.b64decode(line["body"])),
            cut_short=line["cut_short"],
            broken=line.get("broken", ""),
        )

    def keep(self, request: requests.PreparedRequest, answer: BufferedResponse | Exception) -> None:
        """Log a response, or why there was none."""
        line: dict[str, Json] = {"request": _digest(request, self._mask)}
        if isinstance(answer, Exception):
            line["error"] = self._mask(str(answer))
        else:
            headers = [(n, self._numbered(v.encode()).decode()) for n, v in answer.headers]
            body = base64.b64encode(self._numbered(answer.body)).decode()
            line |= {"status": answer.status, "reason": answer.reason, "headers": headers}
            line |= {"body": body, "cut_short": answer.cut_short}
            if answer.broken:
                line["broken"] = answer.broken
        self._write(line)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _numbered(self, data: bytes) -> bytes:
        """The data with a number in place of each secret, from which `_restored` makes it again."""
        for number, secret in enumerate(self._mask.secrets):
            data = data.replace(secret.encode(), _NUMBER % number)
        return data

    def _restored(self, data: bytes) -> bytes:
        """What `_numbered` was given; secrets may have changed since then."""
        for number, secret in enumerate(self._mask.secrets):
            data = data.replace(_NUMBER % number, secret.encode())
        return data

    def _write(self, line: Mapping[str, Json]) -> None:
        with self._lock:
            self._file.write(json.dumps({"api": self._api, **line}) + "\n")
            self._file.flush()

    def _read(self, path: Path, fingerprint: str) -> bool:
        """Read this API's lines; whether there was any."""
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise ResumeLogError(str(path), f"can't be read: {error.strerror}") from error
        whole = data[: data.rfind(b"\n") + 1]
        started = False
        for number, text in enumerate(whole.splitlines(), 1):
            line = _line(text, path, number)
            if line["api"] != self._api:
                continue
            if "run" in line:
                started = True
                if (line["run"], line.get("version")) != (fingerprint, _VERSION):
                    message = f"holds a run of {self._api} with another document, seed or options"
                    raise ResumeLogError(str(path), message, hint=_HINT)
            else:
                self._known[line["request"]].append(line)
                self.remembered += 1
        if len(whole) < len(data):
            path.write_bytes(whole)  # without the line that was being written when it was killed
        return started


def _line(text: bytes, path: Path, number: int) -> Mapping[str, Json]:
    try:
        line = json.loads(text)
    except ValueError:
        line = None
    if not isinstance(line, dict) or not isinstance(line.get("api"), str):
        raise ResumeLogError(
            str(path), f"line {number} is not of a run of emulator check", hint=_HINT
        )
    return line


def _digest(request: requests.PreparedRequest, mask: Mask) -> str:
    """Identifies equal requests of a run; credentials may have changed."""
    body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
    fields = [str(request.headers.get(name)) for name in ("content-type", "last-event-id")]
    # Files of earlier versions have the former placeholder in what is hashed.
    url = mask(str(request.url)).replace(REDACTED, FORMER_PLACEHOLDER)
    parts = (str(request.method), url, *fields)
    return hashlib.sha256("\0".join(parts).encode() + b"\0" + body).hexdigest()[:32]
