"""What the versions of OpenAPI make of JSON Schema, and the keywords that there are."""

from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from emulator.http.nearest import nearest
from emulator.schema.keywords import ANNOTATIONS, CHECKS, DEFINITIONS, MANY, NAMED, ONE, words

#: Keywords that are read otherwise, or mean something beside JSON Schema 2020-12.
_OTHERS = words(
    "$ref $dynamicRef $recursiveRef $id $anchor $dynamicAnchor $recursiveAnchor $schema "
    "$vocabulary additionalItems dependencies discriminator externalDocs xml example id"
)
_KEYWORDS = sorted({*CHECKS, *ONE, *MANY, *NAMED, *DEFINITIONS, *ANNOTATIONS, *_OTHERS})
#: Few letters are near to much; what is further from a keyword than this is meant otherwise.
_SHORTEST, _LIKENESS = 5, 0.85


class Dialect(Struct, frozen=True):
    """How a version of OpenAPI differs from JSON Schema 2020-12."""

    nullable: str = "nullable"
    ref_siblings: bool = False


DIALECTS: Mapping[str, Dialect] = {
    "2.0": Dialect(nullable="x-nullable"),
    "3.0": Dialect(),
    "3.1": Dialect(ref_siblings=True),
    "3.2": Dialect(ref_siblings=True),
}


@lru_cache(maxsize=4096)
def keyword_meant(name: str) -> str:
    """The keyword that was meant by a misspelt one; empty where it may be an annotation."""
    if name in _KEYWORDS or name.startswith("x-") or len(name) < _SHORTEST:
        return ""
    return nearest(name, _KEYWORDS, _LIKENESS)
