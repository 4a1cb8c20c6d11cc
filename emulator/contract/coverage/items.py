"""Every documented response of a service, and each way to get it: what coverage counts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from emulator.http.media_types import base_type, matches
from emulator.http.messages import Json
from emulator.mock.exchange import Service
from emulator.mock.responses import ResponseOptions, Responses, compile_responses
from emulator.openapi.document.model import Operation

Kind = Literal["answer", "example", "trigger"]

#: Statuses to request of a response called `default`: the first that nothing else documents.
_ANY = (500, 400, 404, 409, 503, 200, 201, 301)


@dataclass(frozen=True, slots=True)
class CoverageItem:
    """One documented response (operation, status, media type), or an example of one, or a trigger.

    `status` is the key in the document, `code` the status to request. `example` is the id of a
    stored response (`404.default`), `trigger` the name of one; both empty for the response itself.
    """

    api: str
    operation: str
    key: str
    status: str
    code: int
    media_type: str | None = None
    example: str = ""
    trigger: str = ""

    @property
    def kind(self) -> Kind:
        """What is counted."""
        return "trigger" if self.trigger else "example" if self.example else "answer"

    def has_type(self, sent: str) -> bool:
        """Whether a Content-Type is the documented one, or in its range."""
        documented = self.media_type
        return documented is None or (
            matches(documented, sent) or base_type(documented) == base_type(sent)
        )

    def as_json(self) -> Mapping[str, Json]:
        """The item as the JSON report has it."""
        return {
            "operation": self.operation,
            "key": self.key,
            "kind": self.kind,
            "status": self.status,
            "media_type": self.media_type,
            "example": self.example or None,
            "trigger": self.trigger or None,
        }

    def __str__(self) -> str:
        name = self.trigger or self.example.partition(".")[2]
        parts = (self.status, self.media_type, f"{self.kind} {name}" if name else "")
        return " ".join(filter(None, parts))


@dataclass(frozen=True, slots=True)
class ItemResult:
    """An item, and whether it led to a valid response; if not, `reason` says why.

    `source` is the evidence for the response.
    """

    item: CoverageItem
    valid: bool
    reason: str = ""
    source: str = ""


def items_of(service: Service, operation: Operation) -> Iterator[CoverageItem]:
    """The items of one operation: its responses, their examples, its triggers."""
    api, fixtures = service.api, service.fixtures
    answers = compile_responses(api, operation, fixtures)

    def item(
        status: str, media_type: str | None, example: str = "", trigger: str = ""
    ) -> CoverageItem:
        code = _code(status, answers)
        return CoverageItem(
            api.name, operation.id, operation.key, status, code, media_type, example, trigger
        )

    for key, possible in answers.by_key.items():
        if not possible.response.augmented:
            media_types: list[str | None] = [m.name for m in possible.response.content]
            for media_type in media_types or [None]:
                yield item(key, media_type)
            for name in _names(possible):
                stored = possible.named(name)
                yield item(key, stored.media_type if stored else None, f"{key}.{name}")
    for trigger in fixtures.triggers:
        if trigger.operation == operation.id:
            yield item(str(trigger.status), None, trigger=trigger.name)


def _names(possible: ResponseOptions) -> list[str]:
    """The names of the document's examples and of the operation's own stored responses.

    Those for any operation (`_any/`) only count where a handler names them.
    """
    kept = (s.fixture for each in possible.stored.values() for s in each)
    own = (fixture.name for fixture in kept if PurePath(fixture.file).parent.name != "_any")
    return list(dict.fromkeys(own))


def _code(status: str, answers: Responses) -> int:
    """A status that the response with this key documents, and no other."""
    if status.isdigit():
        return int(status)
    if status.endswith("XX"):
        own = range(int(status[0]) * 100, int(status[0]) * 100 + 100)
        return next((code for code in own if str(code) not in answers.by_key), own[0])
    taken = answers.by_key
    free = (n for n in _ANY if str(n) not in taken and f"{n // 100}XX" not in taken)
    return next(free, _ANY[0])
