"""The one way to what is checked: every request of a check, whoever makes it, is sent here.

It paces and counts requests, waits out a 429, rejects requests that might change something where
that is not allowed, and logs responses, so that a stopped run can be resumed.
"""

import time
from collections.abc import Mapping
from typing import Any

import requests
from requests.adapters import BaseAdapter

from emulator.contract.check.findings import Limits
from emulator.contract.check.responses import BufferedResponse, read_response
from emulator.contract.check.resume_log import ResumeLog
from emulator.contract.pacing import Pace

#: Longest wait for a response unless the request has another.
TIMEOUT_S = 10.0

#: How long a response is waited for where it was a stream before that did not end in its time.
AGAIN_S = 1.0

#: The setting of a request that changes nothing though its method may.
READS = "emulator_reads"

#: Methods that must not change anything (RFC 9110, 9.2.1).
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class BudgetSpentError(requests.RequestException):
    """No more requests may be sent in this run."""


class ApplicationError(requests.RequestException):
    """The application called in process raised an exception."""


class UnsafeRequestError(requests.RequestException):
    """The request might change something, which was not allowed."""


class Wire(BaseAdapter):
    """A transport adapter of Requests that keeps `limits` and `pace`; `inner` does the sending.

    A request that comes with the setting `READS` is known to be safe whatever its method.
    """

    def __init__(
        self,
        inner: BaseAdapter,
        limits: Limits,
        pace: Pace | None = None,
        log: ResumeLog | None = None,
    ) -> None:
        super().__init__()
        self._inner = inner
        self._limits = limits
        self._log = log
        self._pace = pace or Pace()
        #: Streams that went on until their time was over: nobody waits as long for them again.
        self._endless: set[tuple[str, str]] = set()

    @property
    def spent(self) -> str:
        """Why nothing is sent any more; "" while there is budget."""
        return self._pace.spent

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        """The response to a request, read to its end: from the log, or fetched within the limits.

        Raises BudgetSpentError, UnsafeRequestError, and what the inner adapter raises.
        """
        reads = kwargs.pop(READS, False)
        stored = self._log.answer(request) if self._log else None
        if stored is None:
            if self._limits.safe_only and not reads and request.method not in SAFE_METHODS:
                message = f"{request.method} may change something"
                raise UnsafeRequestError(message, request=request)
            try:
                stored = self._fetch(request, args, kwargs)
            except requests.RequestException as error:
                if self._log is not None and not isinstance(error, BudgetSpentError):
                    self._log.keep(request, error)
                raise
            if self._log is not None:
                self._log.keep(request, stored)
        return stored.response(request)

    def close(self) -> None:
        """End the connections."""
        self._inner.close()

    def _fetch(self, request: Any, args: Any, kwargs: Mapping[str, Any]) -> BufferedResponse:
        timeout = kwargs.get("timeout")
        timeout_s = float((timeout[1] if isinstance(timeout, tuple) else timeout) or TIMEOUT_S)
        place = (str(request.method), str(request.path_url).partition("?")[0])
        if place in self._endless:
            timeout_s = min(timeout_s, AGAIN_S)
            kwargs = {**kwargs, "timeout": timeout_s}
        for left in range(self._limits.retries, -1, -1):
            if not self._pace.take_turn():
                raise BudgetSpentError(self.spent, request=request)
            response = self._send(request, args, kwargs)
            began = time.monotonic()
            stored = read_response(response, timeout_s, self._limits.max_stream_events)
            if stored.cut_short and time.monotonic() - began >= AGAIN_S:
                self._endless.add(place)
            retry_after = response.headers.get("retry-after")
            if not left or not self._pace.wait_out(stored.status, retry_after):
                break
        return stored

    def _send(self, request: Any, args: Any, kwargs: Mapping[str, Any]) -> requests.Response:
        try:
            return self._inner.send(request, *args, **kwargs)
        except requests.RequestException:
            raise
        except Exception as error:
            # In process it is the application that raises, and may raise anything.
            message = f"the application raised {type(error).__name__}: {error}"
            raise ApplicationError(message, request=request) from error
