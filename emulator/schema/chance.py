"""Repeatable chance: everything drawn for a response follows from the seed and the request."""

import hashlib
from random import Random

import msgspec


class Chance(msgspec.Struct, gc=False):
    """The chance of one response. Ids are drawn in order, so the same calls give the same ids."""

    digest: bytes
    _drawn: int = 0

    def random(self) -> Random:
        """Return a new generator, the same at every call."""
        return Random(int.from_bytes(self.digest))

    def uuid(self) -> str:
        """A UUID (version 4 by its bits), the same at every call."""
        text = self.digest.hex()
        variant = "89ab"[self.digest[16] % 4]
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:32]}"

    def new_id(self, prefix: str = "") -> str:
        """`prefix` and 16 hexadecimal digits, new at every call."""
        self._drawn += 1
        drawn = hashlib.sha256(self.digest + self._drawn.to_bytes(4)).hexdigest()
        return prefix + drawn[:16]


def chance_of(*parts: str, body: bytes = b"") -> Chance:
    """Derive the chance from these texts (seed, operation, request, …) and a body."""
    digest = hashlib.sha256("\0".join(parts).encode())
    digest.update(b"\0" + body)
    return Chance(digest.digest())
