"""The Encoding Objects of a body in parts: by name, or since OpenAPI 3.2 by position."""

from collections.abc import Callable, Mapping

from emulator.http.messages import Json
from emulator.openapi.document.model import Encodings


def compile_encodings(
    media_type: Mapping[str, Json], deref: Callable[[Json], Mapping[str, Json]]
) -> Encodings:
    """The encodings of a Media Type Object."""
    named, prefix = media_type.get("encoding"), media_type.get("prefixEncoding")
    return Encodings(
        {name: deref(each) for name, each in named.items()} if isinstance(named, dict) else {},
        tuple(map(deref, prefix)) if isinstance(prefix, list) else (),
        deref(media_type.get("itemEncoding")),
    )
