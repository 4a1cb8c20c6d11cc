"""The background of a response: what the exchange it answers says of it."""

from emulator.mock.exchange import Exchange
from emulator.mock.relations.background import Background


def background_of(exchange: Exchange) -> Background:
    """What a response to this exchange is related to."""
    endpoint, valid = exchange.endpoint, exchange.valid
    if endpoint is None or valid is None:
        return Background(exchange.now)
    parameters = valid.parameters
    return Background(
        exchange.now,
        endpoint.operation.path,
        parameters["path"],
        parameters["query"],
        valid.body,
        exchange.request.path,
    )
