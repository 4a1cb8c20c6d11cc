"""WireMock's faults by our names, for stubs that were written for it."""

from collections.abc import Mapping

from emulator.faults.base import Fault, make_fault
from emulator.faults.table import FAULTS


def _fault(name: str) -> Fault:
    return make_fault(FAULTS[name], {})[0]


#: The faults that a stub's `response.fault` can name; they are settled for each answer.
WIREMOCK_FAULTS: Mapping[str, Fault] = {
    "EMPTY_RESPONSE": _fault("empty-reply"),
    "MALFORMED_RESPONSE_CHUNK": _fault("malformed-chunk"),
    "RANDOM_DATA_THEN_CLOSE": _fault("garbage"),
    "CONNECTION_RESET_BY_PEER": _fault("connection-reset"),
}
