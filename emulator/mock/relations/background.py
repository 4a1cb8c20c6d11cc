"""What a response is related to: the request it answers, and the time."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from msgspec import Struct

from emulator.http.messages import Json
from emulator.mock.relations.choices import Choices

_NOTHING: Mapping[str, Json] = MappingProxyType({})
_NO_CHOICES: Choices = MappingProxyType({})


class Background(Struct, frozen=True):
    """The circumstances of one response.

    `template` is the path as documented (`/pets/{petId}/toys`), `path` its parameters decoded, by
    name; where the template ends with one, that names the record. `target` is the path as it was
    sent, `base` what is before it in a URL; below one that `holds_records` are paths of records.
    `now` is the scope's clock, `choices` are those of the document's objects.
    """

    now: datetime
    template: str = ""
    path: Mapping[str, Json] = _NOTHING
    query: Mapping[str, Json] = _NOTHING
    body: Json = None
    target: str = ""
    base: str = ""
    holds_records: bool = False
    choices: Choices = _NO_CHOICES
