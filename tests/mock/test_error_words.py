"""Words for an error are spelt as the document spells its own."""

import pytest

from emulator.mock.error_words import codes, phrase, said, slug, spelt


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("calm atlas", "not_found"),
        ("invalid_name", "not_found"),
        ("INVALID", "NOT_FOUND"),
        ("invalid-name", "not-found"),
        ("INVALID-NAME", "NOT-FOUND"),
        ("invalidName", "notFound"),
        ("InvalidName", "NotFound"),
        ("InvalidNameError", "NotFoundError"),
        ("invalid_request_error", "not_found_error"),
        ("IllegalStateException", "NotFoundException"),
        ("https://example.com/errors/invalid-name", "https://example.com/errors/not-found"),
        ("urn:problem:invalid_name", "urn:problem:not_found"),
        ("422", "404"),
    ],
)
def test_spelling(value: str, expected: str) -> None:
    assert codes(404, "code", value, authored=False)[0] == expected


@pytest.mark.parametrize("value", ["error", "Fail", "E1001", "20404", "about:blank"])
def test_kept(value: str) -> None:
    assert codes(404, "code", value, authored=False) == ()


def test_what_an_author_wrote_in_words_is_answered_in_words() -> None:
    assert codes(404, "error", "Bad Request", authored=True)[0] == "Not Found"
    assert codes(404, "error", "Bad request", authored=True)[0] == "Not found"
    assert codes(404, "error", "Quiet Garden", authored=False)[0] == "Not Found"
    assert codes(404, "name", "Quiet garden", authored=False)[0] == "NotFound"


@pytest.mark.parametrize("status", [400, 404, 418, 429, 499, 500, 599])
def test_every_status_has_words(status: int) -> None:
    assert codes(status, "code", "x y", authored=False)[0]
    assert phrase(status)
    assert said(status)
    assert slug(status)


def test_parts_of_words() -> None:
    assert spelt("minLength", "A_B") == "MIN_LENGTH"
    assert spelt("rate limited", "aB") == "rateLimited"
