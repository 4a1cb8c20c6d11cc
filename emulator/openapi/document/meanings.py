"""What a reference means: a file and a pointer into it, by path, `$id`, `$self` or anchor."""

import re
from urllib.parse import unquote

from emulator.errors import DocumentError
from emulator.schema.identifiers import Identifiers
from emulator.schema.locations import Sources, Tokens
from emulator.schema.pointers import lookup, parts_of_reference

#: `Pet` alone is understood by tools for Swagger; the sections are those of the other versions.
_NAMED = re.compile(
    r"(#/(definitions|responses|parameters|securityDefinitions|components/\w+)/)?(?P<name>[\w%-]+)"
)


class UnresolvableError(Exception):
    """A reference can't be followed; `code` is that of the notice, `hint` ends its message."""

    hint = ""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def dangling(reference: str) -> UnresolvableError:
    """The error for a reference to what is not there."""
    return UnresolvableError("dangling-reference", f"{reference} leads to nothing")


def name_meant(reference: str) -> str:
    """The name of a component, as other versions refer to it, or as a name alone; else empty."""
    match = _NAMED.fullmatch(reference)
    return unquote(match["name"]) if match else ""


class Meanings:
    """Finds what references mean. Schemas are `named` since OpenAPI 3.1."""

    def __init__(self, sources: Sources, *, named: bool) -> None:
        self._sources = sources
        self._names = Identifiers(sources) if named else None

    @property
    def names(self) -> Identifiers | None:
        """The names of schemas, if they can have any."""
        return self._names

    def depend_on_place(self, file: str) -> bool:
        """Whether a reference may mean something else elsewhere in the same file."""
        return self._names is not None and self._names.matter(file)

    def meant(self, reference: str, base: str, tokens: Tokens) -> tuple[str, Tokens]:
        """The file and pointer that a reference at a place means."""
        url, _, fragment = reference.partition("#")
        names = self._names
        file, resource = base, names.around(base, tokens) if names else ()
        if url:
            known = names.resource(base, tokens, url) if names else None
            file = base if known is not None else self._open(base, url, reference)
            resource = known or ()
        if not fragment or fragment.startswith("/"):
            pointer = parts_of_reference(fragment)
            # In a schema with `$id` a pointer starts at that schema, but hardly anyone knows that.
            if not url and not self._has(file, resource + pointer[:1]):
                resource = ()
            return file, resource + pointer
        anchor = names.anchor(file, resource, unquote(fragment)) if names else None
        if anchor is None:
            raise dangling(reference)
        return file, anchor

    def _has(self, file: str, tokens: Tokens) -> bool:
        try:
            lookup(self._sources.trees[file], tokens)
        except LookupError:
            return False
        return True

    def _open(self, base: str, url: str, reference: str) -> str:
        names = self._names
        if names and (file := names.file_named(base, url)) is not None:
            return file
        url = unquote(names.beside(base, url) if names else url)
        try:
            return self._sources.open(base, url)
        except DocumentError as error:
            reason = error.message if error.file == url else str(error).partition("\n")[0]
            hint = f" (try {error.hint})" if error.hint else ""
            message = f"{reference}: {reason}{hint}"
            raise UnresolvableError("external-reference", message) from None
