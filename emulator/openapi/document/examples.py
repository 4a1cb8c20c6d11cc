"""Example Objects: values, and bodies that are written out, in the document or in a file."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from contextlib import suppress

from emulator.errors import DocumentError
from emulator.http.exact import loads
from emulator.http.media_types import is_json
from emulator.http.messages import Json
from emulator.openapi.document.model import Example
from emulator.schema.locations import Place, Sources, tokens_of
from emulator.schema.notices import Notices

#: What a file holds that an `externalValue` names, in Base64.
_CONTENT = "x-emulator-content"
_MAX_BYTES = 4 * 2**20


def read_external(
    example: dict[str, Json], place: Place, sources: Sources, notices: Notices
) -> None:
    """Take in the file that an Example Object names, unless it has a value of its own."""
    url = example.get("externalValue")
    if url is None or not example.keys().isdisjoint(("value", "dataValue", "serializedValue")):
        return
    where = place, "externalValue"
    try:
        content = sources.content(tokens_of(place)[0], url)
    except DocumentError as error:
        hint = f" (try {error.hint})" if error.hint else ""
        message = f"{url}: {error.message}{hint}; there is no such example"
        notices.add(where, "external-example", message)
        return
    if len(content) > _MAX_BYTES:
        message = f"{url} is larger than {_MAX_BYTES >> 20} MB; there is no such example"
        notices.add(where, "external-example", message)
        return
    example[_CONTENT] = b64encode(content).decode()


def compile_example(name: str, raw: Mapping[str, Json], media_type: str) -> Example | None:
    """The example of a media type; None where it has no value.

    OpenAPI 3.2 splits `value` in two: the data, and how it is written.
    """
    content = None
    if isinstance(raw.get("serializedValue"), str):
        content = raw["serializedValue"].encode(errors="replace")
    elif isinstance(raw.get(_CONTENT), str):
        content = b64decode(raw[_CONTENT])
    for field in ("dataValue", "value"):
        if field in raw:
            return Example(name, raw[field], content)
    return None if content is None else Example(name, _value_of(content, media_type), content)


def _value_of(content: bytes, media_type: str) -> Json:
    """What a schema judges: JSON as its value, anything else as text."""
    if is_json(media_type):
        with suppress(ValueError):
            return loads(content)
    return content.decode(errors="replace")
