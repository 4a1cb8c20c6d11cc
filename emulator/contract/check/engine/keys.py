"""A fresh idempotency key for every request of the engine, which would repeat one it has drawn.

The second request with a key is no request of its own: it gets the first one's answer, or a 409.
"""

from itertools import count
from typing import Any

import orjson
import requests
from requests.adapters import BaseAdapter

from emulator.contract.check.exchanges import parsed
from emulator.openapi.document.model import Api, Operation
from emulator.openapi.promises.model import Contract, Idempotency
from emulator.openapi.routing.router import Match, compile_router
from emulator.schema.chance import chance_of
from emulator.schema.pointers import parts_of


class FreshKeys(BaseAdapter):
    """A transport adapter that sends through `wire`.

    A valid key is replaced by another one, the same in every run of a seed; what is invalid on
    purpose stays.
    """

    def __init__(
        self, wire: BaseAdapter, api: Api, contract: Contract, base_path: str, seed: int
    ) -> None:
        super().__init__()
        promises = {each.operation: each for each in contract.idempotency}
        self._wire = wire
        self._api = api
        self._base_path = base_path.rstrip("/")
        self._seed = str(seed)
        self._numbers = count()
        self._router, _ = compile_router(
            (each.method, each.path, (each, promises[each.id]))
            for each in api.operations
            if each.id in promises
        )

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        """The response to the request with a fresh key."""
        path = str(request.path_url).partition("?")[0].removeprefix(self._base_path)
        found = self._router.find(str(request.method), path)
        if isinstance(found, Match):
            self._renew(request, *found.target)
        return self._wire.send(request, *args, **kwargs)

    def close(self) -> None:
        """Nothing of its own is open."""

    def _renew(
        self, request: requests.PreparedRequest, operation: Operation, promise: Idempotency
    ) -> None:
        key = chance_of(self._seed, "idempotency key", str(next(self._numbers))).uuid()
        sent = request.headers.get(promise.header) if promise.header else None
        if sent is not None and self._takes(operation, promise.header, str(sent), key):
            request.headers[promise.header] = key
        name = parts_of(promise.member)[0] if promise.member else ""
        written = request.body if name and isinstance(request.body, bytes | str) else b""
        body = parsed(written)
        if isinstance(body, dict) and isinstance(body.get(name), str):
            request.prepare_body(orjson.dumps({**body, name: key}), None)

    def _takes(self, operation: Operation, name: str, *values: str) -> bool:
        for each in operation.parameters:
            if each.location == "header" and each.name.lower() == name.lower() and each.schema_key:
                key = each.schema_key
                return all(self._api.requests.is_valid(key, value) for value in values)
        return True
