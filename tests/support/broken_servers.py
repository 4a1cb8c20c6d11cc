"""Servers that are wrong in one thing each, and the check that must find it.

`make broken-servers` checks every one of them, and prints what was found and how fast.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from emulator.contract.check.findings import CheckOptions, CheckResult
from emulator.contract.check.run import check
from emulator.contract.reports.display import Progress
from tests.support.pets import API_KEY, JSON, Answer, Pets, refused, target


@dataclass(frozen=True)
class Fault:
    """The check that must find it, and what the server does instead of the right thing.

    A change is a value, or a function of the server, its right method and that one's arguments.
    """

    check: str
    changes: Mapping[str, Any]


def by(found_by: str, **changes: Any) -> Fault:
    return Fault(found_by, changes)


def broken(fault: str) -> Pets:
    """The server with this fault; the right one for ""."""
    server = Pets()
    for name, change in FAULTS[fault].changes.items() if fault else ():
        right = getattr(server, name)
        setattr(server, name, partial(change, server, right) if callable(right) else change)
    return server


def _shown(**members: Any) -> Any:
    return lambda _, right, pet: {**right(pet), **members}


def _frames(change: Any) -> Any:
    return lambda _, right, events: change(right(events))


def _page(change: Any) -> Any:
    """A page made by `change` of the right page, what comes next, and where it begins."""
    return lambda _, right, pets, after, limit: change(*right(pets, after, limit), after)


def _answered(**change: Any) -> Any:
    """The right answer with something changed in it."""

    def changed(_: Pets, right: Any, *asked: Any) -> Answer:
        answer: Answer = right(*asked)
        for name, value in change.items():
            setattr(answer, name, value)
        return answer

    return changed


def _failing(server: Pets, right: Any, sent: Any) -> Any:
    return refused(500, "boom") if sent.get("age", 0) > 50 else right(sent)


def _reading_changes(server: Pets, right: Any, pet_id: str) -> Answer:
    answer: Answer = right(pet_id)
    if answer.status == 200:
        pet = server.pets[pet_id]
        pet["age"] = (pet.get("age", 0) + 1) % 100
    return answer


def _validated_first(server: Pets, right: Any, asked: Any) -> Answer:
    read = server.read(asked, "NewPet") if asked.method == "POST" else None
    return read if isinstance(read, Answer) else right(asked)


def _trace(_: Any, __: Any, pet_id: str) -> Answer:
    lines = ["Traceback (most recent call last):", '  File "pets.py", line 7, in get', "KeyError"]
    return refused(404, "\n".join(lines))


def _named_status(_: Any, right: Any, asked: Any) -> Answer:
    answer: Answer = right(asked)
    answer.content["error"]["status"] = 403
    return answer


def _update_beside(server: Pets, right: Any, pet: Any, changes: Any) -> Any:
    for other in server.pets.values():
        other.update(changes)
    return right(pet, changes)


NO_JSON = b"{'single': 'quotes'}"

FAULTS: Mapping[str, Fault] = {
    # What the document says of answers.
    "answers a status which is not documented": by("status_code_conformance", created_status=202),
    "answers an error which is not documented": by("status_code_conformance", refused_status=418),
    "leaves out a required member": by(
        "response_schema_conformance", shown=lambda _, __, pet: {"id": pet["id"]}
    ),
    "sends a member of the wrong type": by("response_schema_conformance", shown=_shown(name=7)),
    "sends null for what is never null": by("response_schema_conformance", shown=_shown(name=None)),
    "sends a value the enum does not have": by(
        "response_schema_conformance", shown=_shown(species="fish")
    ),
    "sends a malformed date": by(
        "response_schema_conformance", shown=_shown(since="02.01.2026 3 Uhr")
    ),
    "sends a number beyond its bounds": by("response_schema_conformance", shown=_shown(age=100)),
    "sends an object for a list": by(
        "response_schema_conformance",
        list_pets=_answered(content={"items": {}, "next_cursor": None}),
    ),
    "refuses in a shape of its own": by(
        "response_schema_conformance", locked_out=_answered(content={"detail": "no"})
    ),
    "sends what is not JSON": by(
        "response_schema_conformance",
        encoded=lambda _, right, answer: NO_JSON if answer.status == 200 else right(answer),
    ),
    "sends another content type": by(
        "content_type_conformance", get=_answered(media_type="text/html")
    ),
    "leaves out a required response header": by(
        "response_headers_conformance", list_pets=_answered(headers={})
    ),
    "sends a header of the wrong type": by(
        "response_headers_conformance", list_pets=_answered(headers={"x-total": "many"})
    ),
    # What the document says of requests.
    "lets everybody in": by("ignored_auth", let_in=lambda *_: True),
    "lets any key in": by("ignored_auth", let_in=lambda _, __, headers: "x-pets-id" in headers),
    "validates before it lets in": by("authentication_first", locked_out=_validated_first),
    "takes the key as a token, too": by(
        "misplaced_credentials",
        let_in=lambda _, right, headers: (
            right(headers) or headers.get("authorization") == f"Bearer {API_KEY}"
        ),
    ),
    "does without a required body": by(
        "bodies",
        read=lambda _, right, asked, schema: (
            right(asked, schema) if asked.body else {"name": "nobody"}
        ),
    ),
    "reads whatever it is called": by(
        "bodies",
        read=lambda _, right, asked, schema: (
            asked.headers.update({"content-type": JSON}) or right(asked, schema)
        ),
    ),
    "falls over deep bodies": by(
        "bodies",
        read=lambda _, right, asked, schema: (
            refused(500, "too deep") if asked.body[:99] == b"[" * 99 else right(asked, schema)
        ),
    ),
    "fails on an age above 50": by("not_a_server_error", make=_failing),
    "fails on a name with a quote": by(
        "odd_input",
        make=lambda _, right, sent: refused(500, "'") if "'" in sent["name"] else right(sent),
    ),
    "does without a required header": by(
        "missing_required_header", is_tenant=lambda _, right, value: value is None or right(value)
    ),
    "accepts an invalid body": by(
        "negative_data_rejection",
        read=lambda _, right, asked, schema: (
            sent if not isinstance(sent := right(asked, schema), Answer) else {"name": "odd"}
        ),
    ),
    "accepts an invalid query parameter": by(
        "negative_data_rejection",
        is_page=lambda _, right, limit, cursor, species: right("5", cursor, species),
        page=lambda _, right, pets, after, limit: right(pets, after, min(limit, 5)),
    ),
    "refuses a valid body": by(
        "positive_data_acceptance",
        is_valid=lambda _, right, sent, schema: right(sent, schema) and sent.get("age", 11) > 10,
    ),
    "wants a member which is not required": by(
        "positive_data_acceptance",
        is_valid=lambda _, right, sent, schema: right(sent, schema) and "age" in sent,
    ),
    "refuses other methods without Allow": by(
        "unsupported_method", other_method=_answered(headers={})
    ),
    "answers other methods": by("unsupported_method", other_method=lambda *_: Answer(200, [])),
    "allows less than it documents": by(
        "allow_header_conformance",
        other_method=lambda _, right, asked, allowed: right(asked, allowed[:1]),
    ),
    # HTTP and JSON.
    "sends NaN": by("message_syntax", shown=_shown(weight=float("nan"))),
    "sends a member twice": by(
        "message_syntax",
        encoded=lambda _, right, answer: right(answer).replace(b'{"id":', b'{"id":"p0","id":'),
    ),
    "sends text that is no UTF-8": by(
        "message_syntax",
        encoded=lambda _, right, answer: right(answer).replace(b"no such pet", b"k\xe4se"),
    ),
    "names another status in an error": by("error_envelope", locked_out=_named_status),
    "refuses other methods in another shape": by(
        "error_envelope", other_method=_answered(content={"detail": "not that way"})
    ),
    "shows a stack trace": by("error_envelope", missing=_trace),
    # Secrets and limits.
    "repeats the key in an error": by(
        "secrets_kept",
        locked_out=lambda _, __, asked: refused(401, f"not {asked.headers.get('x-pets-id')}"),
        missing=lambda *_: refused(404, f"no pet for {API_KEY}"),
    ),
    "repeats the key in a header": by("secrets_kept", get=_answered(headers={"x-for": API_KEY})),
    "leaves out the headers of its limit": by("rate_limit_headers", limits=lambda *_: {}),
    "has more left than its limit": by(
        "rate_limit_headers",
        limits=lambda *_: {"ratelimit-limit": "10", "ratelimit-remaining": "11"},
    ),
    "never counts down": by(
        "rate_limit_countdown",
        limits=lambda *_: {"ratelimit-limit": "10", "ratelimit-remaining": "9"},
    ),
    "answers more requests than its limit": by(
        "rate_limit_countdown",
        limits=lambda pets, _: {
            "ratelimit-limit": "10",
            "ratelimit-remaining": str(max(0, 10 - pets.asked)),
        },
    ),
    # Life cycles.
    "forgets what was created": by("life_cycle", keep=lambda *_: None),
    "creates something else than was sent": by(
        "life_cycle", keep=lambda _, right, pet: right({**pet, "name": "Fido"})
    ),
    "changes a member by itself": by(
        "life_cycle", keep=lambda _, right, pet: right({**pet, "age": 1})
    ),
    "makes two things with one id": by("life_cycle", new_id=lambda *_: "p1"),
    "leads to nothing by Location": by("life_cycle", location=lambda *_: "/api/v1/pet/p1"),
    "does not list what was created": by(
        "life_cycle", page=_page(lambda page, following, _: (page[:-1], following))
    ),
    "keeps what was deleted": by("life_cycle", forget=lambda *_: None),
    "lists what was deleted": by(
        "life_cycle",
        get=lambda server, right, pet_id: (
            refused(404, "gone") if server.pets.get(pet_id, {}).get("gone") else right(pet_id)
        ),
        shown=lambda _, right, pet: {k: v for k, v in right(pet).items() if k != "gone"},
        forget=lambda server, _, pet_id: server.pets[pet_id].update(gone=True),
    ),
    "deletes everything": by("life_cycle", forget=lambda server, _, __: server.pets.clear()),
    "does not keep a change": by(
        "life_cycle",
        changed=lambda server, _, pet, changes: Answer(200, server.shown({**pet, **changes})),
    ),
    "answers a change with what was before": by(
        "life_cycle",
        changed=lambda server, right, pet, changes: (
            before := server.shown(pet),
            right(pet, changes),
            Answer(200, before),
        )[-1],
    ),
    "changes what it was not asked to": by(
        "life_cycle",
        changed=lambda _, right, pet, changes: right(pet, {"age": 98, "species": "dog", **changes}),
    ),
    "changes others too": by("life_cycle", changed=_update_beside),
    "changes what was deleted": by(
        "life_cycle", missing=lambda _, __, pet_id: Answer(200, {"id": pet_id, "name": "Rex"})
    ),
    "changes what is read": by("life_cycle", get=_reading_changes),
    # Pages.
    "goes round in pages": by(
        "pagination",
        page=_page(lambda page, following, after: (page, f"p{after}" if after else following)),
    ),
    "ignores the cursor": by(
        "pagination", page=lambda _, right, pets, __, limit: right(pets, 0, limit)
    ),
    "ignores the limit": by(
        "pagination", page=lambda _, right, pets, after, __: right(pets, after, 5)
    ),
    "repeats an item on the next page": by(
        "pagination",
        page=lambda _, right, pets, after, limit: right(pets, max(after - 1, 0), limit),
    ),
    "skips an item between pages": by(
        "pagination",
        page=lambda _, right, pets, after, limit: right(pets, after + 1 if after else 0, limit),
    ),
    "stops before the last page": by(
        "pagination", page=_page(lambda page, following, after: (page, None))
    ),
    "ignores the filter": by("pagination", fitting=lambda _, right, __: right(None)),
    "filters everything out": by(
        "pagination", fitting=lambda _, right, species: [] if species else right(None)
    ),
    # Keys.
    "ignores the idempotency key": by(
        "idempotency", repeated=lambda server, _, asked, *__: server.make(json.loads(asked.body))
    ),
    "takes a used key for another body": by(
        "idempotency", repeated=lambda _, right, asked, __, answer: right(asked, asked.body, answer)
    ),
    "makes two things at once with one key": by(
        "idempotency", reserve=lambda *_: None, work_s=0.05
    ),
    "refuses a repeated request": by(
        "idempotency", repeated=lambda *_: refused(400, "the key was used")
    ),
    # Streams.
    "ends no stream": by("event_grammar", events=lambda _, right: right()[:-1]),
    "ends a stream twice": by("event_grammar", events=lambda _, right: [*right(), (4, "end", 4)]),
    "goes on after the end": by(
        "event_grammar", events=lambda _, right: [*right(), (4, "step", 4)]
    ),
    "begins in the middle": by("event_grammar", events=lambda _, right: right()[1:]),
    "begins twice": by(
        "event_grammar", events=lambda _, right: [(0, "start", 0), (1, "start", 1), *right()[2:]]
    ),
    "repeats an id": by(
        "event_grammar",
        events=lambda _, right: [(min(n, 2), name, seq) for n, name, seq in right()],
    ),
    "lets ids go back": by(
        "event_grammar", events=lambda _, right: [(9 - n, name, 9 - n) for n, name, _ in right()]
    ),
    "counts data otherwise than ids": by(
        "event_grammar", events=lambda _, right: [(n, name, n + 1) for n, name, _ in right()]
    ),
    "cuts the last event": by("event_grammar", frames=_frames(lambda data: data[:-1])),
    "sends lines that are no fields": by(
        "event_grammar", frames=_frames(lambda data: data.replace(b"data: ", b"date: x\ndata: "))
    ),
    "repeats events to who takes a stream up": by(
        "stream_resumption", rest=lambda _, __, events, ___: events
    ),
    "sends events that are not documented": by(
        "response_schema_conformance",
        frames=_frames(lambda data: data.replace(b'"step"', b'"leap"')),
    ),
    "sends a page for a stream": by(
        "content_type_conformance", walk=_answered(media_type="text/html")
    ),
}

#: Few examples: what these servers do wrong shows soon.
QUICK = CheckOptions(max_examples=3)


def checked(fault: str, options: CheckOptions = QUICK) -> CheckResult:
    """What a check of the server with this fault finds."""
    return check(target(broken(fault)), options, lambda _: None)


def first_found(fault: str, options: CheckOptions) -> CheckResult:
    """The same, ended with what finds anything first."""

    def ended(progress: Progress) -> None:
        if progress.findings:
            raise KeyboardInterrupt

    return check(target(broken(fault)), options, ended)
