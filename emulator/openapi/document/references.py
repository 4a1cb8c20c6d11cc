"""Resolve `$ref`s: check and rewrite each to a pointer into the one document."""

from collections import Counter
from collections.abc import Callable
from pathlib import PurePosixPath

from emulator.errors import DocumentError
from emulator.http.messages import Json
from emulator.http.nearest import did_you_mean
from emulator.openapi.document.fields import BUNDLED, SECTION_OF, kind_below
from emulator.openapi.document.following import Follower
from emulator.openapi.document.meanings import Meanings, UnresolvableError, dangling, name_meant
from emulator.openapi.document.objects import Object, UnusableError
from emulator.openapi.document.pruning import Link, Reference, prune
from emulator.openapi.document.scopes import Scope, Scopes
from emulator.openapi.document.stand_ins import fits, stand_in
from emulator.openapi.document.swagger2 import SECTIONS
from emulator.schema.locations import Place, Sources, Tokens, place_of, tokens_of
from emulator.schema.notices import Notices
from emulator.schema.pointers import lookup, reference_to

_NULLABLE = [{"type": "null"}]
_MAX_HINTS = 20  # the nearest of many names takes a while to find
_MAX_SCOPED = 2_000  # schemas that are another one for the way that leads to them


class References:
    """All references of a document. `visit` converts what one leads to and adds what that holds."""

    def __init__(
        self,
        sources: Sources,
        notices: Notices,
        visit: Callable[[str, Json, Place], Json],
        follower: Follower,
        version: str,
    ) -> None:
        self.sources = sources
        self.follower = follower
        self.notices = notices
        self.visit = visit
        self.sections = {old: new for new, old in SECTIONS.items()} if version == "2.0" else {}
        self.meanings = Meanings(sources, named=version in ("3.1", "3.2"))
        self.pending: list[Reference] = []
        self.mappings: list[tuple[dict[str, str], Place]] = []
        #: Resolved references and where they lead; dangling ones are gone.
        self.links: list[Link] = []
        self._document: Object = {}
        self._roots: dict[Tokens, str] = {(): "document"}
        self._repeats: Counter[str] = Counter()
        self._hints = _MAX_HINTS
        self._targets: dict[tuple[str, str, str], Tokens] = {}
        #: Why references are followed in spite of the specification, by their text and kind.
        #: The dynamic anchors that what is converted now was entered with.
        self.scope: Scope = {}
        self.scopes = Scopes(sources, self.meanings)
        self._scoped: dict[tuple[object, ...], Tokens] = {}
        self._doubts: dict[tuple[str, str], tuple[str, str]] = {}
        self._bundled: dict[tuple[str, Tokens, str], Tokens] = {}

    def resolve(self, document: Object) -> None:
        """Rewrite all references, bundling what other files hold; drop those that lead nowhere."""
        self._document = document
        dangling: list[Reference] = []
        reasons: dict[int, str] = {}
        for reference in self.pending:  # grows while it is read: what is bundled refers, too
            written = reference.node["$ref"]
            try:
                tokens = self._resolved(reference)
            except UnresolvableError as error:
                message = f"{error}; it is ignored{error.hint}"
                self.notices.add(reference.place, error.code, message)
                dangling.append(reference)
                reasons[id(reference)] = str(error)
                continue
            if doubt := self._doubts.get((written, reference.kind)):
                self.notices.add(reference.place, *doubt)
            reference.node["$ref"] = reference_to(tokens)
            self.links.append((reference, tokens, lookup(document, tokens)))
        self._map_discriminators()
        self.links = prune(document, self.links, dangling, self.notices)
        for reference in self.pending:
            if reference.kind == "securityScheme" and "$ref" not in reference.node:
                # Without it, operations that require it would let anyone in.
                reason = reasons.get(id(reference), "the reference leads to nothing of use")
                file, pointer = self.notices.locate(reference.place)
                raise DocumentError(file, f"a security scheme is missing: {reason}", pointer)

    def _map_discriminators(self) -> None:
        schemas = self._document.get("components", {}).get("schemas", {})
        for mapping, place in self.mappings:
            for name, target in list(mapping.items()):
                if target in schemas:
                    mapping[name] = reference_to(("components", "schemas", target))
                    continue
                try:
                    mapping[name] = reference_to(self._cached(target, "schema", place))
                except UnresolvableError as error:
                    self.notices.add((place, name), error.code, f"{error}; it is ignored")
                    del mapping[name]

    def _resolved(self, reference: Reference) -> Tokens:
        """Where a reference leads in the document, in the dynamic scope that it is in."""
        written, kind, place = reference.node["$ref"], reference.kind, reference.place
        scoped = self.scopes.target(written, place, reference.scope) if kind == "schema" else None
        if scoped is None:
            return self._cached(written, kind, place)
        target, inner = scoped
        if inner is None:
            return self._locate(*target, kind, written)
        key = (*target, *sorted(inner.items()))
        if key not in self._scoped:
            if len(self._scoped) >= _MAX_SCOPED:
                message = f"there are more than {_MAX_SCOPED:,} dynamic scopes"
                raise UnresolvableError("too-many-scopes", message)
            value = lookup(self.sources.trees[target[0]], target[1])
            self.scope = inner
            try:
                where = place_of(*target)
                self._scoped[key] = self._bundle(_name(*target), kind, value, where, written)
            finally:
                self.scope = {}
        return self._scoped[key]

    def _cached(self, reference: str, kind: str, place: Place) -> Tokens:
        """Where the reference leads in the document; many lead to the same."""
        base, tokens = tokens_of(place)
        if self.meanings.depend_on_place(base):
            return self._target(reference, kind, base, tokens)
        key = (base, reference, kind)
        if key not in self._targets:
            self._targets[key] = self._target(reference, kind, base, tokens)
        return self._targets[key]

    def _target(self, reference: str, kind: str, base: str, tokens: Tokens) -> Tokens:
        """Where the reference leads in the document, which may have to take it in first."""
        try:
            file, target = self.meanings.meant(reference, base, tokens)
            return self._locate(file, target, kind, reference)
        except UnresolvableError as error:
            section, name = SECTION_OF.get(kind, ""), name_meant(reference)
            named = self._document.get("components", {}).get(section) or {}
            if name in named and base == self.sources.root:
                message = f"{reference} is read as #/components/{section}/{name}"
                self._doubts[reference, kind] = "misplaced-reference", message
                return self._locate(base, ("components", section, name), kind, reference)
            if error.code == "dangling-reference" and self._hints:
                self._hints -= 1
                error.hint = did_you_mean(reference.rpartition("/")[2], named)
            raise

    def _locate(self, file: str, tokens: Tokens, kind: str, reference: str) -> Tokens:
        try:
            return self._found(file, tokens, kind, reference)
        except UnresolvableError as error:
            through = self.follower.through(file, tokens)
            if error.code != "dangling-reference" or through is None or through == (file, tokens):
                raise
        found = self._found(*through, kind, reference)
        message = f"{reference} leads through another reference, which is followed"
        self._doubts[reference, kind] = "misplaced-reference", message
        return found

    def _found(self, file: str, tokens: Tokens, kind: str, reference: str) -> Tokens:
        if file == self.sources.root:
            try:
                return self._local(tokens, kind, reference)
            except UnresolvableError:
                # What Swagger has at this place is elsewhere in the converted document.
                if not self.sections:
                    raise
        key = (file, tokens, kind)
        if key not in self._bundled:
            try:
                value = lookup(self.sources.trees[file], tokens)
            except LookupError:
                raise dangling(reference) from None
            if not fits(kind, value):
                return self._stand_in(file, tokens, "object of another kind", kind, reference)
            place = place_of(file, tokens)
            self._bundled[key] = self._bundle(_name(file, tokens), kind, value, place, reference)
        return self._bundled[key]

    def _stand_in(self, file: str, tokens: Tokens, found: str, kind: str, reference: str) -> Tokens:
        """Take in an object made of the one of another kind that the reference leads to."""
        key = (file, tokens, kind)
        if key not in self._bundled:
            made = None
            # As it was written, it may be behind a reference.
            if found and (through := self.follower.through(file, tokens)):
                value = lookup(self.sources.trees[through[0]], through[1])
                made = stand_in(kind, value, place_of(*through))
            if made is None:
                message = f"{reference} leads to {_a(found)}, not to {_a(kind)}"
                raise UnresolvableError("wrong-reference", message)
            self._bundled[key] = self._bundle(_name(file, tokens), kind, *made, reference)
        message = f"{reference} leads to {_a(found)}, which is read as {_a(kind)}"
        self._doubts[reference, kind] = "misplaced-reference", message
        return self._bundled[key]

    def _bundle(self, name: str, kind: str, value: Json, place: Place, reference: str) -> Tokens:
        bundled = self._document.setdefault("components", {}).setdefault(BUNDLED, {})
        unique = name
        while unique in bundled:
            self._repeats[name] += 1
            unique = f"{name}-{self._repeats[name] + 1}"
        tokens = ("components", BUNDLED, unique)
        self._convert(bundled, unique, kind, value, place, reference)
        self._roots[tokens] = kind
        return tokens

    def _local(self, tokens: Tokens, kind: str, reference: str) -> Tokens:
        if tokens and tokens[0] in self.sections:
            tokens = (*self.sections[tokens[0]], *tokens[1:])
        try:
            tokens = _follow(self._document, tokens)
        except LookupError:
            raise dangling(reference) from None
        found = self._kind(tokens)
        if found is not None and found != kind:
            found = "" if kind == "example" else found  # whose value would be that of a document
            return self._stand_in(self.sources.root, tokens, found, kind, reference)
        if found is None:  # no place the table knows, such as an extension: it is converted there
            parent = lookup(self._document, tokens[:-1])
            key = int(tokens[-1]) if isinstance(parent, list) else tokens[-1]
            if not fits(kind, parent[key]):
                return self._stand_in(
                    self.sources.root, tokens, "object of another kind", kind, reference
                )
            place = place_of(self.sources.root, tokens)
            self._convert(parent, key, kind, parent[key], place, reference)
            self._roots[tokens] = kind
        return tokens

    def _convert(
        self, parent: Json, key: str | int, kind: str, value: Json, place: Place, reference: str
    ) -> None:
        try:
            parent[key] = result = self.visit(kind, value, place)
        except UnusableError as error:
            message = f"{reference} leads to what is no {kind}: it {error}"
            raise UnresolvableError("wrong-reference", message) from None
        if kind != "schema" and isinstance(result.get("$ref"), str):
            self.pending.append(Reference(result, kind, (place, "$ref"), parent))

    def _kind(self, tokens: Tokens) -> str | None:
        """What the table of shapes says is there, from the nearest object of known kind above."""
        lengths = range(len(tokens), -1, -1)
        length = next(length for length in lengths if tokens[:length] in self._roots)
        return kind_below(self._roots[tokens[:length]], tokens[length:])


def _follow(value: Json, tokens: Tokens) -> Tokens:
    """The pointer to where converting moved what an author's pointer means."""
    actual: list[str] = []
    for token in tokens:
        if isinstance(value, dict) and token not in value:
            if token == "items" and "prefixItems" in value:
                token = "prefixItems"
            elif token in (value.get("anyOf") or [{}])[0] and value["anyOf"][1:] == _NULLABLE:
                value = value["anyOf"][0]
                actual += ["anyOf", "0"]
        value = lookup(value, (token,))
        actual.append(token)
    return tuple(actual)


def _name(file: str, tokens: Tokens) -> str:
    named = [token for token in tokens if token != "schema"]
    return named[-1] if named else PurePosixPath(file).stem


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}" if kind else "no object"
