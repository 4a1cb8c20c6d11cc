"""The order in which operations are compared."""

from emulator.contract.compare.run import in_order
from emulator.http.messages import Json
from emulator.openapi.document.compile import compile_api


def test_what_deletes_comes_last_and_the_deepest_first() -> None:
    paths: Json = {
        "/users": {"delete": {}, "post": {}},
        "/users/{id}": {"delete": {}, "get": {}},
        "/users/{id}/keys/{key}": {"delete": {}, "put": {}},
    }
    document = {"openapi": "3.1.0", "info": {"title": "U", "version": "1"}, "paths": paths}
    operations = compile_api("u", "u.yaml", document).operations
    assert [each.key for each in in_order(operations)] == [
        "POST /users",
        "GET /users/{id}",
        "PUT /users/{id}/keys/{key}",
        "DELETE /users/{id}/keys/{key}",
        "DELETE /users/{id}",
        "DELETE /users",
    ]
