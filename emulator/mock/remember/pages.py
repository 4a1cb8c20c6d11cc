"""One page of a list: which records, and what the response says of it."""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from emulator.http.messages import Json
from emulator.mock.remember import names
from emulator.mock.remember.shapes import Place, at, put
from emulator.openapi.document.model import Api, Operation
from emulator.openapi.promises.model import Basis, Pages
from emulator.schema.pointers import parts_of
from emulator.schema.spelling import plain

#: Records on a page where neither the request nor the document says how many.
USUAL = 20
#: No list goes on so far.
_FURTHEST = 10**15


@dataclass(frozen=True, slots=True)
class Paging:
    """How an operation pages: the names of its query parameters; "" for one that it hasn't.

    `after` and `before` take the id of a record that the page follows, or precedes. `usual` is the
    size of a page for which the request asks nothing, 0 for all that there is. `first` is the
    number of the first page. Declared are the places of members that say what others of a name
    say (`words`), and of members that parameters filter by.
    """

    limit: str = ""
    page: str = ""
    offset: str = ""
    cursor: str = ""
    after: str = ""
    before: str = ""
    usual: int = 0
    first: int = 1
    words: Mapping[Place, str] = field(default_factory=dict)
    filters: Mapping[str, Place] = field(default_factory=dict)

    def window(self, query: Mapping[str, Json]) -> tuple[int, int]:
        """The number of the first record wanted, and how many (0: all)."""
        first, size = self._window(query)
        return min(first, _FURTHEST), min(size, _FURTHEST)

    def _window(self, query: Mapping[str, Json]) -> tuple[int, int]:
        limit = _whole(query.get(self.limit))
        size = self.usual if limit is None else max(limit, 0)
        if self.cursor and query.get(self.cursor) not in (None, ""):
            return _cursor_offset(query[self.cursor]), size
        if self.offset:
            return max(_whole(query.get(self.offset)) or 0, 0), size
        if self.page:
            number = _whole(query.get(self.page))
            return max((self.first if number is None else number) - self.first, 0) * size, size
        return 0, size

    def names(self) -> frozenset[str]:
        """The parameters that page."""
        named = (self.limit, self.page, self.offset, self.cursor, self.after, self.before)
        return frozenset(named) - {""}

    def beside(
        self,
        records: Sequence[Mapping[str, Json]],
        id_of: Callable[[Json], Json],
        query: Mapping[str, Json],
    ) -> tuple[int, int] | None:
        """The window after, or before, a record of these; None where none of them is named."""
        size = self.window(query)[1]
        for parameter in (self.after, self.before):
            wanted = query.get(parameter) if parameter else None
            for index, record in enumerate(records) if wanted is not None else ():
                if str(id_of(record)) == str(wanted):
                    if parameter == self.after:
                        return index + 1, size
                    first = max(index - size, 0) if size else 0
                    return first, index - first
        return None


#: What parameters of these names do.
_ROLES = (
    *(("limit", names.PER_PAGE), ("page", names.PAGE_NUMBERS)),
    *(("offset", names.OFFSETS), ("after", names.AFTER), ("before", names.BEFORE)),
)


def paging_of(api: Api, operation: Operation, pages: Pages | None) -> Paging:
    """How an operation pages: as declared, or by its parameters' names and schemas."""
    found: dict[str, str] = {}
    schemas: dict[str, Json] = {}
    for parameter in operation.parameters:
        if parameter.location != "query":
            continue
        schemas[parameter.name] = api.requests.roots.get(parameter.schema_key or "", True)
        for role, words in _ROLES:
            if plain(parameter.name.strip("$")) in words:
                found.setdefault(role, parameter.name)
    if pages is None:
        pages = Pages(operation.id, Basis.CONVENTION)
    if pages.basis is Basis.DECLARED and (pages.page or pages.cursor or pages.offset):
        found = {role: name for role, name in found.items() if role == "limit"}
    for role in ("limit", "page", "offset", "cursor"):
        if getattr(pages, role):
            found[role] = getattr(pages, role)
    page = schemas.get(found.get("page", ""))
    first = page.get("minimum", page.get("default", 1)) if isinstance(page, dict) else 1
    places = ((pages.next, "next"), (pages.total, "total"))
    return Paging(
        **found,
        usual=_usual(schemas.get(found.get("limit", ""))) if found else 0,
        first=0 if first == 0 else 1,
        words={tuple(parts_of(pointer)): word for pointer, word in places if pointer},
        filters={name: tuple(parts_of(each)) for name, each in pages.filters.items()},
    )


def _usual(schema: Json) -> int:
    if not isinstance(schema, dict):
        return USUAL
    default, most = schema.get("default"), schema.get("maximum")
    if type(default) is int and default > 0:
        return default
    return min(USUAL, most) if type(most) is int and most > 0 else USUAL


def _whole(value: Json) -> int | None:
    if isinstance(value, str) and value.isdecimal() and len(value) < 16:
        return int(value)
    return value if type(value) is int else None


def cursor_after(offset: int) -> str:
    """A cursor that leads to the record with this number."""
    return base64.urlsafe_b64encode(f"after:{offset}".encode()).decode().rstrip("=")


def _cursor_offset(cursor: Json) -> int:
    """Where a cursor leads; one that was never given out leads to the beginning."""
    if type(cursor) is int:
        return max(cursor, 0)
    try:
        text = base64.urlsafe_b64decode(str(cursor) + "==").decode()
    except ValueError:
        return 0
    return _whole(text.removeprefix("after:")) or 0 if text.startswith("after:") else 0


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of a list: `total` records in all, this many of them from `offset` on."""

    paging: Paging
    offset: int
    size: int
    returned: int
    total: int
    url: str
    query: tuple[tuple[str, str], ...]

    @property
    def number(self) -> int:
        """Which page it is, as the parameters of the operation count."""
        return (self.offset // self.size if self.size else 0) + self.paging.first

    @property
    def after(self) -> int | None:
        """The number of the first record of the next page; None where this is the last one."""
        end = self.offset + self.returned
        return end if self.size and self.returned and end < self.total else None

    def following(self) -> str:
        """The target of the next page; "" where there is none."""
        return "" if self.after is None else self._at(self.after)

    def preceding(self) -> str:
        """The target of the page before; "" where this is the first one."""
        return self._at(max(self.offset - self.size, 0)) if self.offset and self.size else ""

    def own(self) -> str:
        """The target of this page."""
        return f"{self.url}?{urlencode(self.query)}" if self.query else self.url

    def _at(self, offset: int) -> str:
        paging = self.paging
        if paging.cursor:
            changed = {paging.cursor: cursor_after(offset)}
        elif paging.offset:
            changed = {paging.offset: str(offset)}
        elif paging.page:
            changed = {paging.page: str(offset // self.size + paging.first)}
        else:
            return ""
        rest = [(name, value) for name, value in self.query if name not in changed]
        return f"{self.url}?{urlencode([*rest, *changed.items()])}"

    def links(self) -> str:
        """The Link header (RFC 8288)."""
        pairs = (("next", self.following()), ("prev", self.preceding()))
        return ", ".join(f'<{target}>; rel="{rel}"' for rel, target in pairs if target)


def tell(whole: Json, place: Place, page: ListPage, is_valid: Callable[[Json], bool]) -> Json:
    """The response with what it says of the page made true, wherever the document allows it."""
    words = page.paging.words
    for level, name in (*_members(whole, place), *((each[:-1], each[-1]) for each in words)):
        holder, target = at(whole, level), (*level, name)
        if not isinstance(holder, dict) or name not in holder:
            continue
        word = words.get(target) or plain(name)
        is_link = isinstance(holder[name], dict)
        if is_link:  # as HAL writes it
            target = (*target, "href")
        summed = any(plain(each) in names.TOTALS for each in holder)
        for told in _told(word, at(whole, target), page, summed):
            changed = put(whole, target, told)
            if (told or not is_link) and is_valid(changed):
                whole = changed
                break
        else:
            if word in names.NEXT and page.after is None and holder[name]:
                fewer = {each: kept for each, kept in holder.items() if each != name}
                changed = put(whole, level, fewer)
                whole = changed if is_valid(changed) else whole
    return whole


def _members(whole: Json, place: Place) -> Iterator[tuple[Place, str]]:
    """The members of a list's response that may speak of its page, also those that are links."""
    if not isinstance(whole, dict) or not place:
        return
    levels: list[Place] = [place[:length] for length in range(len(place))]
    levels += [(name,) for name in whole if plain(name) in names.HOLDERS]
    for level in levels:
        holder = at(whole, level)
        for name, value in holder.items() if isinstance(holder, dict) else ():
            is_link = isinstance(value, dict) and isinstance(value.get("href"), str)
            if (*level, name) != place and (is_link or not isinstance(value, dict | list)):
                yield level, name


def _told(name: str, value: Json, page: ListPage, summed: bool) -> tuple[Json, ...]:
    """What a member of this name should say, first choice first; nothing where it is another's.

    `summed`: a member beside it says how many there are in all.
    """
    number = isinstance(value, int) and not isinstance(value, bool)
    if number and name == "count" and not summed:
        return (page.total,)
    for words, told in _NUMBERS if number else ():
        if name in words:
            found = told(page)
            return () if found is None else (found,)
    if name in names.MORE:
        return (page.after is not None,)
    if name in names.NEXT:
        return _next(value, page)
    if name in names.SELF and isinstance(value, str):
        return _urls(page.own())
    if name in names.PREVIOUS:
        if isinstance(value, bool):
            return (page.offset > 0,)
        return (*_urls(page.preceding()), None, "") if isinstance(value, str | None) else ()
    return ()


#: What numbers of these names say of a page; None where they say nothing of this one.
_NUMBERS: tuple[tuple[frozenset[str], Callable[[ListPage], int | None]], ...] = (
    (names.TOTALS, lambda page: page.total),
    (names.PAGE_TOTALS, lambda page: -(-page.total // page.size) if page.size else 1),
    (names.PER_PAGE, lambda page: page.size or None),
    (names.PAGE_NUMBERS, lambda page: page.number),
    (names.OFFSETS, lambda page: page.offset),
    (names.COUNTS, lambda page: page.returned),
)


def _next(value: Json, page: ListPage) -> tuple[Json, ...]:
    if page.after is None:
        return (None, "")
    if (isinstance(value, str) and "/" in value) or not page.paging.cursor:
        return _urls(page.following())
    if type(value) is int:
        return (page.after,)
    return (cursor_after(page.after), page.after, *_urls(page.following()))


def _urls(url: str) -> tuple[str, ...]:
    """A URL, and what is left of it without its origin; nothing where there is none."""
    return (url, "/" + url.split("/", 3)[3]) if url else ()
