"""The limits of a service for one request: whether it may pass, and what templates show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from emulator.http.messages import Json
from emulator.http.problems import Problem, problem
from emulator.http.rate_limits import Allowance, Limit, Usage, allowance, microseconds
from emulator.mock.state.store import Spend


@dataclass(frozen=True, slots=True)
class Reading:
    """The limits as one request finds them; `shown` is the limit that templates show."""

    shown: Mapping[str, Json] = field(default_factory=dict)
    effects: tuple[Spend, ...] = ()
    refusal: Problem | None = None


_NO_LIMITS = Reading()


def read_limits(
    limits: Sequence[Limit] | None,
    usages: Mapping[str, Usage],
    counted_by: Mapping[str, str] | None,
    now: datetime,
) -> Reading:
    """Read the limits for one request. It spends one of each, or none where one rejects it.

    `counted_by` says what the request is for each word of a limit's `by`; without it, as for a
    request that is rejected before anything counts it, nothing is spent.
    """
    if not limits:
        return _NO_LIMITS
    now_us = microseconds(now)
    keys = [_key(limit, counted_by) for limit in limits]
    found = [allowance(each, usages.get(keys[i]), now_us) for i, each in enumerate(limits)]
    if counted_by is None:
        return Reading(_shown(_scarcest(found)))
    exhausted = [each for each in found if each.limit.enforced and not each.remaining]
    if exhausted:
        longest = max(exhausted, key=lambda each: each.wait_us)
        return Reading(_shown(longest), refusal=_refusal(longest))
    found = [each.spend() for each in found]
    effects = tuple([Spend(keys[i], each.usage) for i, each in enumerate(found)])
    return Reading(_shown(_scarcest(found)), effects)


def _key(limit: Limit, counted_by: Mapping[str, str] | None) -> str:
    """What the limit's usage is kept under; a name is a limit's own."""
    if not (limit.by and counted_by):
        return limit.name
    return "\0".join((limit.name, *(counted_by[word] for word in limit.by)))


def _scarcest(found: Sequence[Allowance]) -> Allowance:
    return found[0] if len(found) == 1 else min(found, key=lambda each: each.remaining)


def _shown(found: Allowance) -> Mapping[str, Json]:
    limit = found.limit
    return {
        "name": limit.name,
        "limit": limit.limit,
        "window_s": limit.window_s,
        "window": f"{limit.window_s}s",
        "remaining": found.remaining,
        "retry_after_s": found.retry_after_s,
    }


def _refusal(found: Allowance) -> Problem:
    limit = found.limit
    detail = f"{limit.limit} requests in {limit.window_s} seconds may pass"
    headers = (("retry-after", str(found.retry_after_s)),)
    return problem("rate-limited", detail, headers=headers)
