"""A session keeps exchanges without their secrets, or not at all."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.messages import Request, Response
from emulator.recording.cassette import Cassette, load_cassette
from emulator.recording.recorded import Origin
from emulator.recording.session import Exchange, Kept, Session
from tests.proxy.pets import DOCUMENT
from tests.proxy.recorders import assembled
from tests.recording.places import (
    JSON,
    PLACES,
    SECRET,
    Place,
    asked,
    found_below,
    holds,
    json_answer,
)

NOW = datetime(2026, 4, 28, 14, 30, tzinfo=UTC)
REDACT = ("chip", "/data/*/x")


def session(folder: Path, cassette: Cassette | None = None) -> Session:
    (service,) = assembled(str(DOCUMENT)).services
    cassette = cassette or load_cassette(folder, REDACT)
    return Session(cassette, service.api, Origin("http://pets.example", "Pets 1.2.0"), "all")


def keep(here: Session, place: Place, valid: bool = True) -> Kept:
    exchange = Exchange(place.request, place.answer, NOW, credentials=place.credentials)
    return here.keep(exchange, lambda _: valid)


@pytest.mark.parametrize("place", PLACES)
def test_secret_never_reaches_disk(place: str, tmp_path: Path) -> None:
    here = session(tmp_path)
    kept = keep(here, PLACES[place])
    assert found_below(tmp_path) == []
    assert (kept.tape is not None) == PLACES[place].kept, kept.refusal
    assert (here.kept, here.refused) == ((1, 0) if PLACES[place].kept else (0, 1))
    assert not holds(str(kept.refusal).encode())


@pytest.mark.parametrize("place", PLACES)
def test_secret_is_there_before(place: str) -> None:
    request, answer = PLACES[place].request, PLACES[place].answer
    texts = [request.target, *(value for _, value in (*request.headers, *answer.headers))]
    body = answer.body.decode() if isinstance(answer, Response) else answer.events[0].data
    assert any(holds(text.encode()) for text in (*texts, request.body.decode(), body))


@pytest.mark.parametrize("place", [name for name, each in PLACES.items() if each.kept])
def test_what_is_kept_is_read_again_and_holds_what_is_no_secret(place: str, tmp_path: Path) -> None:
    kept = keep(session(tmp_path), PLACES[place])
    (tape,) = load_cassette(tmp_path).tapes
    assert kept.tape is not None
    assert tape.recorded == kept.tape.recorded
    assert tape.recorded.request.method == PLACES[place].request.method


def test_secret_of_one_exchange_is_looked_for_in_the_next(tmp_path: Path) -> None:
    here = session(tmp_path)
    assert keep(here, PLACES["token of a login"]).tape is not None
    kept = keep(here, Place(answer=json_answer({"text": f"it was {SECRET}"})))
    assert str(kept.refusal) == "/body/text holds a credential that was seen in this session"
    assert found_below(tmp_path) == []


def test_exchange_that_holds_a_later_credential_is_taken_back(tmp_path: Path) -> None:
    here = session(tmp_path)
    first = keep(here, Place(answer=json_answer({"ticket": SECRET})))
    other = keep(here, Place(asked(path="/pets/1"), json_answer({"id": "1"})))
    assert first.tape is not None
    assert first.tape.file.exists()
    later = keep(here, Place(asked((("x-pets-id", SECRET),)), credentials=(SECRET,)))
    assert later.taken_back == (first.tape,)
    assert [tape.file for tape in here.tapes] == [
        each.tape.file for each in (other, later) if each.tape
    ]
    assert found_below(tmp_path) == []


def test_short_values_and_words_are_no_secrets_by_their_value(tmp_path: Path) -> None:
    here = session(tmp_path)
    headers = (("authorization", "Bearer test"), ("cookie", "a=Bearer"))
    assert keep(here, Place(asked(headers), json_answer({"say": "Bearer test"}))).tape is not None


def test_masked_value_keeps_the_form_that_the_document_asks_for(tmp_path: Path) -> None:
    here = session(tmp_path)
    body = {"token": "3F2504E0-4f89-11d3-9a0c-0305e82c3301", "tokens": 17}

    def in_form(answer: Response) -> bool:
        return b"REDACTED" not in answer.body

    exchange = Exchange(Request("GET", "/pets"), json_answer(body), NOW)
    kept = here.keep(exchange, in_form)  # type: ignore[arg-type]  # no stream here
    assert kept.tape is not None
    assert kept.tape.recorded.answer == Response(
        200, JSON, b'{"token":"0A0000A0-0a00-00a0-0a0a-0000a00a0000","tokens":0}'
    )


def test_numbers_go_on_where_the_cassette_ends(tmp_path: Path) -> None:
    keep(session(tmp_path), Place())
    kept = keep(session(tmp_path), Place(asked(path="/pets/1")))
    assert kept.tape is not None
    assert kept.tape.recorded.number == 2


@given(
    secret=st.text(min_size=8, max_size=40).filter(str.strip),
    place=st.sampled_from(["{}", "hello {}", '{{"a":"{}"}}', "x=1&y={}"]),
)
def test_any_secret_that_comes_back_is_found(
    secret: str, place: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    here = session(tmp_path_factory.mktemp("cassette"))
    body = place.format(secret).encode(errors="replace")
    answer = Response(200, (("content-type", "text/plain"),), body)
    secret = secret.encode(errors="replace").decode()
    assert keep(here, Place(asked(), answer, credentials=(secret,))).tape is None
