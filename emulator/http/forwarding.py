"""What a proxy does to messages: the header fields it forwards (RFC 9110, 7.6.1)."""

from collections.abc import Iterator

from emulator.http.codings import CODINGS
from emulator.http.messages import Headers

#: Fields of a connection; those that `Connection` names are others.
_HOP_BY_HOP = frozenset(
    (
        *("connection", "keep-alive", "proxy-connection", "te", "trailer"),
        *("transfer-encoding", "upgrade", "proxy-authenticate", "proxy-authorization"),
    )
)

#: Our own fields, and those that are written anew: Host, and the length.
_OURS = frozenset(("host", "content-length", "expect", "emulator-scope"))


def end_to_end(headers: Headers) -> Headers:
    """The fields without those of the connection."""
    named = {
        token.strip().lower()
        for name, value in headers
        if name == "connection"
        for token in value.split(",")
    }
    return tuple(field for field in headers if field[0] not in _HOP_BY_HOP | named)


def to_upstream(headers: Headers, host: str) -> Headers:
    """The fields of a forwarded request, with Host and Via (RFC 9110, 7.6.3).

    It accepts only codings that we can decode: other responses can't be recorded.
    """
    kept = tuple(_acceptable(end_to_end(headers)))
    via = ", ".join([*(value for name, value in kept if name == "via"), "1.1 emulator"])
    others = (field for field in kept if field[0] not in {*_OURS, "via"})
    return (("host", host), *others, ("via", via))


def to_client(headers: Headers, upstream: str) -> Headers:
    """The fields of a response as the client gets them.

    A Location at the upstream becomes one here, so that clients stay; others are unchanged.
    """
    return tuple(
        (name, _local(value, upstream) if name == "location" else value)
        for name, value in end_to_end(headers)
        # RFC 7838 would lead the client past us to the upstream.
        if name not in ("content-length", "alt-svc")
    )


def to_keep(headers: Headers) -> Headers:
    """The fields of a request that are recorded: those of the client's own."""
    return tuple(field for field in end_to_end(headers) if field[0] not in _OURS)


def _acceptable(headers: Headers) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        if name != "accept-encoding":
            yield name, value
            continue
        codings = [part.strip() for part in value.split(",")]
        kept = [part for part in codings if part.partition(";")[0].strip().lower() in CODINGS]
        yield name, ", ".join(kept) or "identity"


def _local(location: str, upstream: str) -> str:
    rest = location.removeprefix(upstream)
    if rest == location or rest[:1] not in ("", "/", "?", "#"):
        return location
    return rest if rest.startswith("/") else "/" + rest
