"""The faults there are, by name."""

from collections.abc import Mapping

from emulator.faults import (
    close_after_headers,
    connection_reset,
    delay,
    empty_reply,
    error,
    garbage,
    half_close,
    hang,
    malformed_chunk,
    malformed_header,
    malformed_status_line,
    missing_last_chunk,
    refuse,
    reset_mid_body,
    short_body,
    slow_close,
    stream_cut,
    truncated_chunk,
)
from emulator.faults.base import FaultType

FAULTS: Mapping[str, FaultType] = {
    module.FAULT.name: module.FAULT
    for module in (
        # The HTTP message.
        error,
        delay,
        # The wire.
        connection_reset,
        reset_mid_body,
        empty_reply,
        close_after_headers,
        short_body,
        truncated_chunk,
        malformed_chunk,
        missing_last_chunk,
        garbage,
        malformed_status_line,
        malformed_header,
        half_close,
        hang,
        slow_close,
        refuse,
        # Event streams.
        stream_cut,
    )
}
