"""Arguments read from a task in plain words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.messages import Json
from emulator.services.composio.natural_language import read_arguments


def schema(*required: str, **properties: str) -> Json:
    rules = {name: {"type": kind} for name, kind in properties.items()}
    return {"type": "object", "required": list(required), "properties": rules}


@pytest.mark.parametrize(
    ("takes", "text", "expected"),
    [
        (schema("channel", channel="string"), "post to #general", {"channel": "#general"}),
        (
            schema("owner", "repo", owner="string", repo="string"),
            "look at octocat/hello-world.",
            {"owner": "octocat", "repo": "hello-world"},
        ),
        (
            schema("recipient_email", "subject", recipient_email="string", subject="string"),
            'write to ada@example.com about "the engine"',
            {"recipient_email": "ada@example.com", "subject": "the engine"},
        ),
        (schema("a", "b", a="number", b="integer"), "add 1.5 and 2", {"a": 1.5, "b": 2}),
        (schema(limit="integer", dry="boolean"), "limit: 5, dry=true", {"limit": 5, "dry": True}),
        (schema(limit="integer"), "limit: many", {"limit": "many"}),
        (schema(labels="array"), "labels=bug", {"labels": ["bug"]}),
        (schema(text="string"), "say hello", {"text": "say hello"}),
        ({"type": "object"}, "anything", {}),
    ],
)
def test_arguments_are_found(takes: Json, text: str, expected: Json) -> None:
    assert read_arguments(takes, text) == expected


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    takes = schema("channel", "n", channel="string", n="number", body="string", to="string")
    found = read_arguments(takes, text)
    assert found == read_arguments(takes, text)
    assert set(found) <= {"channel", "n", "body", "to"}
