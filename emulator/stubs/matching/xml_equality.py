"""`equalToXml`: two XML documents compared as trees.

White space round texts does not matter, nor does the order of attributes and of elements with
different names. Document type declarations are refused, and with them entities.
"""

from typing import TypeAlias

from emulator.openapi.validate.xml import Element, parse_xml

#: Name, attributes, text, children.
Tree: TypeAlias = tuple[
    tuple[str, str], frozenset[tuple[tuple[str, str], str]], str, tuple["Tree", ...]
]


def read_tree(document: bytes) -> Tree:
    """The document as a tree that equals those of equal documents; raises ValueError."""
    return _tree(parse_xml(document))


def _tree(element: Element) -> Tree:
    children = sorted(element.children, key=lambda child: child.name)
    attributes = frozenset(element.attributes.items())
    return element.name, attributes, element.text.strip(), tuple(map(_tree, children))
