"""What a cassette does to an exchange: the recorded answer, in the place of a stub."""

from emulator.fixtures.cassettes.failures import faults_of
from emulator.fixtures.cassettes.recorded import Recorded
from emulator.http.messages import Response
from emulator.http.problems import Problem, problem
from emulator.mock.decide import Decision, refuse
from emulator.mock.exchange import Asked
from emulator.mock.state.scope_state import Seen
from emulator.openapi.security.check import credentials_shown


def replayed(asked: Asked, refusal: Problem | None) -> Decision | None:
    """The answer that was recorded, if one was, also to what would meet a refusal.

    The wish for a certain answer goes first. Where nothing was recorded, None, or the refusal of a
    cassette that is strict.
    """
    replay = asked.site.replay
    request, endpoint = asked.values.plain, asked.endpoint
    chosen = endpoint is not None and asked.preferences.chooses
    if replay is None or chosen or request.oversize is not None:
        return None
    admitted = refusal is None or not refusal.type.name.startswith("credentials-")
    credentials = credentials_shown(endpoint.guard, request) if endpoint else ()
    for track in replay.tracks_for(asked.api):
        counter, found = track.find(request, credentials, admitted=admitted)
        if found:
            turn = asked.memory.seen.get(counter, 0)
            return _decision(found[min(turn, len(found) - 1)], counter, refusal)
    if replay.strict and admitted and replay.tracks_for(asked.api):
        said = f"{request.method} {request.target} was not recorded in {replay.folder}"
        return refuse(asked.fixtures, asked.answers, problem("exchange-not-recorded", said))
    return None


def _decision(recorded: Recorded, counter: str, refusal: Problem | None) -> Decision:
    return Decision(
        status=recorded.status,
        rule="replay",
        source="recorded",
        answer=recorded.answer or Response(0),
        faults=faults_of(recorded),
        effects=(Seen(counter),),
        violations=refusal.violations if refusal else (),
    )
