"""Write values as XML by XML Objects (OpenAPI 3.2, 4.26), the inverse of `validate.xml`.

Whatever the value and the document's names, the result is well-formed. Reading it gives the value
back, except for

- what leaves no trace: empty arrays that are not wrapped, empty text nodes, empty objects where a
  scalar is allowed;
- what no schema describes: numbers, booleans, arrays of less than two items, nested arrays;
- an array where its schema allows objects as well, unless it has two or more items, and a scalar
  where its schema allows arrays as well;
- white space around text that may be a number, and text nodes that are nothing but white space;
- characters that XML 1.0 does not have (U+FFFD replaces them), names that are no XML names, and
  namespaces that are no URIs;
- two properties written by one name, and objects or arrays as attributes or text nodes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from emulator.http.messages import Json
from emulator.openapi.write.content import text_of
from emulator.schema.coerce.coercion import Shape, to_text

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
# XML 1.0, 2.2.
_NO_CHARACTER = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# XML 1.0, 2.3, and no colon (Namespaces in XML 1.0, 3). Letters that the fourth edition has as
# well: expat and others read no names that only the fifth allows.
_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0131\u0391-\u03a1\u03a3-\u03ce\u0410-\u044f"
    "\u05d0-\u05ea\u0621-\u063a\u3041-\u3094\u30a1-\u30fa\u4e00-\u9fa5\uac00-\ud7a3"
)
_NO_START = re.compile(f"[^{_START}]")
_NO_NAME = re.compile(f"[^{_START}.0-9-]")
# Parsers refuse namespaces with characters that no URI has.
_URI = re.compile('[^\\0-\u0020<>"{}|\\\\^`\u007f-\u009f\ud800-\udfff\ufffe\uffff]+')
#: Prefixes and namespaces with a meaning of their own can't be declared otherwise.
_RESERVED_PREFIX = re.compile("xml", re.IGNORECASE)
_RESERVED = ("http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/")

#: Namespaces by prefix ("" is the default) that are declared where an element is.
Scope = Mapping[str, str]


def encode_xml(value: Json, shape: Shape, root: str, item: str = "item") -> bytes:
    """`value` as a document whose root and, where it is an array, items have these names.

    Names in the schema's XML Objects come first.
    """
    text = "".join(_element(value, shape, {"name": root, **shape.xml}, {}, item))
    return (_DECLARATION + text).encode()


@dataclass(slots=True)
class _Tag:
    """A start tag while it is put together."""

    scope: dict[str, str]
    attributes: dict[str, str] = field(default_factory=dict)
    taken: set[tuple[str, str]] = field(default_factory=set)

    def element(self, xml: Mapping[str, Json]) -> str:
        """The element's qualified name, its namespace declared."""
        namespace, prefix = _namespace(xml)
        if namespace:
            self._declare(prefix, namespace)
        return _qualified(prefix, xml)

    def attribute(self, xml: Mapping[str, Json], value: str) -> None:
        """Add an attribute; the second of a name is dropped, as XML allows one."""
        namespace, prefix = _namespace(xml)
        if namespace:
            prefix = self._free(prefix or "ns", namespace)
            self._declare(prefix, namespace)
        name = _qualified(prefix, xml)
        if (namespace, _name(xml)) not in self.taken:
            self.taken.add((namespace, _name(xml)))
            self.attributes[name] = value

    def nil(self) -> None:
        """Say that the element is null."""
        self.attribute({"name": "nil", "namespace": _XSI, "prefix": "xsi"}, "true")

    def _free(self, prefix: str, namespace: str) -> str:
        # The element and its attributes share declarations: a prefix stands for one namespace.
        number, candidate = 2, prefix
        while self.scope.get(candidate, namespace) != namespace:
            number, candidate = number + 1, f"{prefix}{number}"
        return candidate

    def _declare(self, prefix: str, namespace: str) -> None:
        if self.scope.get(prefix) != namespace:
            self.scope[prefix] = namespace
            self.attributes[f"xmlns:{prefix}" if prefix else "xmlns"] = namespace


def _element(
    value: Json, shape: Shape, xml: Mapping[str, Json], scope: Scope, item: str = "item"
) -> Iterator[str]:
    """The element of a value; `xml` has its name, `item` names the items of an array."""
    tag = _Tag(dict(scope))
    name = tag.element(xml)
    members = value if isinstance(value, dict) else {}
    if value is None:
        tag.nil()
    for key, inner in shape.properties.items():
        if key in members and _is_node(inner, "attribute"):
            tag.attribute({"name": key, **inner.xml}, text_of(members[key]))
    content = "".join(_content(value, shape, tag.scope, item))
    attributes = "".join(f" {key}={_quoted(text)}" for key, text in tag.attributes.items())
    yield f"<{name}{attributes}>{content}</{name}>" if content else f"<{name}{attributes}/>"


def _content(value: Json, shape: Shape, scope: Scope, item: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _property(key, member, shape.property(key), scope)
    elif isinstance(value, list):
        xml = {"name": item, **shape.item(0).xml}
        for index, each in enumerate(value):
            yield from _element(each, shape.item(index), xml, scope)
    elif value is not None:
        yield _escaped(to_text(value))


def _property(key: str, value: Json, shape: Shape, scope: Scope) -> Iterator[str]:
    if _is_node(shape, "attribute"):
        return
    if _is_node(shape, "text", "cdata"):
        yield _cdata(text_of(value)) if _is_node(shape, "cdata") else _escaped(text_of(value))
        return
    xml = {"name": key, **shape.xml}
    if not isinstance(value, list):
        yield from _element(value, shape, xml, scope)
    elif not shape.array or shape.object:
        # Nothing says that this is an array: it is one by being repeated.
        for each in value:
            yield from _element(each, shape, xml, scope)
    elif shape.xml.get("wrapped") or _is_node(shape, "element"):
        # OpenAPI 3.1, 4.8.26.2: items without a name of their own have the wrapper's.
        yield from _element(value, shape, xml, scope, item=xml["name"])
    else:
        item_xml = {**xml, **shape.item(0).xml}
        for index, each in enumerate(value):
            yield from _element(each, shape.item(index), item_xml, scope)


def _is_node(shape: Shape, *types: str) -> bool:
    attribute = "attribute" in types and bool(shape.xml.get("attribute"))
    return attribute or shape.xml.get("nodeType") in types


def _namespace(xml: Mapping[str, Json]) -> tuple[str, str]:
    """Namespace and prefix; both empty where the namespace can't be declared."""
    namespace = str(xml.get("namespace", ""))
    if not _URI.fullmatch(namespace) or namespace in _RESERVED:
        return "", ""
    prefix = _valid_name(str(xml.get("prefix") or "")) if xml.get("prefix") else ""
    return namespace, f"_{prefix}" if _RESERVED_PREFIX.match(prefix) else prefix


def _qualified(prefix: str, xml: Mapping[str, Json]) -> str:
    return f"{prefix}:{_name(xml)}" if prefix else _name(xml)


def _name(xml: Mapping[str, Json]) -> str:
    return _valid_name(str(xml["name"]))


def _valid_name(name: str) -> str:
    """The name where it is one without colon, else the nearest: `@id` is written `_id`."""
    name = _NO_NAME.sub("_", name)
    return f"_{name}" if not name or _NO_START.match(name) else name


def _escaped(text: str) -> str:
    from xml.sax.saxutils import escape  # it imports much that a start does not need

    # A carriage return is read as a line feed unless it is a reference (XML 1.0, 2.11).
    return escape(_NO_CHARACTER.sub("\ufffd", text), {"\r": "&#13;"})


def _quoted(text: str) -> str:
    from xml.sax.saxutils import quoteattr

    return quoteattr(_NO_CHARACTER.sub("\ufffd", text), {"\r": "&#13;"})


def _cdata(text: str) -> str:
    if "\r" in text:
        return _escaped(text)  # CDATA has no references
    text = _NO_CHARACTER.sub("\ufffd", text).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{text}]]>"
