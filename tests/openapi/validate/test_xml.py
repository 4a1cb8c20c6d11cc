"""XML bodies: XML Objects, and documents made to hurt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.messages import Json
from emulator.openapi.validate.xml import MAX_NODES, MAX_TAG_BYTES, decode_xml
from emulator.schema.coerce.shapes import compile_shape

TEXT = {"type": "string"}
INTEGER = {"type": "integer"}
INTEGERS = {"type": "array", "items": INTEGER}
XSI = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'


def read(body: str | bytes, schema: Json) -> Json:
    octets = body.encode() if isinstance(body, str) else body
    value, violations = decode_xml(octets, compile_shape(schema, {}))
    assert violations == ()
    return value


def pet(**properties: Json) -> Json:
    return {"type": "object", "properties": properties}


def texts(**xml: Json) -> Json:
    return {"type": "array", "items": TEXT, "xml": xml}


NAMED_ITEMS = {"type": "array", "items": {**TEXT, "xml": {"name": "animal"}}}
SAMPLE = "http://example.com/schema/sample"


@pytest.mark.parametrize(
    ("schema", "body", "value"),
    [
        pytest.param(pet(id=INTEGER, name=TEXT), "<a><id> 1 </id><name> x </name></a>",
                     {"id": 1, "name": " x "}, id="white space is collapsed around numbers"),
        pytest.param(pet(id={**INTEGER, "xml": {"attribute": True}}), '<a id="1"/>', {"id": 1},
                     id="attribute"),
        pytest.param(pet(id={**INTEGER, "xml": {"nodeType": "attribute", "name": "nr"}}),
                     '<a nr="1"/>', {"id": 1}, id="named attribute"),
        pytest.param(pet(v={**INTEGER, "xml": {"nodeType": "text"}},
                         k={**TEXT, "xml": {"attribute": True}},
                         w=texts(wrapped=True)),
                     '<a j="1"/>', {"j": "1"}, id="nothing declared is sent"),
        pytest.param(pet(v={**INTEGER, "xml": {"nodeType": "text"}}, u=TEXT),
                     "<a>5<u>kg</u></a>", {"v": 5, "u": "kg"}, id="text node"),
        pytest.param(pet(n={**TEXT, "xml": {"name": "title"}}), "<a><title>x</title></a>",
                     {"n": "x"}, id="named element"),
        pytest.param(pet(n={**TEXT, "xml": {"namespace": SAMPLE, "prefix": "s"}}),
                     f'<a xmlns:t="{SAMPLE}"><t:n>x</t:n></a>', {"n": "x"}, id="namespace"),
        pytest.param(pet(n={**TEXT, "xml": {"namespace": SAMPLE}}), "<a><n>x</n></a>", {"n": "x"},
                     id="other namespace is another property"),
        pytest.param(pet(tags=texts()), "<a><tags>x</tags><tags>y</tags></a>",
                     {"tags": ["x", "y"]}, id="array"),
        pytest.param(pet(tags=texts()), "<a><tags>x</tags></a>", {"tags": ["x"]}, id="one item"),
        pytest.param(pet(tags=texts(name="t")), "<a><t>x</t></a>", {"tags": ["x"]},
                     id="array by its own name"),
        pytest.param(pet(tags=NAMED_ITEMS), "<a><animal>x</animal></a>", {"tags": ["x"]},
                     id="named items"),
        pytest.param(pet(tags={**NAMED_ITEMS, "xml": {"wrapped": True, "name": "w"}}),
                     "<a><w><animal>x</animal><animal>y</animal></w></a>", {"tags": ["x", "y"]},
                     id="wrapped array"),
        pytest.param(pet(tags=texts(wrapped=True)), "<a><tags/></a>", {"tags": []},
                     id="empty wrapped array"),
        pytest.param(texts(), "<a><x>1</x><x>2</x></a>", ["1", "2"], id="array as the root"),
        pytest.param(pet(n={"anyOf": [texts(), INTEGER]}), "<a><n>1</n></a>", {"n": 1},
                     id="scalar or the only item: scalar"),
        pytest.param(pet(n={"anyOf": [texts(), INTEGER]}), "<a><n>x</n></a>", {"n": ["x"]},
                     id="scalar or the only item: item"),
        pytest.param(pet(n={"anyOf": [texts(), INTEGER]}), "<a><n>1</n><n>2</n></a>",
                     {"n": ["1", "2"]}, id="scalar or items: several"),
        pytest.param(pet(n={"type": ["array", "string"], "items": INTEGER}), "<a><n>1</n></a>",
                     {"n": "1"}, id="list of types, array first"),
        pytest.param(pet(n={"anyOf": [NAMED_ITEMS, INTEGER]}), "<a><animal>1</animal></a>",
                     {"n": ["1"]}, id="item by its own name"),
        pytest.param(pet(n={"anyOf": [NAMED_ITEMS, INTEGER]}), "<a><n>1</n></a>", {"n": 1},
                     id="scalar by the property's name"),
        pytest.param(pet(n={"anyOf": [texts(), INTEGER], "xml": {"wrapped": True}}),
                     "<a><n>1</n></a>", {"n": 1}, id="scalar or a wrapper: scalar"),
        pytest.param(pet(n={"anyOf": [texts(), INTEGER], "xml": {"wrapped": True}}),
                     "<a><n><i>1</i></n></a>", {"n": ["1"]}, id="scalar or a wrapper: wrapper"),
        pytest.param(pet(n={"anyOf": [INTEGERS, pet(), {"const": "all"}]}),
                     "<a><n>1</n></a>", {"n": [1]}, id="scalar, object or the only item"),
        pytest.param({"anyOf": [texts(), INTEGER]}, "<a/>", [], id="empty array or a number"),
        pytest.param({"anyOf": [pet(), INTEGER]}, "<a/>", {}, id="empty object or a number"),
        pytest.param(INTEGER, "<a>5</a>", 5, id="number as the root"),
        pytest.param(pet(o=pet(n=INTEGER)), "<a><o><n>1</n></o></a>", {"o": {"n": 1}}, id="nested"),
        pytest.param(pet(o=pet(), s=TEXT), "<a><o/><s/></a>", {"o": {}, "s": ""}, id="empty"),
        pytest.param(pet(n={"type": ["integer", "null"]}), "<a><n/></a>", {"n": None},
                     id="empty number"),
        pytest.param(pet(n=INTEGER), f'<a {XSI}><n i:nil="true"/></a>', {"n": None}, id="nil"),
        pytest.param(pet(), '<a k="v"><b>1</b><b>2</b><c>3</c></a>',
                     {"k": "v", "b": ["1", "2"], "c": "3"}, id="undeclared"),
        pytest.param(pet(n=TEXT), "<a><n>1</n><n>2</n></a>", {"n": ["1", "2"]}, id="repeated"),
        pytest.param({}, "<a><b><c>1</c></b></a>", {"b": {"c": "1"}}, id="no schema"),
        pytest.param(TEXT, "<a><![CDATA[<&]]>&amp;&#233;</a>", "<&&é", id="references"),
        pytest.param(TEXT, b'<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9</a>', "é",
                     id="Latin-1"),
        pytest.param({"xml": {"name": "p", "namespace": SAMPLE}}, f'<p xmlns="{SAMPLE}">1</p>', "1",
                     id="named root"),
    ],
)  # fmt: skip
def test_reads(schema: Json, body: str | bytes, value: Json) -> None:
    assert read(body, schema) == value


BOMB = """<!DOCTYPE a [<!ENTITY x "lol"><!ENTITY y "&x;&x;">]><a>&y;</a>"""


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param(BOMB, "not accepted", id="entities"),
        pytest.param('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "not accepted", id="external"),
        pytest.param("<!DOCTYPE a><a/>", "not accepted", id="doctype"),
        pytest.param("<a>&undefined;</a>", "not well-formed", id="undefined entity"),
        pytest.param("<a>", "not well-formed", id="unclosed"),
        pytest.param("", "not well-formed", id="empty"),
        pytest.param("<a><b></a>", "not well-formed", id="crossed"),
        pytest.param("<p:a/>", "not well-formed", id="unbound prefix"),
        pytest.param('<?xml version="1.0" encoding="zip"?><a/>', "encoding", id="encoding"),
        pytest.param("<a>" * 65 + "</a>" * 65, "levels", id="deep"),
        pytest.param(f"<a>{'<b/>' * MAX_NODES}</a>", "more than", id="wide"),
        pytest.param(f"<a {' ' * 2 * MAX_TAG_BYTES}/>", "a tag or a comment of more", id="tag"),
        pytest.param(f"<a><!--{'-+' * MAX_TAG_BYTES}--></a>", "a comment of more", id="comment"),
        pytest.param("<other/>", "expected '{urn:x}pet'", id="other root"),
    ],
)
def test_bad_document_is_a_violation(body: str, message: str) -> None:
    shape = compile_shape({"xml": {"name": "pet", "namespace": "urn:x"}}, {})
    value, (violation,) = decode_xml(body.encode(), shape)
    assert value is None
    assert violation.keyword == "xml"
    assert message in violation.message


def test_text_and_tags_of_any_number_are_read_in_pieces() -> None:
    body = f"<!--{'c' * 100_000}--><a>{'ü' * MAX_TAG_BYTES * 2}</a>"
    assert read(body, TEXT) == "ü" * MAX_TAG_BYTES * 2


PIECES = [
    "<a>",
    "</a>",
    "<b x='1'>",
    "</b>",
    "<c/>",
    "1",
    "&lt;",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
]


@given(st.lists(st.sampled_from(PIECES)).map("".join).map(str.encode) | st.binary())
def test_no_document_makes_reading_raise(body: bytes) -> None:
    shape = compile_shape(pet(b={"type": "array", "items": pet(c=INTEGER)}, c=TEXT), {})
    value, violations = decode_xml(body, shape)
    assert value is None or violations == ()
