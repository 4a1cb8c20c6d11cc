"""One row a relation: a value as it may be drawn, the request, and how the value hangs together."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.mock.relations.background import Background
from emulator.mock.relations.draft import MOST_JUDGEMENTS
from emulator.mock.relations.relate import relate, relate_around
from emulator.schema.draws import random_words
from emulator.schema.generate.around import Taken
from emulator.schema.generate.generator import Generator

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
UUID = "3fa85f64-5717-4562-b3fc-2c963f66afa6"


def anything(_: Any) -> bool:
    return True


def related(value: Any, is_valid: Callable[[Any], bool] = anything, **background: Any) -> Any:
    return relate(value, Background(NOW, **background), is_valid)


PETS = {"template": "/pets"}
PET = {"template": "/pets/{petId}"}
AT = {"target": "/v1/pets", "base": "http://h", "holds_records": True}
TOYS = {"template": "/pets/{petId}/toys"}
SENT = {"body": {"name": "Ann", "age": 3}}

ROWS: dict[str, tuple[Any, dict[str, Any], Any]] = {
    "member of the body": ({"id": "x", "name": "?"}, PETS | SENT, {"id": "x", "name": "Ann"}),
    "member in another spelling": (
        {"firstName": "?", "last-name": "?"},
        {"body": {"first_name": "Ann", "lastName": "Lee"}},
        {"firstName": "Ann", "last-name": "Lee"},
    ),
    "member in an envelope": ({"data": {"name": "?"}}, SENT, {"data": {"name": "Ann"}}),
    "member in an envelope with the name of the path": (
        {"pet": {"name": "?"}, "links": []},
        PETS | SENT,
        {"pet": {"name": "Ann"}, "links": []},
    ),
    "member sent in an envelope": ({"name": "?"}, {"body": {"pet": {"name": "A"}}}, {"name": "A"}),
    "member in what the path speaks of": (
        {"account": {"email": "?"}, "oauth": {}, "warnings": []},
        {"template": "/accounts/create", "body": {"email": "x"}},
        {"account": {"email": "x"}, "oauth": {}, "warnings": []},
    ),
    "metadata of Kubernetes": (
        {"kind": "Pod", "metadata": {"name": "?", "namespace": "?", "uid": "u"}, "status": {}},
        {"template": "/ns/{namespace}/pods/{name}", "path": {"namespace": "n", "name": "p"}},
        {"kind": "Pod", "metadata": {"name": "p", "namespace": "n", "uid": "u"}, "status": {}},
    ),
    "attributes of JSON:API": (
        {"data": {"id": "1", "attributes": {"name": "?"}}},
        {"body": {"data": {"attributes": {"name": "Ann"}}}},
        {"data": {"id": "1", "attributes": {"name": "Ann"}}},
    ),
    "member of another kind stays": ({"name": {"first": "?"}}, SENT, {"name": {"first": "?"}}),
    "objects are merged": (
        {"owner": {"id": "o", "name": "?"}},
        {"body": {"owner": {"name": "Ann"}}},
        {"owner": {"id": "o", "name": "Ann"}},
    ),
    "objects of any names are replaced": (
        {"tags": {"calm": "atlas"}},
        {"body": {"tags": {"env": "test"}}},
        {"tags": {"env": "test"}},
    ),
    "lists have as many items as were sent": (
        {"lines": [{"id": "a", "sku": "?"}]},
        {"body": {"lines": [{"sku": "s1"}, {"sku": "s2"}]}},
        {"lines": [{"id": "a", "sku": "s1"}, {"id": "b", "sku": "s2"}]},
    ),
    "scalars in lists": ({"tags": ["?"]}, {"body": {"tags": ["a", "b"]}}, {"tags": ["a", "b"]}),
    "record by the parameter's name": (
        {"pet_id": "?"},
        PET | {"path": {"petId": "p1"}},
        {"pet_id": "p1"},
    ),
    "record by its id": ({"id": "?"}, PET | {"path": {"petId": "p1"}}, {"id": "p1"}),
    "number in a path of text": ({"id": 7}, PET | {"path": {"petId": "12"}}, {"id": 12}),
    "text for a number": ({"id": "?"}, PET | {"path": {"petId": 12}}, {"id": "12"}),
    "text where there is a number stays": ({"id": 7}, PET | {"path": {"petId": "x"}}, {"id": 7}),
    "record by what the parameter is called": (
        {"id": 7, "slug": "?"},
        {"template": "/pets/{pet}", "path": {"pet": "rex"}},
        {"id": 7, "slug": "rex"},
    ),
    "record by its name": (
        {"id": 7, "username": "?"},
        {"template": "/users/{username}", "path": {"username": "ann"}},
        {"id": 7, "username": "ann"},
    ),
    "the path comes before the body": (
        {"id": "?"},
        PET | {"path": {"petId": "p1"}, "body": {"id": "p2"}},
        {"id": "p1"},
    ),
    "parent's id": (
        {"id": "t", "petId": "?", "pet": {"id": "?"}},
        TOYS | {"path": {"petId": "p1"}, "body": {}},
        {"id": "t", "petId": "p1", "pet": {"id": "p1"}},
    ),
    "parent that is only called id": (
        {"id": "t", "pet_id": "?"},
        {"template": "/pets/{id}/toys", "path": {"id": "p1"}, "body": {}},
        {"id": "t", "pet_id": "p1"},
    ),
    "parent's id in each item": (
        [{"id": "t", "pet_id": "?"}],
        TOYS | {"path": {"petId": "p1"}},
        [{"id": "t", "pet_id": "p1"}],
    ),
    "filter": ([{"kind": "?"}, {"kind": "?"}], {"query": {"kind": "cat"}}, [{"kind": "cat"}] * 2),
    "filter by several": (
        {"items": [{"kind": "?"}, {"kind": "?"}]},
        {"query": {"kind": ["cat", "dog"]}},
        {"items": [{"kind": "cat"}, {"kind": "dog"}]},
    ),
    "limit": ([1, 2, 3], {"query": {"limit": 2}}, [1, 2]),
    "page": (
        {"data": [1, 2, 3], "total": 148, "has_more": True, "meta": {"page": 8, "perPage": 50}},
        {"query": {"page": 2, "per_page": 2}},
        {"data": [1, 2], "total": 4, "has_more": False, "meta": {"page": 2, "perPage": 2}},
    ),
    "page in words of others": (
        {"offices": [1], "resultSetSize": 9, "totalRowCount": 231, "nextUri": "/x"},
        {"query": {"count": 2, "start_position": 4}},
        {"offices": [1], "resultSetSize": 1, "totalRowCount": 5},
    ),
    "offset": (
        {"items": [1], "offset": 7, "limit": 0, "totalCount": 0, "count": 9},
        {"query": {"offset": 20}},
        {"items": [1], "offset": 20, "limit": 1, "totalCount": 21, "count": 1},
    ),
    "last page": (
        {
            "items": [1],
            "next": "c1",
            "prev": "c0",
            "links": {"next": "/x", "previous": {"href": "/"}},
        },
        {"query": {"page": 2}},
        {"items": [1], "prev": "c0", "links": {"previous": {"href": "/"}}},
    ),
    "first page": (
        {"items": [1], "prev": "c0", "hasPrevious": True, "_links": {"next": {"href": "/x"}}},
        {},
        {"items": [1], "hasPrevious": False, "_links": {}},
    ),
    "links of a record": (
        {"id": "?", "self": "/x", "_links": {"self": {"href": "http://x/y"}}},
        PET | AT | {"path": {"petId": "p1"}, "target": "/v1/pets/p1"},
        {"id": "p1", "self": "/v1/pets/p1", "_links": {"self": {"href": "http://h/v1/pets/p1"}}},
    ),
    "links of what was made": (
        {"data": {"id": 7, "links": [{"rel": "next", "href": "/"}, {"rel": "self", "href": "/"}]}},
        PETS | AT | SENT,
        {
            "data": {
                "id": 7,
                "links": [{"rel": "next", "href": "/"}, {"rel": "self", "href": "/v1/pets/7"}],
            }
        },
    ),
    "links of a list and its items": (
        {"data": [{"id": "a", "self": "http://x/y"}], "links": {"self": "http://x/y"}},
        PETS | AT,
        {
            "data": [{"id": "a", "self": "http://h/v1/pets/a"}],
            "links": {"self": "http://h/v1/pets"},
        },
    ),
    "links where no path is of records": (
        {"id": 7, "self": "/x"},
        PETS | SENT | {"target": "/v1/pets"},
        {"id": 7, "self": "/x"},
    ),
    "counts by name": ({"pets": [1, 2], "pet_count": 9}, {}, {"pets": [1, 2], "pet_count": 2}),
    "a sum is no count": (
        {"id": "o", "lines": [1], "total": 4550},
        {"body": {}},
        {"id": "o", "lines": [1], "total": 4550},
    ),
    "ids differ": (
        [{"id": "cus_9"}, {"id": "cus_9"}, {"id": "cus_9"}],
        {},
        [{"id": "cus_9"}, {"id": "cut_0"}, {"id": "cut_1"}],
    ),
    "numbers and UUIDs differ": (
        {"a": [{"id": 1}, {"id": 1}], "b": [{"uuid": UUID}, {"uuid": UUID}]},
        {},
        {"a": [{"id": 1}, {"id": 2}], "b": [{"uuid": UUID}, {"uuid": UUID[:-1] + "7"}]},
    ),
    "least and most": ({"min_age": 71, "max_age": 5}, {}, {"min_age": 5, "max_age": 71}),
    "least and most that were sent": (
        {"minimumPrice": 1, "maximumPrice": 5},
        {"body": {"minimumPrice": 9}},
        {"minimumPrice": 9, "maximumPrice": 9},
    ),
    "flags of a status": (
        {"status": "paused", "paused": False, "is_archived": True, "active": True},
        {},
        {"status": "paused", "paused": True, "is_archived": False, "active": False},
    ),
    "status that was sent": (
        {"status": "?", "paused": False},
        {"body": {"status": "paused"}},
        {"status": "paused", "paused": True},
    ),
    "what was paid stays paid": (
        {"status": "shipped", "paid": True, "delivered": True},
        {},
        {"status": "shipped", "paid": True, "delivered": True},
    ),
    "time of what did not happen": (
        {"deleted_at": "2024-01-01", "status": "open", "closed_on": "2024-01-01"},
        {},
        {"status": "open"},
    ),
    "time without a status": ({"id": 1, "deleted_at": "2024-01-01"}, {}, {"id": 1}),
    "time of what a flag says": (
        {"paused": False, "paused_at": "2024-01-01", "archived": False, "archivedAt": "2024-01-01"},
        {},
        {"paused": False, "archived": False},
    ),
    "names of a person": (
        {"first_name": "Ada", "last_name": "Kim", "name": "Calm atlas", "mail": "x@a.org"},
        {},
        {"first_name": "Ada", "last_name": "Kim", "name": "Ada Kim", "mail": "ada.kim@a.org"},
    ),
    "names of a person whose name was sent": (
        {"firstName": "?", "lastName": "?", "email": "x@example.org", "username": "?"},
        {"body": {"firstName": "Zoë", "lastName": "O'Hara"}},
        {
            "firstName": "Zoë",
            "lastName": "O'Hara",
            "email": "zoe.o.hara@example.org",
            "username": "zohara",
        },
    ),
    "names of a person whose full name was sent": (
        {"fullName": "?", "givenName": "?", "familyName": "?"},
        {"body": {"full_name": "Mary Ann Lee"}},
        {"fullName": "Mary Ann Lee", "givenName": "Mary Ann", "familyName": "Lee"},
    ),
    "name of a company": (
        {"name": "Umbra", "email": "x@example.com", "website": "?"},
        {},
        {"name": "Umbra", "email": "x@example.com", "website": "?"},
    ),
    "slug of a title": (
        {"title": "Ça va bien!", "slug": "?"},
        {},
        {"title": "Ça va bien!", "slug": "ca-va-bien"},
    ),
    "place": (
        {"city": "Barcelona", "country": "Norway", "currency": "usd", "locale": "en_US"},
        {},
        {"city": "Oslo", "country": "Norway", "currency": "nok", "locale": "no_NO"},
    ),
    "place that is one already": (
        {"city": "New York", "country": "US", "region": "?"},
        {},
        {"city": "New York", "country": "US", "region": "New York"},
    ),
    "place with codes": (
        {"town": "Vienna", "state": "?", "countryCode": "US", "phone": "+1", "timezone": "UTC"},
        {},
        {
            "town": "Seattle",
            "state": "Washington",
            "countryCode": "US",
            "phone": "+12025550143",
            "timezone": "America/Los_Angeles",
        },
    ),
    "place that was sent": (
        {"city": "?", "country_code": "TWN"},
        {"body": {"city": "Vienna"}},
        {"city": "Vienna", "country_code": "AUT"},
    ),
    "place that nobody knows": (
        {"city": "?", "country": "FR"},
        {"body": {"city": "Atlantis"}},
        {"city": "Atlantis", "country": "FR"},
    ),
    "a state alone is no place": ({"state": "open", "zip": "1"}, {}, {"state": "open", "zip": "1"}),
    "lists that belong together": (
        {"time": ["a", "b", "c"], "values": [1, 2], "notes": [1]},
        {},
        {"time": ["a", "b"], "values": [1, 2], "notes": [1]},
    ),
    "one of several": (
        {"type": "card", "card": {}, "cash": {"min": 2, "max": 1}, "note": {}},
        {"choices": {"type": (frozenset({"card", "cash"}),)}},
        {"type": "card", "card": {}, "note": {}},
    ),
    "part and whole": ({"used": 9, "limit": 5}, {}, {"used": 5, "limit": 9}),
}


@pytest.mark.parametrize(("value", "background", "expected"), ROWS.values(), ids=ROWS)
def test_value_hangs_together(value: Any, background: dict[str, Any], expected: Any) -> None:
    assert related(value, **background) == expected


IN_ORDER = [
    ("created_at", "updated_at"),
    ("createdAt", "modified"),
    ("create_time", "update_time"),
    ("date-created", "last-updated"),
    ("creationTimestamp", "completionTimestamp"),
    ("startDate", "endDate"),
    ("starts_at", "ends_at"),
    ("valid_from", "valid_to"),
    ("departure_time", "arrival_time"),
    ("opened", "closed"),
    ("issued_at", "expires_at"),
    ("createdat", "updatedat"),
]
WRITTEN = [
    "2031-01-02T03:04:05Z",
    "2031-01-02T03:04:05.123+02:00",
    "2031-01-02",
    1735689600,
    1735689600123,
]


@pytest.mark.parametrize(("first", "last"), IN_ORDER)
@pytest.mark.parametrize("old", WRITTEN)
def test_times_are_in_order_and_near_the_clock(first: str, last: str, old: Any) -> None:
    value = related({last: old, first: old})
    assert value[first] <= value[last]
    if isinstance(old, str):
        assert [len(each) for each in value.values()] == [len(old)] * 2
        assert {each[:4] for each in value.values()} <= {"2025", "2026"}
    else:
        assert {len(str(each)) for each in value.values()} == {len(str(old))}


@pytest.mark.parametrize(
    ("sent", "other"),
    [
        ({"start": "2031-05-01"}, {"end": "2024-01-01"}),
        (
            {"start": "2031-05-01T10:00:00Z"},
            {"created": "2024-01-01", "end": "2024-01-01T00:00:00Z"},
        ),
        ({"end": "2020-05-01T10:00:00Z"}, {"start": "2024-01-01T00:00:00Z"}),
    ],
)
def test_times_keep_their_order_with_those_that_were_sent(sent: Any, other: Any) -> None:
    value = related({**dict.fromkeys(sent, "2024-01-01T00:00:00Z"), **other}, body=sent)
    assert {name: value[name] for name in sent} == sent
    assert value.get("start", "") <= value["end"]
    assert value.get("created", "2026") < "2027"


def test_times_of_long_ago_stay() -> None:
    value = {"birth_date": "1984-05-01", "founded_at": "1984-05-01"}
    assert related(dict(value)) == value


def test_what_would_break_the_schema_is_left_out_and_all_else_kept() -> None:
    sent = {f"m{number}": number for number in range(40)}
    refused = {"m3", "m17", "m39"}
    value = related(dict.fromkeys(sent, -1), lambda v: all(v[m] == -1 for m in refused), body=sent)
    assert value == sent | dict.fromkeys(refused, -1)


def test_what_must_be_there_is_null_if_it_can_be() -> None:
    value = related({"deleted_at": "2024-01-01"}, lambda v: "deleted_at" in v)
    assert value == {"deleted_at": None}


def test_order_is_kept_as_a_whole_or_not_at_all() -> None:
    value = related({"min": 9, "max": 5}, lambda v: v["max"] == 5)
    assert value == {"min": 9, "max": 5}


def test_usual_cost_is_one_judgement_and_the_worst_is_bounded() -> None:
    judged: list[int] = []
    sent = {f"m{number}": number for number in range(1_000)}

    def judge(value: Any) -> bool:
        judged.append(1)
        return value["m0"] != 0 if len(judged) == 1 else all(v == -1 for v in value.values())

    assert related({"m0": -1, "id": 1}, anything, body=sent) == {"m0": 0, "id": 1}
    value = related(dict.fromkeys(sent, -1), judge, body=sent)
    assert value == dict.fromkeys(sent, -1)
    assert len(judged) <= 2 * MOST_JUDGEMENTS + 1


def test_what_was_sent_is_not_changed() -> None:
    sent = {"lines": [], "tags": {"min": 2, "max": 1}}
    value = related({"lines": [1], "tags": {"x": 1}}, body=sent)
    assert value == sent
    assert value["tags"] is not sent["tags"]
    assert sent == {"lines": [], "tags": {"min": 2, "max": 1}}


@pytest.mark.parametrize("value", [None, "text", 5, [], {}, [[]], [None, {}]])
def test_values_without_members_stay(value: Any) -> None:
    assert related(value, template="/a/{id}", path={"id": "1"}, body=[1], query={"a": "b"}) == value


SCHEMA = {
    "type": "object",
    "properties": {
        "country": {"type": "string"},
        "city": {"type": "string"},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"id": {}}}},
        "data": {"type": "object", "properties": {"name": {"type": "string"}}},
    },
}


def around(body: Any, is_valid: Callable[[Any], bool] = anything) -> Any:
    taken = Taken()
    made = Generator({}).around(SCHEMA, random_words(b"seed"), body, taken)
    return relate_around(made, taken, Background(NOW, "/pets", body=body), is_valid)


def test_what_is_drawn_around_a_body_hangs_together_with_it() -> None:
    made = around({"city": "Gothenburg", "country": "SE"})
    assert (made["city"], made["country"]) == ("Gothenburg", "SE")
    assert around({"country": "JP"})["city"] == "Tokyo"


def test_what_was_sent_is_put_into_an_envelope_as_well() -> None:
    assert around({"city": "Oslo", "name": "Ann"})["data"] == {"name": "Ann"}


def test_value_drawn_around_a_body_is_judged_once_and_nothing_if_it_is_not_valid() -> None:
    judged: list[Any] = []

    def refuse(value: Any) -> bool:
        judged.append(value)
        return False

    assert around({"city": "Oslo"}, refuse) is None
    assert len(judged) == 1
