"""Secrets that a request holds, and its response shows again."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

from emulator.contract.check.exchanges import Breach, CheckedExchange, parsed
from emulator.http.known_secrets import Mask
from emulator.http.messages import Json, Request
from emulator.openapi.document.model import Api, MediaType, Operation
from emulator.openapi.promises.model import Basis
from emulator.openapi.requests.held_back import is_secret_member
from emulator.schema.validators import Schemas

#: Shorter values may be in a response for another reason.
_RARE = 10
#: A credential as a word of its own.
_WORD = r"(?<![A-Za-z0-9]){}(?![A-Za-z0-9])"
#: Names of members that say which of other things is meant.
_IDENTIFIES = re.compile(
    r"(?:^|[-_])(?:ids?|uuids?|guid|slug|ref|key|parent)$|[a-z](?:Ids?|Uuid|Slug|Ref|Key)$"
)


def shows_credential(text: str, request: Request, mask: Mask) -> bool:
    """Whether a text of the response holds a credential.

    A short one may stand within other words, and in the body of the request as in its response.
    """
    for secret in mask.secrets:
        if secret in text and re.search(_WORD.format(re.escape(secret)), text):
            sent = f"{request.query}\n{request.body.decode('utf-8', 'replace')}"
            if secret not in sent:
                return True
    return False


@dataclass(frozen=True, slots=True)
class DocumentedSecrets:
    """What a document says of secrets of one operation.

    `hidden` are the names of `writeOnly` members, `shown` members of responses, with their values,
    that are the document's own examples: they may be there whatever was sent.
    """

    hidden: frozenset[str] = frozenset()
    shown: frozenset[tuple[str, str | int | float]] = frozenset()


class SecretsByOperation(dict[str, DocumentedSecrets]):
    """What the document says of secrets by the key of an operation, found when asked for."""

    def __init__(self, api: Api) -> None:
        super().__init__()
        self._api = api

    def __missing__(self, key: str) -> DocumentedSecrets:
        operation = next(each for each in self._api.operations if each.key == key)
        self[key] = documented_secrets(operation, self._api)
        return self[key]


def returned_secrets(exchange: CheckedExchange, documented: DocumentedSecrets) -> Iterator[Breach]:
    """Members of the request's JSON that are hidden or secret, and come back as they were.

    By their name, or, if the value can be there by no accident, under another or within a text.
    """
    hidden = documented.hidden
    if not exchange.request.body:
        return
    sent = [*_members(parsed(exchange.request.body))]
    suspects = {
        (name, value)
        for depth, name, value in sent
        if value
        and (name in hidden or is_secret_member(name, depth))
        and (name, value) not in documented.shown
    }
    if not suspects:
        return
    returned = {(name, value) for _, name, value in _members(exchange.json())}
    # What was sent elsewhere as well may come back from there.
    others = [str(value) for _, name, value in sent if (name, value) not in suspects]
    elsewhere = "\n".join((unquote_plus(exchange.request.target), *others))
    texts = "\n".join(_texts(exchange.json(), exchange.response.body.decode(errors="replace")))
    for name, value in sorted(suspects, key=str):
        basis = Basis.DOCUMENT if name in hidden else Basis.CONVENTION
        said = "is writeOnly" if name in hidden else "is a secret by its name"
        if (name, value) in returned:
            yield Breach(basis, f"The response shows {name}, which {said}", "as it was sent")
        elif _is_rare(value) and str(value) in texts and str(value) not in elsewhere:
            title = f"The response shows the value of {name}, which {said}"
            yield Breach(basis, title, "under another name, or within a text")


def _is_rare(value: str | int | float) -> bool:
    """Whether a value is in no text by accident: long, and of more than one kind of characters."""
    return isinstance(value, str) and len(value) >= _RARE and not value.isalpha()


def _texts(value: Json, text: str) -> Iterator[str]:
    """The texts in a response: those of JSON, or the body as it is where it is none."""
    if value is None:
        yield text
    pending = [value]
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, Mapping):
            pending += [*node, *node.values()]
        elif isinstance(node, list):
            pending += node


def _members(value: Json) -> Iterator[tuple[int, str, str | int | float]]:
    """The members of all objects in a value that are texts or numbers, with their depth."""
    pending = [(0, value)]
    while pending:
        depth, node = pending.pop()
        if isinstance(node, Mapping):
            for name, each in node.items():
                if isinstance(each, str | int | float) and not isinstance(each, bool):
                    yield depth + 1, name, each
            pending += [(depth + 1, each) for each in node.values()]
        elif isinstance(node, list):
            pending += [(depth, each) for each in node]


def documented_secrets(operation: Operation, api: Api) -> DocumentedSecrets:
    """What the document says of the operation's secrets."""
    content = operation.request_body.content if operation.request_body else ()
    answers = [each for key in operation.responses for each in operation.responses[key].content]
    shown = {
        (name, value)
        for media_type in answers
        for example in media_type.examples
        for _, name, value in _members(example.value)
    }
    for name, schema in _described(answers, api.responses):
        values = schema.get("examples")
        for value in [*(values if isinstance(values, list) else ()), schema.get("example")]:
            if isinstance(value, str | int | float):
                shown.add((name, value))
    return DocumentedSecrets(
        frozenset(n for n, s in _described(content, api.requests) if s.get("writeOnly") is True),
        frozenset(shown),
    )


def names_others(operation: Operation, api: Api) -> bool:
    """Whether a body of the operation names something by its id, which may not be there."""
    content = operation.request_body.content if operation.request_body else ()
    return any(_IDENTIFIES.search(name) for name, _ in _described(content, api.requests))


def _described(
    content: Iterable[MediaType], schemas: Schemas
) -> Iterator[tuple[str, Mapping[str, Json]]]:
    """The members that bodies may have, at any depth, with their schemas."""
    pending: list[Json] = [schemas.roots.get(each.schema_key or "") for each in content]
    seen = set[int]()
    while pending:
        node = pending.pop()
        if isinstance(node, list):
            pending.extend(node)
        if not isinstance(node, dict) or id(node) in seen:
            continue
        seen.add(id(node))
        reference = node.get("$ref")
        if isinstance(reference, str):
            pending.append(schemas.definitions.get(reference.rpartition("/")[2]))
        properties = node.get("properties")
        for name, schema in properties.items() if isinstance(properties, dict) else ():
            if isinstance(schema, dict):
                yield name, schema
        pending += [each for key, each in node.items() if key not in ("enum", "const", "default")]
