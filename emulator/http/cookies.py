"""The Cookie field: names and values as they were sent (RFC 6265, 5.4), read in linear time.

Whatever stands between two semicolons is one cookie: names and values that the grammar for
servers (4.1.1) does not have, like JSON or brackets, never hide the cookies beside them.
"""

from collections.abc import Iterator


def split_cookies(field: str) -> list[str]:
    """The cookies of a Cookie field, each as `name=value`."""
    return [pair.strip(" \t") for pair in field.split(";")]


def read_cookies(field: str) -> Iterator[tuple[str, str]]:
    """The name and value of each cookie, without quotes round the value; no name, no cookie."""
    for pair in split_cookies(field):
        name, equals, value = pair.partition("=")
        if equals and name:
            quoted = len(value) > 1 and value[0] == value[-1] == '"'
            yield name, value[1:-1] if quoted else value


def cookie_named(field: str, name: str) -> str | None:
    """The value of the first cookie of a name that has one; None where there is none."""
    return next((value for found, value in read_cookies(field) if found == name and value), None)
