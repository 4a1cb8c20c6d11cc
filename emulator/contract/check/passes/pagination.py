"""Pages: every item once, no page twice, no more than asked for; filters that filter."""

from collections import Counter
from collections.abc import Mapping
from itertools import chain

from emulator.contract.check.exchanges import at
from emulator.contract.check.passes.lists import (
    Walk,
    identity_of,
    items_of,
    scalars,
    total_of,
    walk,
)
from emulator.contract.check.passes.scenario import Bench, Scene, Scenes
from emulator.contract.check.promises import Pages
from emulator.http.messages import Json
from emulator.openapi.document.model import Operation

CHECK = "pagination"

#: Small enough that few things fill several pages.
SMALL = 2
#: How many things a list needs for that.
ENOUGH = 5


def check_pagination(bench: Bench) -> Scenes:
    """Each list once in large and once in small pages, and once by each filter."""
    for pages in bench.contract.pages:
        operation = bench.operation(pages.operation)
        if operation is not None:
            scene = Scene(bench, CHECK, operation.key, pages.basis)
            _fill(scene, bench, pages)
            _compare(scene, operation, pages)
            yield scene


def _fill(scene: Scene, bench: Bench, pages: Pages) -> None:
    """Make enough things for several pages, where they can be made."""
    for resource in bench.contract.resources:
        create = bench.operation(resource.create) if resource.list == pages.operation else None
        for number in range(ENOUGH if create else 0):
            request = scene.make(create, number) if create else None
            if request is None or not scene.send(request).accepted:
                return


def _compare(scene: Scene, operation: Operation, pages: Pages) -> None:
    whole = walk(scene, operation, pages, None)
    if whole is None:
        return
    _judge_walk(scene, whole, pages)
    if pages.limit and (pages.cursor or pages.page or whole.items):
        small = walk(scene, operation, pages, SMALL)
        if small is not None:
            _judge_limit(scene, small, pages)
            _judge_walk(scene, small, pages)
            again = walk(scene, operation, pages, None)
            if again is not None and not (whole.looped or small.looped or small.endless):
                _judge_skips(scene, small, whole, again, pages)
    _judge_filters(scene, operation, pages, whole)


def _judge_walk(scene: Scene, found: Walk, pages: Pages) -> None:
    last = found.exchanges[-1]
    ids = [[identity_of(item, pages) for item in page] for page in found.pages]
    if len(ids) > 1 and ids[0] and ids[0] == ids[1]:
        taken = pages.cursor or pages.page
        reason = f"{taken} was sent as the page before said"
        scene.breach(found.exchanges[1], "The second page is the first one again", reason)
        return
    if found.looped:
        scene.breach(last, "The pages go round in a circle", "a page names one that was before it")
        return
    twice = [each for each, times in Counter(chain.from_iterable(ids)).items() if times > 1]
    if twice:
        reason = f"{len(twice)} of them, such as {twice[0].decode('utf-8', 'replace')}"
        scene.breach(last, "An item stands on two pages", reason)
    total = total_of(last, pages)
    if total is not None and not found.endless and total != len(found.items):
        reason = f"it says {total}, and all pages have {len(found.items)}"
        scene.breach(last, "The total is not the number of items", reason)


def _judge_limit(scene: Scene, small: Walk, pages: Pages) -> None:
    for exchange, items in zip(small.exchanges, small.pages, strict=True):
        if len(items) > SMALL:
            reason = f"{pages.limit}={SMALL}, and {len(items)} items came"
            scene.breach(exchange, "A page has more items than its limit", reason)
            return


def _judge_skips(scene: Scene, small: Walk, before: Walk, after: Walk, pages: Pages) -> None:
    """Only what was there before and after counts: others may come and go meanwhile."""
    stayed = {identity_of(item, pages) for item in before.items}
    stayed &= {identity_of(item, pages) for item in after.items}
    seen = {identity_of(item, pages) for item in small.items}
    missing = sorted(stayed - seen)
    if missing and not (len(small.pages) == 1 and not (pages.cursor or pages.page)):
        reason = f"{len(missing)} of {len(stayed)}, such as {missing[0].decode('utf-8', 'replace')}"
        title = "Small pages leave out items that large ones have"
        scene.breach(small.exchanges[-1], title, reason)


def _judge_filters(scene: Scene, operation: Operation, pages: Pages, whole: Walk) -> None:
    if not whole.items:
        return
    for name, pointer in _filters(operation, pages, whole.items[0]).items():
        value = at(whole.items[0], pointer)
        request = scene.make(operation)
        if request is None or not isinstance(value, str | int | float | bool):
            continue
        exchange = scene.send(request.with_parameter("query", name, value))
        items = items_of(exchange, pages)
        if not exchange.accepted or items is None:
            continue
        others = [at(item, pointer) for item in items if at(item, pointer) != value]
        if others:
            reason = f"{name}={value}, and an item has {others[0]!r} at {pointer}"
            scene.breach(exchange, f"The filter {name} lets others through", reason)
        elif not items:
            reason = f"{name}={value}, which the first item of the whole list has at {pointer}"
            scene.breach(exchange, f"The filter {name} finds nothing", reason)


def _filters(operation: Operation, pages: Pages, item: Json) -> Mapping[str, str]:
    """Query parameters named like a member of the items, unless declared otherwise."""
    if pages.filters:
        return pages.filters
    members = dict(scalars(item))
    query = [each.name for each in operation.parameters if each.location == "query"]
    return {name: f"/{name}" for name in query if f"/{name}" in members}
