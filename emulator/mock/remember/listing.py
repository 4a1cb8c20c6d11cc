"""Lists: the records that are asked for, in their order, a page of them."""

from urllib.parse import parse_qsl

from emulator.mock.exchange import Exchange
from emulator.mock.plan import Composed, Plan
from emulator.mock.remember import names
from emulator.mock.remember.bodies import with_records
from emulator.mock.remember.filters import conditions_of, ordered
from emulator.mock.remember.kept import KeptRecords
from emulator.mock.remember.kinds import RecordKind
from emulator.mock.remember.pages import ListPage, Paging, tell
from emulator.mock.remember.shapes import ResponseShape
from emulator.schema.spelling import plain


def listed(
    kind: RecordKind, paging: Paging, exchange: Exchange, parents: tuple[str, ...]
) -> Plan | None:
    """One page of the records below some parents; None where the document shows no list."""
    shape = kind.list
    if shape is None:
        return None
    there = KeptRecords(kind, exchange.snapshot, parents, exchange.now)
    query = exchange.query_parameters
    offset, size = paging.window(query)
    names_of = kind.members
    conditions = conditions_of(query, names_of, paging.names(), paging.filters)
    sorted_by = any(plain(name) in names.SORTS for name in query)
    beside = any(query.get(name) is not None for name in (paging.after, paging.before) if name)
    if conditions or sorted_by or beside:
        found = [each for each in there.records() if all(test(each) for test in conditions)]
        found = ordered(found, query, names_of) if sorted_by else found
        offset, size = paging.beside(found, kind.id_of, query) or (offset, size)
        total, records = len(found), found[offset : offset + size if size else None]
    else:
        total, records = len(there), list(there.records(offset, size or None))
    pairs = tuple(parse_qsl(exchange.request.query, keep_blank_values=True))
    url = f"http://{exchange.request.fields.get('host', 'localhost')}{exchange.request.path}"
    page = ListPage(paging, offset, size, len(records), total, url, pairs)
    whole = with_records(kind, shape, records)
    if whole is None:
        return None
    links = page.links()
    headers = (("link", links),) if links and _documents(shape, "link") else ()
    totals = tuple(
        (header.name.lower(), str(total))
        for header in shape.options.response.headers
        if plain(header.name).removeprefix("x") in names.TOTALS
    )
    body = Composed(
        shape.options.response, shape.media_type, tell(whole, shape.place, page, shape.is_valid)
    )
    return Plan(shape.status, "resource", "generated", body, headers=(*headers, *totals))


def _documents(shape: ResponseShape, name: str) -> bool:
    return any(header.name.lower() == name for header in shape.options.response.headers)
