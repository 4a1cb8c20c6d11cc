"""Which answer a request gets: preference, trigger, behaviour, fixture, example, generated."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http.client import responses

from emulator.faults.base import Fault
from emulator.fixtures.load import Fixtures
from emulator.http.media_types import best_match
from emulator.http.messages import EventStream, Headers, Json, Response, Violation
from emulator.http.problems import PROBLEM_TYPES, Problem, problem
from emulator.mock.handlers import Answer, Rest
from emulator.mock.preferences import NOTHING, Preferences
from emulator.mock.responses import Answers, ResponseAnswers, Stored, keep
from emulator.mock.state.store import Effect
from emulator.openapi.document.model import MediaType, ResponseObject
from emulator.openapi.validate.request import ValidRequest


@dataclass(frozen=True, slots=True)
class Decision:
    """What to answer. Without `stored` the body is generated from `media_type`'s schema.

    A `problem` without `stored` is told in the shape that `possible` documents.

    `rule` says who decided (preference, trigger, behaviour, fixture, example, generated, refusal,
    fault, stub, replay), `source` how well founded the content is. `headers` go over those of the
    response.

    Of a stub: `stub` is its id, `faults` are its own, `violations` what is wrong with the request
    that it answers all the same. `answer` is a recorded one, whole; `trigger` names the one that
    chose.
    """

    status: int
    rule: str
    source: str
    response: ResponseObject | None = None
    media_type: str | None = None
    schema: MediaType | None = None
    stored: Stored | None = None
    variables: Mapping[str, Json] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()
    problem: Problem | None = None
    possible: ResponseAnswers | None = None
    delay_ms: int = 0
    headers: Headers = ()
    stub: str = ""
    faults: tuple[Fault, ...] = ()
    violations: tuple[Violation, ...] = ()
    rest: Rest | None = None
    trigger: str = ""
    answer: Response | EventStream | None = None


_NOTHING_SAID = Answer("")


def decide(
    answers: Answers,
    valid: ValidRequest,
    behaviour: Answer | Problem | None,
    preferences: Preferences,
) -> Decision | Problem:
    """The decision for a valid request, or the Problem of a wish that can't be met."""
    if preferences.chooses:
        return _preferred(answers, valid, behaviour, preferences)
    trigger = answers.triggers.find(valid)
    if trigger is not None and trigger.answer in answers.by_id:
        stored = answers.by_id[trigger.answer]
        decision = _stored(answers, stored, "trigger", _variables(behaviour))
        return replace(decision, trigger=trigger.name)
    if isinstance(behaviour, Problem):
        return behaviour
    if behaviour is not None:
        return _behaviour(answers, behaviour, valid, preferences)
    return _default(answers, answers.default_status, _accept(valid), preferences, {})


def refuse(fixtures: Fixtures, answers: Answers | None, refusal: Problem) -> Decision:
    """The decision for a request that is refused: in the service's words, or the document's shape.

    The status is the first of the problem's that the operation documents by number, else the first
    of all: then a range or `default` describes it, or nothing.
    """
    documented = answers.by_key if answers else {}
    statuses = refusal.type.statuses
    status = next((s for s in statuses if str(s) in documented), statuses[0])
    fixture = fixtures.problems.get(refusal.type.name)
    if fixture is not None:
        status = fixture.status or status
    possible = answers.for_status(status) if answers else None
    return Decision(
        status=status,
        rule="refusal",
        source=fixture.source if fixture else "generated",
        response=possible.response if possible else None,
        stored=keep(fixture, fixture.media_type or "application/json") if fixture else None,
        variables=refusal.variables,
        problem=refusal,
        possible=possible,
    )


def overrule(
    fixtures: Fixtures,
    answers: Answers | None,
    decision: Decision,
    status: int,
    accept: str | None,
) -> Decision:
    """The decision for a fault that answers with `status` instead; the effects stay.

    What is stored or documented for the status, else a refusal in the service's shape.
    """
    possible = answers.for_status(status) if answers else None
    if answers is not None and possible is not None and not possible.response.augmented:
        found = _default(answers, status, accept, NOTHING, decision.variables)
        if isinstance(found, Decision):
            return replace(found, rule="fault", effects=decision.effects)
    kind = replace(PROBLEM_TYPES["fault-injected"], statuses=(status,))
    phrase = responses.get(status, f"Error {status}")
    variables = {**decision.variables, "phrase": phrase}
    refusal = Problem(kind, f"a fault answers with {status}", variables=variables)
    return replace(refuse(fixtures, answers, refusal), rule="fault", effects=decision.effects)


def _preferred(
    answers: Answers,
    valid: ValidRequest,
    behaviour: Answer | Problem | None,
    preferences: Preferences,
) -> Decision | Problem:
    status = preferences.code or answers.default_status
    possible = answers.for_status(status)
    if possible is None or possible.response.augmented:
        documented = ", ".join(answers.documented) or "none"
        return problem(
            "response-not-documented", f"{status} is not documented; there is: {documented}"
        )
    variables = _variables(behaviour)
    if preferences.example is not None:
        stored = _named(answers, possible, preferences)
        if stored is None:
            names = ", ".join(s.fixture.name for each in possible.stored.values() for s in each)
            detail = f"{status} has no example {preferences.example!r}; there is: {names or 'none'}"
            return problem("response-not-documented", detail)
        return _stored(answers, stored, "preference", variables, preferences.code)
    if not preferences.dynamic and isinstance(behaviour, Answer):
        own = answers.by_id.get(behaviour.fixture)
        if own is not None and own.fixture.status == status:
            # What was forced changes nothing.
            return _behaviour(answers, _undone(behaviour), valid, preferences)
    return _default(answers, status, _accept(valid), preferences, variables)


def _undone(behaviour: Answer) -> Answer:
    """The same answer, of which nothing comes."""
    return replace(behaviour, effects=(), rest=None)


def _named(answers: Answers, possible: ResponseAnswers, preferences: Preferences) -> Stored | None:
    """The example asked for: of the status asked for, or of any where none was."""
    name = preferences.example or ""
    found = possible.named(name)
    if found is None and preferences.code is None:
        found = next(filter(None, (each.named(name) for each in answers.by_key.values())), None)
    return found


def _default(
    answers: Answers,
    status: int,
    accept: str | None,
    preferences: Preferences,
    variables: Mapping[str, Json],
) -> Decision | Problem:
    """The best there is for a status: fixture, example, generated; by what the client accepts."""
    possible = answers.for_status(status)
    if possible is None:
        return Decision(status, "generated", "generated")
    media_type = best_match(possible.offered, accept)
    if media_type is None and possible.offered:
        if answers.strict_accept:
            offered = ", ".join(possible.offered)
            return problem("not-acceptable", f"this operation answers with {offered}")
        # RFC 9110, 12.4.1 lets a server disregard Accept.
        media_type = possible.offered[0]
    stored = possible.best(media_type)
    if stored is not None and not preferences.dynamic:
        rule = "preference" if preferences.code else stored.rule
        return _stored(answers, stored, rule, variables, status)
    return Decision(
        status=status,
        rule="preference" if preferences.code or preferences.dynamic else "generated",
        source="generated",
        response=possible.response,
        media_type=media_type,
        schema=possible.media_type(media_type),
        variables=variables,
    )


def _behaviour(
    answers: Answers, behaviour: Answer, valid: ValidRequest, preferences: Preferences
) -> Decision | Problem:
    """What the service says; without the fixture for it, what there is for that status."""
    stored = answers.by_id.get(behaviour.fixture)
    if stored is not None:
        return _stored(answers, stored, "behaviour", behaviour.variables, said=behaviour)
    key = behaviour.fixture.partition(".")[0]
    status = int(key) if key.isdigit() else answers.default_status
    decision = _default(answers, status, _accept(valid), preferences, behaviour.variables)
    if isinstance(decision, Problem):
        return decision
    return replace(
        decision,
        effects=behaviour.effects,
        delay_ms=behaviour.delay_ms,
        rest=behaviour.rest,
    )


def _stored(
    answers: Answers,
    stored: Stored,
    rule: str,
    variables: Mapping[str, Json],
    status: int | None = None,
    said: Answer = _NOTHING_SAID,
) -> Decision:
    fixture = stored.fixture
    return Decision(
        status=fixture.status or status or _any_status(fixture.key, answers),
        rule=rule,
        source=fixture.source,
        response=answers.by_key[fixture.key].response,
        media_type=stored.media_type,
        stored=stored,
        variables=variables,
        effects=said.effects,
        delay_ms=said.delay_ms,
        rest=said.rest,
    )


def _accept(valid: ValidRequest) -> str | None:
    return valid.request.header("accept")


def _any_status(key: str, answers: Answers) -> int:
    """A status for a fixture of a range or of `default`, where no status was asked for."""
    return int(key[0]) * 100 if key.endswith("XX") else answers.default_status


def _variables(behaviour: Answer | Problem | None) -> Mapping[str, Json]:
    return behaviour.variables if isinstance(behaviour, Answer) else {}
