"""What can answer requests at once, without ASGI, and what it leaves to ASGI."""

from typing import Protocol, runtime_checkable

from emulator.http.messages import Request

#: Where the scope of a request holds what was made of it before ASGI took over.
HANDLED = "emulator.handled"

#: A complete response: status, header fields as they are sent, body.
Whole = tuple[int, bytes, bytes]


class Direct(Protocol):
    """What can answer requests without ASGI, if their bodies have no more bytes than these."""

    @property
    def body_limit_bytes(self) -> int: ...  # noqa: D102

    def answer_at_once(self, request: Request) -> Whole | object | None:
        """The complete response; or what ASGI finds under `HANDLED`; or None, to begin there.

        What it raises ASGI finds there as well.
        """
        ...


@runtime_checkable
class DirectApp(Protocol):
    """An application that leaves requests to its dispatcher, unless another is in front of it.

    What begins with its `admin_path` takes the way of ASGI.
    """

    admin_path: str
    dispatcher: Direct
    front: object | None
