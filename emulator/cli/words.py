"""Counts with their nouns."""


def counted(number: int, one: str, many: str = "") -> str:
    """`1 operation`, `2 operations`."""
    return f"{number} {one if number == 1 else many or one + 's'}"
