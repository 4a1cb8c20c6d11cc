"""The faults there are, by name."""

from collections.abc import Mapping

from emulator.faults import (
    bad_gzip,
    bandwidth,
    close_after_headers,
    connection_reset,
    delay,
    dribble,
    empty_body,
    empty_reply,
    error,
    garbage,
    gateway_html,
    half_close,
    hang,
    malformed_chunk,
    malformed_header,
    malformed_json,
    malformed_status_line,
    missing_last_chunk,
    oversize_body,
    rate_limit,
    refuse,
    reset_mid_body,
    schema_violation,
    short_body,
    slow_close,
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
    truncated_chunk,
    wrong_content_type,
)
from emulator.faults.base import FaultType

FAULTS: Mapping[str, FaultType] = {
    module.FAULT.name: module.FAULT
    for module in (
        # The HTTP message.
        *(error, rate_limit, delay, dribble, bandwidth, wrong_content_type, malformed_json),
        *(schema_violation, empty_body, oversize_body, gateway_html, stale, bad_gzip),
        # The wire.
        *(connection_reset, reset_mid_body, empty_reply, close_after_headers, short_body),
        *(truncated_chunk, malformed_chunk, missing_last_chunk, garbage, malformed_status_line),
        *(malformed_header, half_close, hang, slow_close, refuse),
        # Event streams.
        *(stream_cut, stream_cut_in_frame, stream_cut_in_character, stream_stall),
        *(stream_duplicate, stream_reorder, stream_no_terminal, stream_error, stream_heartbeat),
    )
}
