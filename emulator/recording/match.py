"""When two requests count as the same: rules of a cassette, and the key they make of a request."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from emulator.media_types import base_type
from emulator.messages import Json, Request
from emulator.recording.redact import Redaction
from emulator.recording.secrets import Secrets
from emulator.spec.pointers import lookup, parts_of
from emulator.validation.multipart import parse_parts
from emulator.validation.percent import MalformedError

#: The parts of a request that rules name. `credentials` are which security schemes it shows a
#: credential for; the credentials themselves are nowhere.
PARTS = ("method", "path", "query", "headers", "body", "credentials")

#: What must be the same where a cassette says nothing.
DEFAULT: tuple[Json, ...] = ("method", "path", "query", "body", "credentials")


@dataclass(frozen=True, slots=True)
class Rule:
    """One part that must be the same: of it, only what is named, or all but what is left out.

    Of queries, headers and forms names are named, of JSON bodies pointers.
    """

    part: str
    only: frozenset[str] | None = None
    but: frozenset[str] = frozenset()

    def covers(self, name: str) -> bool:
        """Whether this name must be the same."""
        return name not in self.but if self.only is None else name in self.only


def compile_rules(match_on: Iterable[Json]) -> tuple[Rule, ...]:
    """The rules as a cassette has them (`emulator.recording.schema`)."""
    return tuple(_rule(raw) for raw in match_on)


def same_credentials(rules: Sequence[Rule]) -> bool:
    """Whether requests must show credentials for the same security schemes."""
    return any(rule.part == "credentials" for rule in rules)


def key_of(rules: Sequence[Rule], request: Request, secrets: Secrets) -> str:
    """What requests that count as the same have in common; secrets have no part in it.

    Recorded requests are without them, so they are taken out of the other as well.
    """
    parts = [_part(rule, request, secrets) for rule in rules if rule.part != "credentials"]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def _rule(raw: Json) -> Rule:
    if isinstance(raw, str):
        return Rule(raw)
    ((part, names),) = raw.items()
    if isinstance(names, dict):
        return Rule(part, but=_names(part, names["except"]))
    return Rule(part, only=_names(part, names))


def _names(part: str, names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.lower() if part == "headers" else name for name in names)


def _part(rule: Rule, request: Request, secrets: Secrets) -> Json:
    match rule.part:
        case "method":
            return request.method
        case "path":
            return request.path
        case "query":
            return _pairs(rule, Redaction(secrets).query(request.query))
        case "headers":
            fields = Redaction(secrets).headers(request.headers)
            return sorted([name, value] for name, value in fields if rule.covers(name))
        case _:
            return _body(rule, request, secrets)


def _pairs(rule: Rule, encoded: str) -> Json:
    """Names in any order, the values of one name in theirs."""
    pairs = parse_qsl(encoded, keep_blank_values=True)
    return sorted(([n, v] for n, v in pairs if rule.covers(n)), key=lambda pair: pair[0])


def _body(rule: Rule, request: Request, secrets: Secrets) -> Json:
    content_type = request.header("content-type") or ""
    kind = base_type(content_type)
    redaction = Redaction(secrets)
    if kind == "application/x-www-form-urlencoded":
        return _pairs(rule, redaction.query(request.body.decode("latin-1")))
    if kind.startswith("multipart/"):
        return _multipart(rule, request.body, content_type, secrets)
    try:
        value = json.loads(request.body)
    except (ValueError, RecursionError):
        body = redaction.body(request.body, content_type)
        return hashlib.sha256(body).hexdigest() if body else ""
    return _members(rule, redaction.value(value))


def _members(rule: Rule, value: Json) -> Json:
    """The JSON value as far as the rule covers it, with numbers that are equal written alike."""
    if rule.only is not None:
        return {pointer: _plain(_at(value, pointer)) for pointer in rule.only}
    return _plain(_without(value, "", rule.but))


def _at(value: Json, pointer: str) -> Json:
    try:
        return [lookup(value, parts_of(pointer))]
    except KeyError:
        return []


def _without(value: Json, here: str, but: frozenset[str]) -> Json:
    if not but:
        return value
    if isinstance(value, dict):
        places = {name: f"{here}/{name.replace('~', '~0').replace('/', '~1')}" for name in value}
        return {
            name: _without(each, places[name], but)
            for name, each in value.items()
            if places[name] not in but
        }
    if isinstance(value, list):
        places_ = [(f"{here}/{position}", each) for position, each in enumerate(value)]
        return [_without(each, place, but) for place, each in places_ if place not in but]
    return value


def _plain(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _multipart(rule: Rule, body: bytes, content_type: str, secrets: Secrets) -> Json:
    """The parts; what separates them is another text in every request."""
    try:
        parts = parse_parts(Redaction(secrets).body(body, content_type), content_type)
    except MalformedError:
        return hashlib.sha256(body).hexdigest()
    return [
        [part.name, part.filename, part.content_type, hashlib.sha256(part.body).hexdigest()]
        for part in parts
        if rule.covers(part.name)
    ]
