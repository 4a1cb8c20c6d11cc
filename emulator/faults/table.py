"""The faults there are, by name."""

from collections.abc import Mapping

from emulator.faults import connection_reset, delay, error, stream_cut
from emulator.faults.base import FaultType

FAULTS: Mapping[str, FaultType] = {
    module.FAULT.name: module.FAULT
    for module in (
        # The HTTP message.
        error,
        delay,
        # The wire.
        connection_reset,
        # Event streams.
        stream_cut,
    )
}
