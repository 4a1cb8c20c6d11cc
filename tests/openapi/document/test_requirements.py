"""Security requirements: what they name and what they don't find."""

import pytest

from emulator.http.messages import Json
from tests.support.apis import api_of, operation

KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}
TLS = {"type": "mutualTLS"}
REFERENCE = "#/components/securitySchemes/key"


@pytest.mark.parametrize(
    ("security", "required"),
    [
        ([{"key": []}], [["key"]]),
        ([], []),
        ([{}], [[]]),
        ([{"kye": []}], [["key"], ["kye"]]),
        ([{"kye": [], "other": []}], [["key"], ["kye"]]),
        ([{"key": [], "kye": []}], [["key"]]),
        ([{"kye": []}, {"key": []}], [["key"]]),
        ([{"kye": []}, {}], [[]]),
        ([{"kye": []}, {"tls": []}], [["tls"]]),
        ([{REFERENCE: []}], [["key"]]),
        ([{"#/components/schemas/key": []}, {"tls": []}], [["tls"]]),
    ],
)
def test_what_is_required(security: Json, required: list[list[str]]) -> None:
    api = api_of(
        {"/a": {"get": operation(security=security)}, "/b": {"get": operation()}},
        security=security,
        components={"securitySchemes": {"key": KEY, "tls": TLS}},
    )
    found = [[[scheme.name for scheme in each] for each in o.security] for o in api.operations]
    assert found == [required, required]
    named = {name for each in security for name in each} - {REFERENCE}
    assert api.schemes.keys() == {"key", "tls"} | named
    places = [(n.pointer, n.message) for n in api.notices if n.code == "security-undefined"]
    assert len(places) == 2 * len(named - {"key", "tls"})


def test_undefined_scheme_is_told_with_the_nearest() -> None:
    api = api_of(
        {"/a": {"get": operation(security=[{"kye": []}])}},
        components={"securitySchemes": {"key": KEY}},
    )
    assert [(n.code, n.pointer, n.message) for n in api.notices if "security" in n.code] == [
        (
            "security-undefined",
            "/paths/~1a/get/security/0/kye",
            "there is no security scheme 'kye'; did you mean 'key'?",
        )
    ]
