"""Requests as values."""

from emulator.http.messages import Request


def test_equal_requests_are_one_in_a_set() -> None:
    def made() -> Request:
        return Request("GET", "/a", "b=1", (("x", "1"), ("x", "2")), b"body")

    assert made() == made()
    assert len({made(), made(), Request("GET", "/a")}) == 2
