"""Stubs of a scope with scenarios and settings: `/__admin/mappings`, in WireMock's JSON."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from starlette.responses import Response

from emulator.http.encode import dump, dump_readable
from emulator.http.messages import Json, Violation
from emulator.http.nearest import unknown
from emulator.mock.lint import stub_breaches
from emulator.schema.field_errors import FieldError
from emulator.server.admin.calls import (
    AdminCall,
    RejectedCallError,
    existing,
    invalid_body,
    json_response,
    rejection,
    valid,
)
from emulator.server.admin.long import json_array, listing
from emulator.stubs.book import StubBook, StubSettings
from emulator.stubs.faults import delay_errors, read_delay
from emulator.stubs.matching.pattern import read_matcher
from emulator.stubs.stub import STARTED, Stub, parse_stub


def list_stubs(call: AdminCall) -> Response:
    """The stubs in matching order: `limit` of them from `offset`."""
    stubs = call.stubs.stubs
    chosen = stubs[call.query.get("offset", 0) :][: call.query.get("limit")]
    return _listed(chosen, len(stubs))


def add(call: AdminCall) -> Response:
    """Add a stub."""
    book, _, shown = _with(call, call.stubs, call.body)
    call.store.set_stubs(call.scope, book)
    return json_response(shown, 201)


def get(call: AdminCall) -> Response:
    """One stub."""
    return json_response(_stub(call).raw)


def edit(call: AdminCall) -> Response:
    """Replace a stub."""
    id_ = _stub(call).id
    book, _, shown = _with(call, call.stubs, {**call.body, "id": id_, "uuid": id_})
    call.store.set_stubs(call.scope, book)
    return json_response(shown)


def remove(call: AdminCall) -> Response:
    """Delete a stub."""
    return _without(call, [_stub(call)])


def remove_like(call: AdminCall) -> Response:
    """Delete the stub with the id of the given one, or those for the same requests."""
    stub = valid(parse_stub(call.body, "", call.server.dispatcher.site.stubs.files))
    return _without(call, [stub, *call.stubs.like(stub.pattern)])


def clear(call: AdminCall) -> Response:
    """Delete all stubs."""
    return _without(call, call.stubs.stubs)


def reset(call: AdminCall) -> Response:
    """Restore the stubs that every scope starts with."""
    initial = call.server.dispatcher.site.stubs.book
    book = replace(initial.started(), settings=call.stubs.settings)
    call.store.set_stubs(call.scope, book)
    return json_response({})


def save(call: AdminCall) -> Response:
    """Write every stub of the scope to the folder of `--mappings`, a file each."""
    mappings = call.server.dispatcher.site.stubs
    folder = mappings.path
    if folder is None:
        detail = "there is no folder to save to; emulator serve --mappings DIR names one"
        return rejection(409, detail)
    try:
        (folder / "mappings").mkdir(exist_ok=True)
        for stub in call.stubs.stubs:
            known = mappings.places.get(stub.id)
            path = known.file if known else folder / "mappings" / f"{stub.id}.json"
            if known is None or not known.pointer:
                path.write_text(dump_readable(stub.raw) + "\n")
    except OSError as error:
        return rejection(409, f"{folder} can't be written: {error.strerror}")
    return json_response({})


def import_stubs(call: AdminCall) -> Response:
    """Add all stubs of a list, or none if one is invalid."""
    mappings, options = call.body["mappings"], call.body.get("importOptions") or {}
    book = call.stubs
    kept = options.get("duplicatePolicy") == "IGNORE"
    ids = set()
    # The first of a list matches first, as if they had been added in reverse.
    for index, raw in reversed([*enumerate(mappings)]):
        id_ = raw.get("id") or raw.get("uuid")
        ids.add(id_)
        if kept and id_ is not None and book.stub(id_) is not None:
            continue
        book, stub, _ = _with(call, book, raw, f"/mappings/{index}")
        ids.add(stub.id)
    if options.get("deleteAllNotInImport"):
        book = book.without(stub.id for stub in book.stubs if stub.id not in ids)
    call.store.set_stubs(call.scope, book)
    return json_response({})


def find(call: AdminCall) -> Response:
    """The stubs whose metadata match."""
    found = stubs_by_metadata(call)
    return _listed(found, len(found))


def remove_found(call: AdminCall) -> Response:
    """Delete the stubs whose metadata match."""
    return _without(call, stubs_by_metadata(call))


def unmatched(call: AdminCall) -> Response:
    """The stubs that no request has matched."""
    matched = call.journal.met(call.scope)
    stubs = [stub for stub in call.stubs.stubs if stub.id not in matched]
    return _listed(stubs, len(stubs))


def list_scenarios(call: AdminCall) -> Response:
    """The scenarios of the stubs, each with its state and all possible states."""
    book = call.stubs
    scenarios = [
        {
            "id": name,
            "name": name,
            "state": book.state(name),
            "possibleStates": list(states),
            "mappings": [stub.raw for stub in book.of_scenario(name)],
        }
        for name, states in book.scenarios().items()
    ]
    return json_response({"scenarios": scenarios})


def reset_scenarios(call: AdminCall) -> Response:
    """Set every scenario to `Started`."""
    call.store.set_stubs(call.scope, call.stubs.started())
    return json_response({})


def set_state(call: AdminCall) -> Response:
    """Set the state of a scenario, by default `Started`."""
    name, book = call.path["name"], call.stubs
    states = book.possible_states(name) or None
    states = existing(states, unknown("scenario of a stub", name, book.scenarios()))
    state = (call.body or {}).get("state", STARTED)
    if state not in states:
        message = f"{name!r} has no state {state!r}; it has {', '.join(states)}"
        raise invalid_body([FieldError("/state", message)])
    call.store.set_stubs(call.scope, book.with_state(name, state))
    return json_response({})


def settings(call: AdminCall) -> Response:
    """The settings for all responses of the scope."""
    return json_response({"settings": call.stubs.settings.raw})


def set_settings(call: AdminCall) -> Response:
    """Set the settings: a delay for every response whose stub has none of its own."""
    given = {name: value for name, value in call.body.items() if value is not None}
    errors = delay_errors(given.get("delayDistribution"))
    if errors:
        named = (FieldError(f"/delayDistribution{e.pointer}", e.message) for e in errors)
        raise invalid_body([*named])
    delay = read_delay(given.get("fixedDelay"), given.get("delayDistribution"))
    settings = StubSettings(delay, given)
    call.store.set_stubs(call.scope, replace(call.stubs, settings=settings))
    return json_response(given)


def stubs_by_metadata(call: AdminCall) -> list[Stub]:
    """The stubs whose metadata the body, a matcher, matches."""
    matcher = valid(read_matcher(call.body))
    return [stub for stub in call.stubs.stubs if stub.has_metadata(matcher)]


def _with(
    call: AdminCall, book: StubBook, raw: Json, pointer: str = ""
) -> tuple[StubBook, Stub, Json]:
    """The book with a stub, whose JSON is at `pointer` in the body; the stub; how it is shown."""
    site = call.server.dispatcher.site
    stub = parse_stub(raw, book.free_id(), site.stubs.files)
    if not isinstance(stub, Stub):
        raise invalid_body([FieldError(pointer + each.pointer, each.message) for each in stub])
    _make_room(call, book, stub)
    breaches = stub_breaches(site, stub)
    if breaches and site.strict:
        raise invalid_body([FieldError(f"{pointer}/response", _message(each)) for each in breaches])
    call.journal.forget_stub(call.scope, stub.id)
    shown = dict(stub.raw)
    if breaches:
        found = [each.as_json() for each in breaches]
        shown["metadata"] = {**shown.get("metadata", {}), "emulator:violations": found}
    if stub.notices:
        told = [{"pointer": each.pointer, "message": each.message} for each in stub.notices]
        shown["metadata"] = {**shown.get("metadata", {}), "emulator:notices": told}
    return book.with_stub(stub), stub, shown


def _make_room(call: AdminCall, book: StubBook, stub: Stub) -> None:
    """Refuse a stub that would go beyond a limit."""
    limits = call.store.stub_limits
    if len(book) >= limits.count and book.stub(stub.id) is None:
        detail = f"a scope has at most {limits.count} stubs (--stub-limit); delete some"
        raise RejectedCallError(rejection(409, detail))
    others = call.store.stub_bytes - call.stubs.size_bytes
    if others + book.size_bytes + stub.size_bytes > limits.size_bytes:
        detail = f"all stubs together hold at most {limits.size_bytes} bytes (--stub-size)"
        raise RejectedCallError(rejection(409, f"{detail}; delete some, or reset scopes"))


def _without(call: AdminCall, stubs: Iterable[Stub]) -> Response:
    call.store.set_stubs(call.scope, call.stubs.without(stub.id for stub in stubs))
    return json_response({})


def _stub(call: AdminCall) -> Stub:
    id_ = call.path["id"]
    return existing(call.stubs.stub(id_), f"no stub has the id {id_!r}")


def _message(violation: Violation) -> str:
    place = f"{violation.location} {violation.pointer}"
    return f"the answer breaks the document: {place}: {violation.message}"


def _listed(stubs: Sequence[Stub], total: int) -> Response:
    after = b"," + dump({"meta": {"total": total}})[1:]
    return listing(stubs, json_array(b'{"mappings":', (dump(each.raw) for each in stubs), after))
