"""The limits of a service for one request: whether it may pass, and what templates show."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import msgspec

from emulator.http.messages import Json
from emulator.http.problems import Problem, problem
from emulator.http.rate_limits import (
    FIXED_WINDOW,
    Allowance,
    Limit,
    Usage,
    allowance,
    microseconds,
)
from emulator.mock.state.store import Spend

_NOTHING: Mapping[str, Json] = MappingProxyType({})


class Reading(msgspec.Struct, frozen=True):
    """The limits as one request finds them; `shown` is the limit that templates show."""

    shown: Mapping[str, Json] = _NOTHING
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
    if len(limits) == 1 and limits[0].kind == FIXED_WINDOW and not limits[0].enforced:
        return _shown_only(limits[0], usages, counted_by, now_us)
    found: list[Allowance] = []
    effects: list[Spend] = []
    longest: Allowance | None = None
    for limit in limits:
        key = _key(limit, counted_by) if limit.by and counted_by else limit.name
        state = allowance(limit, usages.get(key), now_us)
        if counted_by is not None:
            if limit.enforced and not state.remaining:
                longest = state if longest is None or state.wait_us > longest.wait_us else longest
                continue
            state = state.spend()
            effects.append(Spend(key, state.usage))
        found.append(state)
    if longest is not None:
        return Reading(_shown(longest), refusal=_refusal(longest))
    scarcest = found[0] if len(found) == 1 else min(found, key=lambda each: each.remaining)
    return Reading(_shown(scarcest), tuple(effects))


def _shown_only(
    limit: Limit, usages: Mapping[str, Usage], counted_by: Mapping[str, str] | None, now_us: int
) -> Reading:
    """Read a window that is counted and shown, but rejects nobody: what `allowance` says, at once.

    A service that has no other limit reads it for every request.
    """
    key = _key(limit, counted_by) if limit.by and counted_by else limit.name
    usage = usages.get(key)
    since_us, spent = (now_us, 0) if usage is None else (usage.since_us, usage.spent)
    if not 0 <= now_us - since_us < limit.window_us:
        since_us, spent = now_us, 0
    effects: tuple[Spend, ...] = ()
    most = limit.limit
    if counted_by is not None:
        if spent < most:
            spent += 1
        effects = (Spend(key, Usage(since_us, spent)),)
    remaining = most - spent
    wait_us = since_us + limit.window_us - now_us if remaining <= 0 else 0
    shown = {**limit.said, "remaining": remaining, "retry_after_s": -(-wait_us // 1_000_000)}
    return Reading(shown, effects)


def _key(limit: Limit, counted_by: Mapping[str, str]) -> str:
    """What a limit's usage is kept under that is counted by something; a name is its own."""
    return "\0".join([limit.name, *map(counted_by.__getitem__, limit.by)])


def _shown(found: Allowance) -> Mapping[str, Json]:
    limit, remaining = found.limit, found.remaining
    wait_s = 0 if remaining > 0 else found.retry_after_s
    return {**limit.said, "remaining": remaining, "retry_after_s": wait_s}


def _refusal(found: Allowance) -> Problem:
    limit = found.limit
    detail = f"{limit.limit} requests in {limit.window_s} seconds may pass"
    headers = (("retry-after", str(found.retry_after_s)),)
    return problem("rate-limited", detail, headers=headers)
