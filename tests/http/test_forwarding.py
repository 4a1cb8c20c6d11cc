"""Which header fields go through, and as what."""

import pytest

from emulator.http.forwarding import end_to_end, to_client, to_keep, to_upstream

UPSTREAM = "https://api.example.com/v1"


def test_fields_that_connection_names_stay_as_well() -> None:
    fields = (("connection", "close, X-A"), ("x-a", "1"), ("x-b", "2"), ("connection", "x-c"))
    assert end_to_end((*fields, ("x-c", "3"), ("upgrade", "h2c"))) == (("x-b", "2"),)


def test_request_gets_the_host_of_the_upstream_and_a_via() -> None:
    sent = to_upstream((("host", "localhost"), ("expect", "100-continue"), ("a", "b")), "x:1")
    assert sent == (("host", "x:1"), ("a", "b"), ("via", "1.1 emulator"))


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [
        ("gzip, br", "gzip"),
        ("br;q=1, GZIP;q=0.5, deflate", "GZIP;q=0.5, deflate"),
        ("br", "identity"),
        ("", "identity"),
        ("identity;q=0, gzip", "identity;q=0, gzip"),
    ],
)
def test_only_codings_are_accepted_that_can_be_read(accepted: str, sent: str) -> None:
    assert ("accept-encoding", sent) in to_upstream((("accept-encoding", accepted),), "x")


@pytest.mark.parametrize(
    ("location", "here"),
    [
        (f"{UPSTREAM}/pets/1?x=2#y", "/pets/1?x=2#y"),
        (UPSTREAM, "/"),
        (f"{UPSTREAM}?x", "/?x"),
        ("https://api.example.com/v2/x", "https://api.example.com/v2/x"),
        ("https://api.example.com.evil.example/v1", "https://api.example.com.evil.example/v1"),
        (f"{UPSTREAM}.evil.example/x", f"{UPSTREAM}.evil.example/x"),
        ("/pets/1", "/pets/1"),
    ],
)
def test_location_at_the_upstream_becomes_one_here(location: str, here: str) -> None:
    assert to_client((("location", location), ("content-length", "1")), UPSTREAM) == (
        ("location", here),
    )


def test_alternative_services_are_not_passed_on() -> None:
    assert to_client((("alt-svc", 'h3="elsewhere:443"'), ("a", "b")), UPSTREAM) == (("a", "b"),)


def test_recorded_request_has_what_the_client_chose() -> None:
    fields = (("host", "x"), ("content-length", "1"), ("emulator-scope", "s"), ("accept", "*/*"))
    assert to_keep(fields) == (("accept", "*/*"),)
