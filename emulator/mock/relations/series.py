"""Lists beside one another that belong together, item by item: of equal length."""

from emulator.http.messages import Json
from emulator.mock.relations.draft import Draft
from emulator.schema.keywords import words
from emulator.schema.spelling import plain

#: What the other lists of an object are by.
_AXES = words(
    "x time times timestamps dates labels keys categories names columns ticks latitudes lats"
)
#: Lists that are by them.
_SERIES = words(
    "y z values data series counts prices open opens high highs low lows close closes volumes "
    "latitudes lats longitudes lons lngs types totals amounts scores weights"
)
_CONTAINERS = (dict, list)


def series_members(names: tuple[str, ...]) -> tuple[str, ...]:
    """The members of an object that may be lists which belong together."""
    axes = [name for name in names if plain(name) in _AXES]
    series = [name for name in names if plain(name) in _SERIES]
    return (*axes, *series) if axes and len(axes) + len(series) > 1 else ()


def make_even(draft: Draft, record: dict[str, Json], members: tuple[str, ...], _: int) -> None:
    """Cut all lists of scalars to the length of the shortest."""
    lists = {name: record[name] for name in members if record[name].__class__ is list}
    lists = {n: each for n, each in lists.items() if each and each[0].__class__ not in _CONTAINERS}
    shortest = min(map(len, lists.values()), default=0)
    longer = [(record, n, each[:shortest]) for n, each in lists.items() if len(each) > shortest]
    if longer:
        draft.put_all(*longer)
