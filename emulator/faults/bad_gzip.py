"""`bad-gzip`: a body that says it is compressed, and can't be decompressed."""

import gzip
from collections.abc import Callable, Mapping
from functools import partial

from msgspec.structs import replace

from emulator.faults.base import FaultParameter, FaultType, NotApplicable, Parameters, with_body
from emulator.http.messages import AnyResponse

_compressed = partial(gzip.compress, mtime=0)


def _cut(body: bytes) -> bytes:
    whole = _compressed(body)
    return whole[: len(whole) // 2]


def _wrong_sum(body: bytes) -> bytes:
    """RFC 1952, 2.3.1: the CRC-32 stands in the first four of the last eight bytes."""
    whole = bytearray(_compressed(body))
    whole[-8] ^= 0xFF
    return bytes(whole)


_KINDS: Mapping[str, Callable[[bytes], bytes]] = {
    "plain": lambda body: body,
    "cut": _cut,
    "wrong-sum": _wrong_sum,
}


def _alter(answer: AnyResponse, parameters: Parameters, _: object) -> AnyResponse | NotApplicable:
    whole = with_body(answer)
    if isinstance(whole, NotApplicable):
        return whole
    headers = (*whole.headers, ("content-encoding", "gzip"))
    return replace(whole, headers=headers, body=_KINDS[parameters["kind"]](whole.body))


FAULT = FaultType(
    name="bad-gzip",
    level="http",
    description="Content-Encoding is gzip, but the body is plain, cut off, or fails its checksum.",
    parameters=(
        FaultParameter(
            "kind", "What is wrong with the body.", "text", "plain", choices=tuple(_KINDS)
        ),
    ),
    alters=_alter,
)
