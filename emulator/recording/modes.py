"""VCR's record modes: which requests go to the upstream, and what becomes of what it answers."""

from typing import Literal, get_args

Mode = Literal["none", "once", "new_episodes", "all"]
MODES: tuple[Mode, ...] = get_args(Mode)


def forwards(mode: Mode, *, empty: bool, recorded: bool) -> bool:
    """Whether a request goes to the upstream and is recorded.

    `empty`: the cassette held nothing when the session began; `recorded`: it held this request.
    """
    match mode:
        case "all":
            return True
        case "new_episodes":
            return not recorded
        case "once":
            return empty
        case "none":
            return False
