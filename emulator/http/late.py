"""JSON values that are made when somebody reads them: most of what is remembered nobody does."""

import msgspec
import orjson

from emulator.http.messages import Json


class Late(msgspec.Struct, frozen=True, gc=False):
    """A value that is made when it is read: the same each time."""

    def made(self) -> Json:
        """The value."""
        raise NotImplementedError


class Written(Late, frozen=True, gc=False):
    """An object that is written already, as `dump` writes it."""

    text: bytes

    def made(self) -> Json:
        """The object, read from its text."""
        return orjson.loads(self.text)


def read(value: Json) -> Json:
    """The value, made where it is late; bytes are JSON, since no value of JSON is bytes."""
    if type(value) is bytes:
        return orjson.loads(value)
    return value.made() if isinstance(value, Late) else value
