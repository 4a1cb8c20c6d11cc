"""Random words from numbers."""

from emulator.schema.draws import Word, random_words


def words_of(seed: int) -> Word:
    """Random words, the same for the same number."""
    return random_words(str(seed).encode())
