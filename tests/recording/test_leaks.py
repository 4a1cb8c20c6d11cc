"""What looks like a credential, and what only might."""

import pytest

from emulator.recording.leaks import LOOKS, find_known, find_leak, forms, views_of

#: A value of each kind, in the form its maker gives it; none of them ever was a credential.
EXAMPLES = {
    "a JSON Web Token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJub2JvZHkifQ.c2lnbmF0dXJl",
    "a private key": "-----BEGIN RSA PRIVATE KEY-----\nMII",
    "an AWS access key": "AKIA" + "EXAMPLE0" * 2,
    "a GitHub token": "ghp_" + "a1" * 18,
    "a GitLab token": "glpat-" + "a1" * 10,
    "a Slack token": "xoxb-" + "1" * 12,
    "a Stripe key": "sk_test_" + "a1" * 8,
    "a webhook secret": "whsec_" + "a1" * 10,
    "a Google API key": "AIza" + "a" * 35,
    "a Google token": "ya29." + "a" * 20,
    "an API key": "sk-" + "a1" * 10,
    "an npm token": "npm_" + "a1" * 18,
    "a SendGrid key": f"SG.{'a' * 16}.{'b' * 16}",
    "a bearer token": "Bearer " + "a1" * 8,
    "a URL with a password": "https://rex:woof@example.com",
}


def test_every_kind_has_an_example() -> None:
    assert list(EXAMPLES) == [label for label, _ in LOOKS]


@pytest.mark.parametrize("label", EXAMPLES)
def test_value_that_looks_like_a_credential(label: str) -> None:
    leak = find_leak(views_of({"a": ["fine", {"b": f"it is {EXAMPLES[label]}"}]}), ())
    assert str(leak) == f"/a/1/b looks like {label}"


@pytest.mark.parametrize(
    "text",
    [
        *("Bearer [REDACTED]", "https://example.com/a:b@c", "sk-short", "eyJhbGciOi", "token"),
        *("https://rex:[REDACTED]@x", "https://rex:%5BREDACTED%5D@x", "The bearer of good news."),
        *("3f2504e0-4f89-11d3-9a0c-0305e82c3301", "2026-04-28T14:30:00.000Z", "a" * 200),
    ],
)
def test_value_that_does_not(text: str) -> None:
    assert find_leak(views_of({"x": text}), ()) is None


def test_known_form_is_found_in_names_and_numbers() -> None:
    known = forms("1234567")
    assert str(find_known(views_of({"a": {"x1234567": 1}}), known)).startswith("/a holds")
    assert str(find_known(views_of({"a": {"b": 91234567}}), known)).startswith("/a/b holds")
    assert find_known(views_of({"a": 123456}), known) is None


@pytest.mark.parametrize("text", ["short", "Bearer", "[REDACTED]", ""])
def test_what_is_no_secret_by_its_value(text: str) -> None:
    assert forms(text) == frozenset()
