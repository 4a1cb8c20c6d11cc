"""What the engine means is not always what it writes: forms, XML and lists in URLs say less.

It takes `{"tags": 0}` for invalid where the form `tags=0` is a list of one, and `{"tags": []}` for
valid where the form that leaves it out lacks what is required. A server sees what was written.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import Failure

from emulator.http.media_types import is_json
from emulator.http.messages import Json, Request
from emulator.openapi.document.compile import IGNORED_HEADERS
from emulator.openapi.document.model import Api, Operation
from emulator.openapi.routing.router import Match, Router, compile_router
from emulator.openapi.security.check import ANYONE
from emulator.openapi.validate.request import (
    RequestPlan,
    ValidRequest,
    compile_request,
    validate_request,
)
from emulator.schema.flatten.references import reached

#: Checks of the engine that blame the server for what it makes of a request, and whether the
#: request is meant to be valid.
_MEANT_VALID: Mapping[str, bool] = {
    "positive_data_acceptance": True,
    "negative_data_rejection": False,
    "missing_required_header": False,
}
_METHODS = "unsupported_method"
#: A header field that the engine adds to what it makes invalid.
_UNKNOWN = "x-schemathesis-unknown-property"


@dataclass(slots=True)
class WrittenRequests:
    """Reads requests of an API below `base_path` as they were written."""

    api: Api
    base_path: str
    _plans: dict[str, RequestPlan] = field(default_factory=dict)
    _router: Router[Operation] = field(init=False)

    def __post_init__(self) -> None:
        routes = ((each.method, each.path, each) for each in self.api.operations)
        self._router, _ = compile_router(routes)

    def excuses(self, check: str, request: Request, mutated: str | None) -> bool:
        """Whether what a check finds wrong with a response is not what the server was asked.

        `mutated` is the parameter that the engine made invalid, if it is one.
        """
        found = self._router.find(request.method, request.path.removeprefix(self.base_path))
        if not isinstance(found, Match):
            return False
        if check == _METHODS:
            # `/pets/{id}` has the method that `/pets/mine` hasn't.
            return True
        operation = found.target
        plan = self._plans.setdefault(operation.key, compile_request(self.api, operation))
        ignored = mutated is not None and mutated.lower() in IGNORED_HEADERS
        if not (ignored or _says_less(self.api, plan, request)):
            return False
        valid = isinstance(validate_request(plan, request, found.path, ANYONE), ValidRequest)
        return valid is not _MEANT_VALID[check]


def _says_less(api: Api, plan: RequestPlan, request: Request) -> bool:
    """Whether several values are written as this request is, or the engine reads it its own way."""
    if _UNKNOWN in request.fields:  # what no operation knows of makes nothing invalid
        return True
    keys = (body.schema_key for body in plan.bodies.values())
    if any(_chooses(api.requests.roots.get(key), api) for key in keys if key):
        return True
    parameters = plan.parameters
    every = (*parameters.path, *parameters.query, *parameters.header, *parameters.cookie)
    form = bool(plan.bodies) and not is_json(request.fields.get("content-type", ""))
    return form or not all(each.plain for each in every)


def _chooses(schema: Json, api: Api) -> bool:
    """Whether a `discriminator` chooses a branch: it makes valid what several branches take."""
    schemas = reached(schema, api.requests.definitions)
    return any("discriminator" in each and "oneOf" in each for each in schemas)


@contextmanager
def read_as_written(
    written: WrittenRequests, request_of: Callable[[Any], Request]
) -> Iterator[None]:
    """The engine's own checks blame no server for what requests don't say."""
    load_all_checks()
    originals = {name: CHECKS.get_one(name) for name in (*_MEANT_VALID, _METHODS)}
    for name, original in originals.items():
        CHECKS.register(_excusing(name, original, written, request_of))
    try:
        yield
    finally:
        for original in originals.values():
            CHECKS.register(original)


def _excusing(
    name: str,
    original: Callable[..., Any],
    written: WrittenRequests,
    request_of: Callable[[Any], Request],
) -> Callable[..., Any]:
    @wraps(original)
    def check(context: Any, response: Any, case: Any) -> Any:
        try:
            return original(context, response, case)
        except Failure:
            phase = getattr(getattr(case.meta, "phase", None), "data", None)
            mutated = getattr(phase, "parameter", None)
            if not written.excuses(name, request_of(response.request), mutated):
                raise
        return None

    return check
