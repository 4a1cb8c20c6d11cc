"""Salesforce's query language: what it selects, and what it refuses."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.queries.soql import soql

CONTACTS: Any = [
    {"Id": "1", "Name": "Ada Lovelace", "Email": "ada@example.com", "Age": 36, "Vip": True},
    {"Id": "2", "Name": "Grace Hopper", "Email": None, "Age": 85, "Vip": False},
    {"Id": "3", "Name": "Kurt * 100%", "Email": "kurt@example.com", "Age": 71, "Vip": False},
]
OBJECTS = {"Contact": CONTACTS, "Account": []}


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("SELECT Id FROM Contact", ["1", "2", "3"]),
        ("select Id, Name from contact", ["1", "2", "3"]),
        ("SELECT Id FROM Contact LIMIT 2", ["1", "2"]),
        ("SELECT Id FROM Contact LIMIT 0", []),
        ("SELECT Id FROM Contact WHERE Email = 'ADA@example.com'", ["1"]),
        ("SELECT Id FROM Contact WHERE email='ada@example.com'", ["1"]),
        ("SELECT Id FROM Contact WHERE Email != 'ada@example.com'", ["2", "3"]),
        ("SELECT Id FROM Contact WHERE Email = null", ["2"]),
        ("SELECT Id FROM Contact WHERE Age = 85 AND Vip = false", ["2"]),
        ("SELECT Id FROM Contact WHERE Age = 85.0", ["2"]),
        ("SELECT Id FROM Contact WHERE Vip = TRUE", ["1"]),
        ("SELECT Id FROM Contact WHERE Name LIKE 'ada%'", ["1"]),
        ("SELECT Id FROM Contact WHERE Name LIKE '%HOPPER'", ["2"]),
        ("SELECT Id FROM Contact WHERE Name LIKE 'A_a %' LIMIT 5", ["1"]),
        ("SELECT Id FROM Contact WHERE Name LIKE 'kurt * 1%'", ["3"]),
        ("SELECT Id FROM Contact WHERE Name LIKE '[K]urt%'", []),
        ("SELECT Id FROM Contact WHERE Age LIKE '8%'", []),
        ("SELECT Id FROM Contact WHERE Name = 'O\\'Hara'", []),
        ("SELECT Anything FROM Account", []),
    ],
)
def test_query_selects(query: str, ids: list[str]) -> None:
    assert [record["Id"] for record in soql(query, OBJECTS)["records"]] == ids


def test_record_has_what_was_asked_for_and_what_it_is() -> None:
    assert soql("SELECT Name, age FROM Contact LIMIT 1", OBJECTS)["records"] == [
        {
            "attributes": {"type": "Contact", "url": "/services/data/v60.0/sobjects/Contact/1"},
            "Name": "Ada Lovelace",
            "Age": 36,
        }
    ]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "MALFORMED_QUERY"),
        (None, "MALFORMED_QUERY"),
        ("DELETE everything", "MALFORMED_QUERY"),
        ("SELECT", "MALFORMED_QUERY"),
        ("SELECT Id", "MALFORMED_QUERY"),
        ("SELECT Id,", "MALFORMED_QUERY"),
        ("SELECT * FROM Contact", "MALFORMED_QUERY"),
        ("SELECT COUNT() FROM Contact", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact ORDER BY Id", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE Id", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE Id > '1'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE Id = one", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE Id = 'one", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact WHERE Id = '1' OR Id = '2'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact LIMIT", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact LIMIT -1", "MALFORMED_QUERY"),
        ("SELECT Id FROM Contact;", "MALFORMED_QUERY"),
        ("SELECT Id FROM Dragon", "INVALID_TYPE"),
        ("SELECT Wings FROM Contact", "INVALID_FIELD"),
        ("SELECT Id FROM Contact WHERE Wings = 2", "INVALID_FIELD"),
    ],
)
def test_rest_is_refused_in_salesforces_words(query: Any, code: str) -> None:
    error = soql(query, OBJECTS)["error"]
    assert error["errorCode"] == code
    assert error["message"]


@given(
    st.lists(
        st.sampled_from(["SELECT", "Id", ",", "FROM", "Contact", "WHERE", "=", "'x'", "(", "'"])
    )
)
def test_any_text_is_answered_or_refused(words: list[str]) -> None:
    assert soql(" ".join(words), OBJECTS).keys() <= {"records", "error"}
