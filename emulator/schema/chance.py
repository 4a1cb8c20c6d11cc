"""Repeatable chance: everything drawn for a response follows from the seed and the request."""

import hashlib
from random import Random
from typing import TypeAlias

import msgspec

from emulator.schema.draws import Word, random_words

#: The same for equal requests of one seed: their texts and body, or a digest where that is long.
RequestKey: TypeAlias = tuple[str, bytes] | str

#: Longer requests have a digest as their key: thousands of keys are kept.
_LONG = 1_000


class Chance(msgspec.Struct, gc=False):
    """The chance of one response. Ids are drawn in order, so the same calls give the same ids.

    `text` and `body` are what it follows from; most responses draw nothing, so the digest of both
    is made when it is first needed.
    """

    text: str
    body: bytes
    _drawn: int = 0
    _digest: bytes = b""

    @property
    def digest(self) -> bytes:
        """32 bytes that are the same for equal requests of one seed."""
        if not self._digest:
            self._digest = hashlib.sha256(self.text.encode() + b"\0" + self.body).digest()
        return self._digest

    @property
    def key(self) -> RequestKey:
        """What equal requests of one seed have in common."""
        if len(self.text) + len(self.body) > _LONG:
            return self.digest.hex()[:16]
        return self.text, self.body

    def random(self) -> Random:
        """Return a new generator, the same at every call."""
        return Random(int.from_bytes(self.digest))

    def words(self) -> Word:
        """What draws random words, the same at every call."""
        return random_words(self.digest)

    def uuid(self) -> str:
        """A UUID (version 4 by its bits), the same at every call."""
        digest = self.digest
        text = digest.hex()
        variant = "89ab"[digest[16] % 4]
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:32]}"

    def new_id(self, prefix: str = "") -> str:
        """`prefix` and 16 hexadecimal digits, new at every call."""
        self._drawn += 1
        drawn = hashlib.sha256(self.digest + self._drawn.to_bytes(4)).hexdigest()
        return prefix + drawn[:16]

    def skip(self) -> None:
        """Draw an id that nobody reads, so that those to come are what they would be."""
        self._drawn += 1


def chance_of(*parts: str, body: bytes = b"") -> Chance:
    """Derive the chance from these texts (seed, operation, request, …) and a body."""
    return Chance("\0".join(parts), body)


def key_of(text: str, body: bytes) -> RequestKey:
    """The key of the chance that follows from this text and body."""
    return (text, body) if len(text) + len(body) <= _LONG else Chance(text, body).key


def name_of(key: RequestKey) -> str:
    """16 hexadecimal digits for a key; equal keys have equal names."""
    return key if isinstance(key, str) else Chance(*key).digest.hex()[:16]
