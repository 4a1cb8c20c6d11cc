"""The background of a response: what the exchange it answers says of it."""

from collections.abc import Sequence

from emulator.http.messages import Json
from emulator.mock.exchange import Exchange
from emulator.mock.generate import ResponseGenerator
from emulator.mock.relations.background import Background
from emulator.mock.relations.choices import Choices, choices_of
from emulator.mock.relations.links import location_of
from emulator.openapi.document.model import Api, RequestBody, ResponseObject
from emulator.openapi.requests.held_back import may_hold_back, shown_again


def background_of(exchange: Exchange) -> Background:
    """What a response to this exchange is related to."""
    endpoint, valid = exchange.endpoint, exchange.valid
    if endpoint is None or valid is None:
        return Background(exchange.now)
    generator, template = endpoint.service.generator, endpoint.operation.path
    holding, choices = generator.kept(generator.api, _facts)
    host, parameters = exchange.request.fields.get("host"), valid.parameters
    return Background(
        exchange.now,
        template,
        parameters["path"],
        parameters["query"],
        shown_again_of(exchange),
        exchange.request.path,
        f"http://{host}" if host else "",
        template.rstrip("/") in holding,
        choices,
    )


def shown_again_of(exchange: Exchange) -> Json:
    """The body of a request without what no response repeats."""
    endpoint, valid = exchange.endpoint, exchange.valid
    described = endpoint.operation.request_body if endpoint is not None else None
    if endpoint is None or valid is None or described is None:
        return None if valid is None else valid.body
    held_back = endpoint.service.generator.kept(described, _held_back)
    if valid.media_type not in held_back:
        return valid.body
    definitions = endpoint.service.api.requests.definitions
    return shown_again(valid.body, held_back[valid.media_type], definitions)


def _held_back(generator: ResponseGenerator, body: RequestBody) -> dict[str | None, Json]:
    """The schemas of a body that may hold something back, by its media types."""
    requests = generator.api.requests
    schemas = {m.name: requests.roots.get(m.schema_key or "", True) for m in body.content}
    return {
        name: schema
        for name, schema in schemas.items()
        if may_hold_back(schema, requests.definitions)
    }


def location(
    generator: ResponseGenerator,
    response: ResponseObject,
    background: Background,
    values: Sequence[Json],
) -> dict[str, str]:
    """The documented Location of the record that a response speaks of, where there is one."""
    header = next((each for each in response.headers if each.name.lower() == "location"), None)
    path = location_of(values[0], background) if header is not None and values else None
    if header is not None and path is not None:
        for url in (path, background.base + path):
            if generator.accepts(header.schema_key, url):
                return {"location": url}
    return {}


def _facts(_: ResponseGenerator, api: Api) -> tuple[frozenset[str], Choices]:
    """The paths below which a parameter names a record; the choices of the document's objects."""
    paths = (operation.path.rstrip("/").rpartition("/") for operation in api.operations)
    holding = frozenset(above for above, _, last in paths if last[:1] == "{" and last[-1:] == "}")
    definitions = api.responses.definitions
    return holding, choices_of((*api.responses.roots.values(), *definitions.values()), definitions)
