"""Gmail's search field."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.queries.gmail import gmail_search

NOTES: Any = {
    "from": "Ada Lovelace <ada@example.com>",
    "to": "me@example.com",
    "subject": "Notes on the engine",
    "text": "They are ready: now.",
    "labelIds": ["INBOX", "UNREAD"],
}
PLAN: Any = {
    "from": "me@example.com",
    "to": "Grace <grace@example.com>",
    "subject": "Plan",
    "text": "See you at ten",
    "labelIds": ["SENT"],
}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [NOTES, PLAN]),
        (None, [NOTES, PLAN]),
        ("notes", [NOTES]),
        ("NOTES ready", [NOTES]),
        ("notes ten", []),
        ('"you at"', [PLAN]),
        ('"at you"', []),
        ("from:ada", [NOTES]),
        ("From:lovelace", [NOTES]),
        ("to:ada", []),
        ("to:grace subject:plan", [PLAN]),
        ('subject:"the engine"', [NOTES]),
        ("-from:ada", [PLAN]),
        ("-plan", [NOTES]),
        ("in:inbox", [NOTES]),
        ("in:anywhere", [NOTES, PLAN]),
        ("label:sent", [PLAN]),
        ("is:unread", [NOTES]),
        ("is:read", [PLAN]),
        ("ready:", [NOTES]),
        ("has:attachment", []),
    ],
)
def test_every_term_must_hold(query: Any, found: Any) -> None:
    assert gmail_search([NOTES, PLAN], query) == found


@given(st.text(alphabet='ab:"- from', max_size=30))
def test_any_text_is_a_query(query: str) -> None:
    assert all(email in (NOTES, PLAN) for email in gmail_search([NOTES, PLAN], query))
