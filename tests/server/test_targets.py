"""Which targets are usual: what a pattern says is what one reads off the bytes."""

from hypothesis import example, given
from hypothesis import strategies as st

from emulator.server.targets import usual_target

PIECES = st.sampled_from(
    (b"/", b"a", b"%", b"#", b"?", b"/__admin", b"/~", b"/~scope", b"/own", b"\n", b"\xe4", b"=")
)


@given(st.lists(PIECES, max_size=6).map(b"".join))
@example(b"/" + b"a" * 8_191)
@example(b"/" + b"a" * 8_192)
@example(b"/a/" + b"b" * 8_190)
def test_a_usual_target_is_plain_up_to_its_second_segment(target: bytes) -> None:
    usual = (
        target.startswith(b"/")
        and not target.startswith((b"/__admin", b"/~", b"/own"))
        and target.isascii()
        and b"#" not in target
        and (b"%" not in target or b"%" not in target.split(b"/", 2)[1])
        and len(target) <= 8_192
    )
    assert bool(usual_target(b"/own")(target)) == usual
