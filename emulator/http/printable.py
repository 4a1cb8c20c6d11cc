"""Text from elsewhere, as a terminal may show it."""


def printable(text: str) -> str:
    """The text with control characters escaped, as anybody may send them; line ends stay."""
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)
