"""Whether JSON is well-formed."""

import json
from collections.abc import Iterator
from typing import NoReturn

from emulator.contract.check.exchanges import CheckedExchange
from emulator.contract.check.promises import Basis
from emulator.contract.check.rules.base import Breach, RuleContext
from emulator.http.media_types import is_json
from emulator.openapi.document.model import Operation

CHECK = "message_syntax"


def judge_message(exchange: CheckedExchange, _: Operation, __: RuleContext) -> Iterator[Breach]:
    """A JSON response that a strict reader rejects."""
    body = exchange.response.body
    if body and is_json(exchange.media_type):
        problem = _json_problem(body)
        if problem:
            yield Breach(CHECK, Basis.HTTP, "The JSON is none (RFC 8259)", problem)


def _json_problem(body: bytes) -> str:
    def refuse(name: str) -> NoReturn:
        raise ValueError(f"{name} is no JSON value")

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        members = dict(pairs)
        if len(members) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(f"the member {twice!r} stands twice in one object")
        return members

    try:
        json.loads(body.decode("utf-8"), parse_constant=refuse, object_pairs_hook=once)
    except UnicodeDecodeError as error:
        return f"byte {error.start} is no UTF-8"
    except (ValueError, RecursionError) as error:
        return str(error)
    return ""
