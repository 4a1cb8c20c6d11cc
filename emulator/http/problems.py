"""Every reason to reject a request: one table, RFC 9457 wording, stable names."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from emulator.http.messages import Headers, Json, Violation

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One reason for rejections; the first of `statuses` that the operation documents is used.

    If it documents none of them, the first one is.
    """

    name: str
    title: str
    statuses: tuple[int, ...]

    @property
    def status(self) -> int:
        """The status used if the document leaves it open."""
        return self.statuses[0]


PROBLEM_TYPES: Mapping[str, ProblemType] = {
    kind.name: kind
    for kind in (
        ProblemType("path-not-found", "No operation has this path", (404,)),
        ProblemType("method-unknown", "The server does not know this method", (501,)),
        ProblemType("version-unsupported", "The server does not speak this HTTP", (505,)),
        ProblemType("transfer-coding-unknown", "The body comes in an unknown coding", (501,)),
        ProblemType("method-not-allowed", "The path exists, this method does not", (405,)),
        ProblemType("credentials-missing", "Credentials are missing", (401, 403)),
        ProblemType("credentials-invalid", "Credentials are not accepted", (401, 403)),
        ProblemType("credentials-expired", "Credentials have expired", (401, 403)),
        ProblemType("credentials-ambiguous", "More than one credential was sent", (401, 403)),
        ProblemType("rate-limited", "Too many requests", (429,)),
        ProblemType("parameters-invalid", "Parameters break the contract", (422, 400)),
        ProblemType(
            "media-type-unsupported", "The body's media type is not taken", (415, 400, 422)
        ),
        ProblemType("body-missing", "The request body is missing", (422, 400)),
        ProblemType("body-malformed", "The body is not what its media type says", (400, 422)),
        ProblemType("body-invalid", "The body breaks the contract", (422, 400)),
        ProblemType("body-too-large", "The body is larger than the limit", (413,)),
        ProblemType("head-too-large", "The request's head is larger than the limit", (431,)),
        ProblemType("target-too-long", "The request's target is longer than the limit", (414,)),
        ProblemType("host-invalid", "The Host header can't be used", (400,)),
        ProblemType("host-not-allowed", "The server must not be called by this name", (403,)),
        ProblemType("request-timeout", "The request did not come in time", (408,)),
        ProblemType("too-many-scopes", "Too many scopes are remembered", (503,)),
        ProblemType("too-many-connections", "Too many connections are open", (503,)),
        ProblemType("not-acceptable", "No documented media type is acceptable", (406,)),
        ProblemType("resource-not-found", "There is no such record", (404, 410)),
        ProblemType("resource-gone", "The record was deleted", (410, 404)),
        ProblemType("resource-exists", "There is such a record already", (409, 422, 400)),
        ProblemType("resource-conflict", "The change can't be applied", (409, 422, 400)),
        ProblemType("precondition-failed", "The record is in another state", (412,)),
        ProblemType("idempotency-mismatch", "The key was used already", (409, 422, 400)),
        ProblemType("tool-not-found", "No such tool", (404, 400)),
        ProblemType("arguments-invalid", "The tool's arguments break its schema", (422, 400)),
        ProblemType("idempotency-in-flight", "A run with this key is still in flight", (409,)),
        ProblemType("response-not-documented", "The response asked for is not documented", (404,)),
        ProblemType("preference-invalid", "The Prefer header can't be read", (400,)),
        ProblemType("fault-injected", "A fault was injected", (503,)),
        ProblemType("scope-invalid", "The Emulator-Scope header can't be used", (400,)),
        ProblemType("exchange-not-recorded", "The cassette has no such request", (404,)),
        ProblemType("upstream-unreachable", "The upstream can't be reached", (502,)),
        ProblemType("upstream-failed", "The upstream gave no answer", (502,)),
        ProblemType("upstream-timeout", "The upstream took too long", (504,)),
        ProblemType("handler-failed", "The handler of the service failed", (500,)),
        ProblemType("response-not-generated", "No valid response could be generated", (501,)),
    )
}

#: Problems of what a client asks of the emulator: an API has no words for them, and its own would
#: be taken for its answer.
OF_WISHES = frozenset(("response-not-documented", "preference-invalid"))


class Problem(msgspec.Struct, frozen=True):
    """The rejection of one request, before it has a body; a value, never raised.

    `variables` are for the templates that give it the service's own words.
    """

    type: ProblemType
    detail: str
    violations: tuple[Violation, ...] = ()
    headers: Headers = ()
    variables: Mapping[str, Json] = {}

    @property
    def type_uri(self) -> str:
        """Where the control plane describes this type of problem."""
        return f"/__admin/problems/{self.type.name}"

    def as_json(self, status: int) -> dict[str, Json]:
        """The problem as an RFC 9457 object, with our extension `violations`."""
        body: dict[str, Json] = {
            "type": self.type_uri,
            "title": self.type.title,
            "status": status,
            "detail": self.detail,
        }
        if self.violations:
            body["violations"] = [violation.as_json() for violation in self.violations]
        return body


def problem(
    name: str,
    detail: str,
    violations: tuple[Violation, ...] = (),
    headers: Headers = (),
    variables: Mapping[str, Json] | None = None,
) -> Problem:
    """A `Problem` of the type with this name."""
    return Problem(PROBLEM_TYPES[name], detail, violations, headers, variables or {})
