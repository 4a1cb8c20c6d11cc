"""Where webhooks may go: this machine, named hosts, anywhere."""

import pytest

from emulator.http.targets import THIS_MACHINE, Targets, parse_targets

LOOPBACK_URLS = [
    "http://127.0.0.1:9000/hooks",
    "https://127.8.9.10/",
    "http://localhost",
    "http://LOCALHOST.:80/a?b=c",
    "http://hooks.localhost:3000",
    "http://[::1]:9000/hooks",
    "http://[::ffff:127.0.0.1]/",
]
OTHER_URLS = [
    "https://hooks.example.com/a",
    "http://10.0.0.7/",
    "http://169.254.169.254/latest/meta-data",
    "http://0.0.0.0:9000/",
    "http://[::]/",
    "http://[::ffff:10.0.0.7]/",
    "http://2130706433/",
    "http://127.0.0.1.example.com/",
    "http://localhost.example.com/",
    "http://127.0.0.1@example.com/",
]
NO_URLS = ["", "hooks", "ftp://127.0.0.1/", "http://", "http:///a", "http://[::1", "http://a:b/"]


@pytest.mark.parametrize("url", LOOPBACK_URLS)
def test_this_machine_is_a_target(url: str) -> None:
    assert THIS_MACHINE.refusal(url) is None


@pytest.mark.parametrize("url", OTHER_URLS)
def test_another_host_is_no_target_unless_any_is(url: str) -> None:
    assert "--webhook-targets" in str(THIS_MACHINE.refusal(url))
    assert Targets(everywhere=True).refusal(url) is None


@pytest.mark.parametrize("url", NO_URLS)
def test_what_is_no_url_is_no_target(url: str) -> None:
    assert Targets(everywhere=True).refusal(url) is not None


def test_named_host_is_a_target_beside_loopback() -> None:
    targets = parse_targets("Hooks.example.com, 10.0.0.7")
    assert targets.refusal("https://hooks.EXAMPLE.com./a") is None
    assert targets.refusal("http://10.0.0.7:81/") is None
    assert targets.refusal("http://localhost/") is None
    assert targets.refusal("https://example.com/") is not None


@pytest.mark.parametrize(
    ("text", "host", "address", "admitted"),
    [
        ("loopback", "localhost", "127.0.0.1", True),
        ("loopback", "localhost", "::1", True),
        ("loopback", "localhost", "10.0.0.7", False),
        ("loopback", "localhost", "fe80::1%lo", False),
        ("a.example", "a.example", "10.0.0.7", True),
        ("a.example", "b.example", "10.0.0.7", False),
        ("any", "b.example", "10.0.0.7", True),
    ],
)
def test_address_is_judged_too(text: str, host: str, address: str, admitted: bool) -> None:
    assert parse_targets(text).admits(host, address) is admitted


@pytest.mark.parametrize("text", ["", "a.example,,b.example", "http://a.example", "*.example"])
def test_text_that_names_no_hosts(text: str) -> None:
    with pytest.raises(ValueError, match="loopback, any"):
        parse_targets(text)
