"""Decode XML bodies, well-formed and harmless, to JSON by XML Objects (OpenAPI 3.2, 4.26).

Document type declarations are refused, and with them entities and everything they can blow up.
What the specification leaves open:

- a property's element is found by local name, and by namespace where its XML Object has one;
- the root element is checked only where the schema names it;
- what no property describes becomes a property of its local name, an array where repeated;
- an empty element is the empty string, array or object, or null where none of these may be;
  `xsi:nil="true"` is null;
- an element that may be a scalar or the only item of an array is the scalar where the schema takes
  it as one, else the item.
"""

from collections.abc import Mapping
from typing import Any
from xml.parsers import expat

from msgspec import Struct, field

from emulator.http.codings import names_charset
from emulator.http.messages import Json, Violation
from emulator.http.percent import MalformedError
from emulator.schema.coerce.coercion import ANY, Shape, coerce

#: Documents deeper or with more elements and attributes are refused.
MAX_DEPTH = 64
MAX_NODES = 100_000
#: A tag, with all its attributes, or a comment that is longer is refused before it is read.
MAX_TAG_BYTES = 262_144
_PIECE_BYTES = 65_536

_XSI = "http://www.w3.org/2001/XMLSchema-instance"


class Element(Struct):
    """An element: names are (namespace, local name), `text` is its own text in order.

    `offset` is how much of its parent's text stands before it.
    """

    name: tuple[str, str]
    attributes: dict[tuple[str, str], str]
    children: list["Element"] = field(default_factory=list)
    text: str = ""
    offset: int = 0


def decode_xml(
    body: bytes, shape: Shape, content_type: str = ""
) -> tuple[Json, tuple[Violation, ...]]:
    """The JSON value of an XML body; None with a violation if it is malformed or dangerous.

    A charset in the Content-Type wins over the declaration (RFC 7303, 3): the body is UTF-8 then.
    """
    try:
        return read_xml(body, shape, "utf-8" if names_charset(content_type) else None), ()
    except MalformedError as error:
        return None, (error.as_violation("body", ""),)


def parse_xml(body: bytes) -> Element:
    """The root element of a document; raises ValueError if it is malformed or dangerous."""
    try:
        return _ElementBuilder().build(body)
    except MalformedError as error:
        raise ValueError(error.message) from None


def read_xml(body: bytes, shape: Shape, encoding: str | None = None) -> Json:
    """The JSON value of an XML body, whatever encoding it declares; raises MalformedError."""
    root = _ElementBuilder().build(body, encoding)
    expected = _expected(root.name, shape.xml, root.name[1])
    if root.name != expected:
        message = f"the root element is '{_label(root.name)}', expected '{_label(expected)}'"
        raise MalformedError("xml", message)
    return _read(root, shape)


class _ElementBuilder:
    """An element tree from expat's events, within bounds."""

    def __init__(self) -> None:
        self._root: Element | None = None
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        self._lengths: list[int] = []
        self._nodes = 0

    def build(self, body: bytes, encoding: str | None = None) -> Element:
        parser = expat.ParserCreate(encoding, namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = _refuse_doctype
        try:
            for start in range(0, len(body), _PIECE_BYTES):
                parser.Parse(body[start : start + _PIECE_BYTES], False)
                if start + _PIECE_BYTES - parser.CurrentByteIndex > MAX_TAG_BYTES:
                    message = f"a tag or a comment of more than {MAX_TAG_BYTES} bytes"
                    raise MalformedError("xml", message)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise MalformedError("xml", f"not well-formed XML: {error}") from None
        except (LookupError, ValueError):
            raise MalformedError("xml", "the document's encoding is unknown") from None
        assert self._root is not None, "a well-formed document has a root"
        return self._root

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._nodes += 1 + len(attributes)
        if self._nodes > MAX_NODES or len(self._open) >= MAX_DEPTH:
            message = f"more than {MAX_NODES} nodes or {MAX_DEPTH} levels of elements"
            raise MalformedError("xml", message)
        element = Element(_split(name), {_split(key): text for key, text in attributes.items()})
        if self._open:
            element.offset = self._lengths[-1]
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)
        self._texts.append([])
        self._lengths.append(0)

    def _end(self, _name: str) -> None:
        self._open.pop().text = "".join(self._texts.pop())
        self._lengths.pop()

    def _characters(self, text: str) -> None:
        self._texts[-1].append(text)
        self._lengths[-1] += len(text)


def _refuse_doctype(*_declaration: Any) -> None:
    raise MalformedError("xml", "document type declarations and entities are not accepted")


def _split(name: str) -> tuple[str, str]:
    namespace, _, local = name.rpartition(" ")
    return namespace, local


def _read(element: Element, shape: Shape) -> Json:
    if element.attributes.get((_XSI, "nil")) in ("true", "1"):
        return None
    if shape.scalar and _is_bare(element):
        value = _read_scalar(element.text, shape)
        empty = (shape.array or shape.object) and not element.text.strip()
        if not empty or _is_taken(value, shape):
            return value
    if shape.array and not shape.object:
        return _read_items(element.children, shape)
    return _read_object(element, shape)


def _read_alone(element: Element, shape: Shape) -> Json:
    """An element that was sent once: all of a property, or the only item of an array."""
    if shape.scalar and _is_bare(element):
        whole = _read(element, shape)
        if not shape.array or (not isinstance(whole, list | dict) and _is_taken(whole, shape)):
            return whole
    is_object = shape.object and (bool(element.children) or not element.text.strip())
    return _read(element, shape) if is_object else [_read(element, shape.item(0))]


def _is_bare(element: Element) -> bool:
    return not element.children and all(space == _XSI for space, _ in element.attributes)


def _is_taken(value: Json, shape: Shape) -> bool:
    """Whether the schema takes a scalar where something else can be meant as well."""
    if shape.takes is not None:
        return shape.takes(value)
    return not isinstance(value, str) or "string" in shape.types


def _read_items(elements: list[Element], shape: Shape) -> list[Json]:
    return [_read(element, shape.item(index)) for index, element in enumerate(elements)]


def _read_object(element: Element, shape: Shape) -> Json:
    value: dict[str, Json] = {}
    children: dict[str, list[Element]] = {}
    for child in element.children:
        children.setdefault(child.name[1], []).append(child)
    attributes = {name: text for name, text in element.attributes.items() if name[0] != _XSI}
    for name, inner in shape.properties.items():
        if _is_node(inner.xml, "attribute"):
            _take_attribute(name, inner, attributes, value)
        elif _is_node(inner.xml, "text", "cdata"):
            if element.text.strip():
                value[name] = _read_scalar(element.text, inner)
        else:
            _take_children(name, inner, children, value)
    for (_, local), text in attributes.items():
        value.setdefault(local, coerce(text, shape.additional or ANY))
    for local, elements in children.items():
        items = [_read(child, shape.additional or ANY) for child in elements]
        value.setdefault(local, items if len(items) > 1 else items[0])
    return value


def _take_attribute(
    name: str, shape: Shape, attributes: dict[tuple[str, str], str], value: dict[str, Json]
) -> None:
    for key in list(attributes):
        if key == _expected(key, shape.xml, name):
            value[name] = _read_scalar(attributes.pop(key), shape)


def _take_children(
    name: str, shape: Shape, children: dict[str, list[Element]], value: dict[str, Json]
) -> None:
    """Take a property's element out of the children, or those of an array's items."""
    if not shape.array or shape.object:
        elements = _take_named(name, shape.xml, children)
        if elements:
            read = _read_alone if shape.array and len(elements) == 1 else _read
            items = [read(element, shape) for element in elements]
            value[name] = items if len(items) > 1 else items[0]
        return
    if shape.xml.get("wrapped") or _is_node(shape.xml, "element"):
        wrappers = _take_named(name, shape.xml, children)
        if len(wrappers) == 1 and shape.scalar:
            value[name] = _read(wrappers[0], shape)
        elif wrappers:
            value[name] = _read_items([item for w in wrappers for item in w.children], shape)
        return
    item_xml = shape.item(0).xml
    elements, own = _take_named(name, item_xml, children), "name" not in item_xml
    if not elements and (own or shape.scalar):
        elements, own = _take_named(name, shape.xml, children), True
    if elements:
        alone = own and shape.scalar and len(elements) == 1
        value[name] = _read_alone(elements[0], shape) if alone else _read_items(elements, shape)


def _take_named(
    name: str, xml: Mapping[str, Json], children: dict[str, list[Element]]
) -> list[Element]:
    local = xml.get("name", name)
    if any(each.name != _expected(each.name, xml, name) for each in children.get(local, ())):
        return []
    return children.pop(local, [])


def _expected(sent: tuple[str, str], xml: Mapping[str, Json], default: str) -> tuple[str, str]:
    return xml.get("namespace", sent[0]), xml.get("name", default)


def _is_node(xml: Mapping[str, Json], *types: str) -> bool:
    return xml.get("nodeType") in types or ("attribute" in types and bool(xml.get("attribute")))


def _label(name: tuple[str, str]) -> str:
    return f"{{{name[0]}}}{name[1]}" if name[0] else name[1]


def _read_scalar(text: str, shape: Shape) -> Json:
    if shape.verbatim:
        return text
    exact = coerce(text, shape)
    # XML Schema collapses white space around numbers and booleans.
    return coerce(text.strip(), shape) if isinstance(exact, str) else exact
