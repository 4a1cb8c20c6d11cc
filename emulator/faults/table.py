"""The faults there are, by name."""

from collections.abc import Mapping

from emulator.faults import (
    bad_gzip,
    bandwidth,
    connection_reset,
    delay,
    dribble,
    empty_body,
    error,
    gateway_html,
    malformed_json,
    oversize_body,
    rate_limit,
    schema_violation,
    stale,
    stream_cut,
    stream_cut_in_character,
    stream_cut_in_frame,
    stream_duplicate,
    stream_error,
    stream_heartbeat,
    stream_no_terminal,
    stream_reorder,
    stream_stall,
    wrong_content_type,
)
from emulator.faults.base import FaultType

FAULTS: Mapping[str, FaultType] = {
    module.FAULT.name: module.FAULT
    for module in (
        # The HTTP message.
        error,
        rate_limit,
        delay,
        dribble,
        bandwidth,
        wrong_content_type,
        malformed_json,
        schema_violation,
        empty_body,
        oversize_body,
        gateway_html,
        stale,
        bad_gzip,
        # The wire.
        connection_reset,
        # Event streams.
        stream_cut,
        stream_cut_in_frame,
        stream_cut_in_character,
        stream_stall,
        stream_duplicate,
        stream_reorder,
        stream_no_terminal,
        stream_error,
        stream_heartbeat,
    )
}
