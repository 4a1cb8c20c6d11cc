"""Recorded exchanges, indexed by what their requests must have in common with a new one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from emulator.messages import Request
from emulator.recording.cassette import Cassette
from emulator.recording.match import Rule, key_of, same_credentials
from emulator.recording.recorded import Recorded
from emulator.recording.secrets import Secrets, compile_secrets
from emulator.spec.model import Api

#: Refusals of credentials: all that one may get who shows none that hold.
_REFUSALS = (401, 403)


@dataclass(frozen=True, slots=True)
class Track:
    """The exchanges of one API by key, each key's in the order in which they happened."""

    api: Api
    rules: tuple[Rule, ...]
    secrets: Secrets
    by_key: Mapping[str, tuple[Recorded, ...]]

    def find(
        self, request: Request, credentials: tuple[str, ...], *, admitted: bool
    ) -> tuple[str, tuple[Recorded, ...]]:
        """What counts the repetitions of this request, and the exchanges that answer them.

        Who is not `admitted` gets no more than what the service said to others like that.
        """
        key = key_of(self.rules, below_base(self.api, request), self.secrets)
        exact = same_credentials(self.rules)
        found = tuple(
            each
            for each in self.by_key.get(key, ())
            if (admitted or each.status in _REFUSALS)
            and (not exact or each.credentials in (None, credentials))
        )
        return f"replay {key} {' '.join(credentials)} {admitted}", found


@dataclass(frozen=True, slots=True)
class Replay:
    """The tracks of a cassette, and whether requests that were not recorded fail."""

    tracks: Mapping[str, Track] = field(default_factory=dict)
    strict: bool = False
    folder: str = ""

    def tracks_for(self, api: str) -> tuple[Track, ...]:
        """Those that may have an answer: one API's, or all where it could be anybody's."""
        if not api:
            return tuple(self.tracks.values())
        return (self.tracks[api],) if api in self.tracks else ()

    @property
    def count(self) -> int:
        """How many exchanges there are."""
        return sum(len(each) for track in self.tracks.values() for each in track.by_key.values())


def compile_replay(cassette: Cassette, apis: Iterable[Api], *, strict: bool = False) -> Replay:
    """The cassette's exchanges with these APIs."""
    tracks = {api.name: _track(cassette, api) for api in apis}
    return Replay(tracks, strict, str(cassette.folder))


def below_base(api: Api, request: Request) -> Request:
    """The request with its path as it stands in the document, without the base path."""
    for prefix in sorted(api.prefixes, key=len, reverse=True):
        if prefix and request.path.startswith(f"{prefix}/"):
            path = request.path.removeprefix(prefix)
            return Request(request.method, path, request.query, request.headers, request.body)
    return request


def _track(cassette: Cassette, api: Api) -> Track:
    secrets = compile_secrets(cassette.redact, api)
    by_key: dict[str, tuple[Recorded, ...]] = {}
    for tape in cassette.of(api.name):
        key = key_of(cassette.rules, tape.recorded.request, secrets)
        by_key[key] = (*by_key.get(key, ()), tape.recorded)
    return Track(api, cassette.rules, secrets, by_key)
