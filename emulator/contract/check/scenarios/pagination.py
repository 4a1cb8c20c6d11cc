"""Pages have every item once and keep their limit; filters filter."""

from collections import Counter
from collections.abc import Mapping
from itertools import chain

from emulator.contract.check.exchanges import at
from emulator.contract.check.scenarios.lists import (
    Walk,
    identity_of,
    items_of,
    says_what_is_next,
    total_of,
    walk,
)
from emulator.contract.check.scenarios.scenario import CheckContext, CheckScenario, CheckScenarios
from emulator.http.messages import Json
from emulator.openapi.document.model import Operation
from emulator.openapi.promises.model import Pages
from emulator.openapi.requests.parts import RequestParts

#: Small enough that few things fill several pages.
SMALL = 2
#: How many things a list needs for that.
ENOUGH = 5


def check_pagination(context: CheckContext) -> CheckScenarios:
    """Each list once in large and once in small pages, and once by each filter."""
    for pages in context.contract.pages:
        operation = context.operation(pages.operation)
        if operation is not None:
            scenario = CheckScenario(context, operation.key, pages.basis)
            _fill(scenario, context, pages, _path_of(scenario.make(operation)))
            _compare(scenario, operation, pages)
            yield scenario


def _path_of(request: RequestParts | None) -> Mapping[str, Json]:
    """The path parameters of a request."""
    found = request.parameters.items() if request else ()
    return {name: value for (place, name), value in found if place == "path"}


def _fill(
    scenario: CheckScenario, context: CheckContext, pages: Pages, above: Mapping[str, Json]
) -> None:
    """Create enough items of this list for several pages, where that is possible."""
    for resource in context.contract.resources:
        create = context.operation(resource.create) if resource.list == pages.operation else None
        for number in range(ENOUGH if create else 0):
            request = scenario.make(create, number, **above) if create else None
            if request is None or not scenario.send(request).accepted:
                return


def _compare(scenario: CheckScenario, operation: Operation, pages: Pages) -> None:
    whole = walk(scenario, operation, pages, None)
    if whole is None:
        return
    _judge_walk(scenario, whole, pages)
    if pages.limit and (pages.cursor or pages.page or pages.offset or whole.items):
        small = walk(scenario, operation, pages, SMALL)
        if small is not None:
            _judge_limit(scenario, small, pages)
            _judge_walk(scenario, small, pages)
            again = walk(scenario, operation, pages, None)
            known = any(says_what_is_next(each, pages) for each in small.exchanges)
            if again and known and not (whole.looped or small.looped or small.endless):
                _judge_skips(scenario, small, whole, again, pages)
    _judge_filters(scenario, operation, pages, whole)


def _judge_walk(scenario: CheckScenario, found: Walk, pages: Pages) -> None:
    last = found.exchanges[-1]
    ids = [[identity_of(item, pages) for item in page] for page in found.pages]
    if len(ids) > 1 and ids[0] and ids[0] == ids[1]:
        reason = f"{pages.cursor or pages.page or pages.offset} was sent as the page before said"
        scenario.breach(found.exchanges[1], "The second page is the first one again", reason)
        return
    if found.looped:
        reason = "a page names one that was before it"
        scenario.breach(last, "The pages go round in a circle", reason)
        return
    twice = [each for each, times in Counter(chain.from_iterable(ids)).items() if times > 1]
    if twice:
        reason = f"{len(twice)} of them, such as {twice[0].decode('utf-8', 'replace')}"
        scenario.breach(last, "An item stands on two pages", reason)
    total = total_of(last, pages)
    if total is not None and not found.endless and total != len(found.items):
        reason = f"it says {total}, and all pages have {len(found.items)}"
        scenario.breach(last, "The total is not the number of items", reason)


def _judge_limit(scenario: CheckScenario, small: Walk, pages: Pages) -> None:
    for exchange, items in zip(small.exchanges, small.pages, strict=True):
        if len(items) > SMALL:
            reason = f"{pages.limit}={SMALL}, and {len(items)} items came"
            scenario.breach(exchange, "A page has more items than its limit", reason)
            return


def _judge_skips(
    scenario: CheckScenario, small: Walk, before: Walk, after: Walk, pages: Pages
) -> None:
    """Only items that exist before and after count: others may come and go meanwhile."""
    stayed = {identity_of(item, pages) for item in before.items}
    stayed &= {identity_of(item, pages) for item in after.items}
    seen = {identity_of(item, pages) for item in small.items}
    missing = sorted(stayed - seen)
    if missing and not (len(small.pages) == 1 and not (pages.cursor or pages.page or pages.offset)):
        reason = f"{len(missing)} of {len(stayed)}, such as {missing[0].decode('utf-8', 'replace')}"
        title = "Small pages leave out items that large ones have"
        scenario.breach(small.exchanges[-1], title, reason)


def _judge_filters(
    scenario: CheckScenario, operation: Operation, pages: Pages, whole: Walk
) -> None:
    if not whole.items:
        return
    for name, pointer in _filters(operation, pages, whole.items[0]).items():
        value = at(whole.items[0], pointer)
        request = scenario.make(operation)
        if request is None or not isinstance(value, str | int | float | bool):
            continue
        exchange = scenario.send(request.with_parameter("query", name, value))
        items = items_of(exchange, pages)
        if not exchange.accepted or items is None:
            continue
        others = [at(item, pointer) for item in items if at(item, pointer) != value]
        if others:
            reason = f"{name}={value}, and an item has {others[0]!r} at {pointer}"
            scenario.breach(exchange, f"The filter {name} lets others through", reason)
        elif not items:
            reason = f"{name}={value}, which the first item of the whole list has at {pointer}"
            scenario.breach(exchange, f"The filter {name} finds nothing", reason)


def _filters(operation: Operation, pages: Pages, item: Json) -> Mapping[str, str]:
    """Query parameters named like a member of the items, unless declared otherwise."""
    if pages.filters:
        return pages.filters
    query = [each.name for each in operation.parameters if each.location == "query"]
    members = item if isinstance(item, Mapping) else {}
    return {name: f"/{name}" for name in query if name in members}
