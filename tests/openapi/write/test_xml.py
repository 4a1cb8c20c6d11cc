"""XML: what the decoder reads back, and what other readers make of it."""

import itertools
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.http.messages import Json
from emulator.openapi.validate.xml import decode_xml
from emulator.openapi.write.xml import encode_xml
from emulator.schema.coerce.shapes import compile_shape

TEXT = {"type": "string"}
INTEGER = {"type": "integer"}
SAMPLE = "http://example.com/schema/sample"


def written(value: Json, schema: Json, root: str = "root") -> str:
    document = encode_xml(value, compile_shape(schema, {}), root).decode()
    declaration, _, text = document.partition("\n")
    assert declaration == '<?xml version="1.0" encoding="UTF-8"?>'
    return text


def an(**properties: Json) -> Json:
    return {"type": "object", "properties": properties}


def texts(item: Json = TEXT, **xml: Json) -> Json:
    return {"type": "array", "items": item, "xml": xml}


ANIMAL = {**TEXT, "xml": {"name": "animal"}}


@pytest.mark.parametrize(
    ("schema", "value", "text"),
    [
        pytest.param(TEXT, "a<b&c", "<root>a&lt;b&amp;c</root>", id="text"),
        pytest.param(an(n=INTEGER, b={}), {"n": 1, "b": True},
                     "<root><n>1</n><b>true</b></root>", id="scalars"),
        pytest.param({**an(n=TEXT), "xml": {"name": "pet"}}, {"n": "x"}, "<pet><n>x</n></pet>",
                     id="named root"),
        pytest.param(an(n={**TEXT, "xml": {"name": "title"}}), {"n": "x"},
                     "<root><title>x</title></root>", id="named property"),
        pytest.param(an(i={**INTEGER, "xml": {"attribute": True}}, n=TEXT), {"n": "x", "i": 1},
                     '<root i="1"><n>x</n></root>', id="attribute"),
        pytest.param(an(i={**TEXT, "xml": {"nodeType": "attribute"}}), {"i": 'a"\n'},
                     "<root i='a\"&#10;'/>", id="attribute by node type"),
        pytest.param(an(v={**INTEGER, "xml": {"nodeType": "text"}}), {"v": 5}, "<root>5</root>",
                     id="text node"),
        pytest.param(an(v={**TEXT, "xml": {"nodeType": "cdata"}}), {"v": "<]]>"},
                     "<root><![CDATA[<]]]]><![CDATA[>]]></root>", id="CDATA"),
        pytest.param(an(t=texts()), {"t": ["x", "y"]}, "<root><t>x</t><t>y</t></root>",
                     id="array"),
        pytest.param(an(t=texts(name="tag")), {"t": ["x"]}, "<root><tag>x</tag></root>",
                     id="array by its own name"),
        pytest.param(an(t=texts(ANIMAL, name="no")), {"t": ["x"]},
                     "<root><animal>x</animal></root>", id="named items"),
        pytest.param(an(t=texts(wrapped=True)), {"t": ["x"]}, "<root><t><t>x</t></t></root>",
                     id="wrapped array"),
        pytest.param(an(t=texts(ANIMAL, nodeType="element", name="all")), {"t": ["x"]},
                     "<root><all><animal>x</animal></all></root>", id="wrapper by node type"),
        pytest.param(texts(), ["x", "y"], "<root><item>x</item><item>y</item></root>",
                     id="array as the root"),
        pytest.param({**an(n=TEXT), "xml": {"namespace": SAMPLE}}, {"n": "x"},
                     f'<root xmlns="{SAMPLE}"><n>x</n></root>', id="default namespace"),
        pytest.param(an(n={**TEXT, "xml": {"namespace": SAMPLE, "prefix": "s"}}), {"n": "x"},
                     f'<root><s:n xmlns:s="{SAMPLE}">x</s:n></root>', id="prefix"),
        pytest.param({**an(n={**TEXT, "xml": {"namespace": SAMPLE, "prefix": "s"}}),
                      "xml": {"namespace": SAMPLE, "prefix": "s"}}, {"n": "x"},
                     f'<s:root xmlns:s="{SAMPLE}"><s:n>x</s:n></s:root>', id="declared once"),
        pytest.param({**an(i={**TEXT, "xml": {"attribute": True, "namespace": "urn:b",
                                              "prefix": "s"}}),
                      "xml": {"namespace": "urn:a", "prefix": "s"}}, {"i": "x"},
                     '<s:root xmlns:s="urn:a" xmlns:s2="urn:b" s2:i="x"/>', id="prefix taken"),
        pytest.param(an(n={"type": ["string", "null"]}), {"n": None},
                     '<root><n xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
                     'xsi:nil="true"/></root>', id="null"),
        pytest.param(an(o=an(n=TEXT)), {"o": {"n": ""}}, "<root><o><n/></o></root>", id="nested"),
        pytest.param({}, {"@id": 1, "a:b": 2, "": 3, "1": 4},
                     "<root><_id>1</_id><a_b>2</a_b><_>3</_><_1>4</_1></root>", id="other names"),
        pytest.param({}, "a\0b\ud800\ufffe", "<root>a\ufffdb\ufffd\ufffd</root>",
                     id="characters XML does not have"),
        pytest.param(an(i={**TEXT, "xml": {"attribute": True, "name": "x"}},
                        j={**TEXT, "xml": {"attribute": True, "name": "x"}}),
                     {"i": "1", "j": "2"}, '<root x="1"/>', id="one attribute of a name"),
        pytest.param(an(n={**TEXT, "xml": {"prefix": "s"}}), {"n": "x"}, "<root><n>x</n></root>",
                     id="prefix without namespace"),
        pytest.param({**TEXT, "xml": {"namespace": "no uri", "prefix": "s"}}, "x",
                     "<root>x</root>", id="namespace that is no URI"),
    ],
)  # fmt: skip
def test_writes(schema: Json, value: Json, text: str) -> None:
    assert written(value, schema) == text


names = st.sampled_from(("id", "Name", "é", "x-y", "_", "日本"))
strings = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\r<&]>\"' "),
    max_size=8,
)
namespaces = st.fixed_dictionaries(
    {},
    optional={
        "namespace": st.sampled_from(["urn:a", "urn:b", SAMPLE]),
        "prefix": st.sampled_from(["p", "q", "xml", "xsi"]),
    },
)


@st.composite
def scalars(draw: st.DrawFn, /, **xml: Json) -> tuple[Json, Json]:
    schema, value = draw(
        st.one_of(
            st.tuples(st.just(TEXT), strings),
            st.tuples(st.just(INTEGER), st.integers()),
            st.tuples(
                st.just({"type": "number"}), st.floats(allow_nan=False, allow_infinity=False)
            ),
            st.tuples(st.just({"type": "boolean"}), st.booleans()),
            st.tuples(st.just({"type": ["string", "null"]}), st.none()),
        )
    )
    if value is None and xml:
        return {**TEXT, "xml": xml}, "x"
    return {**schema, "xml": {**draw(namespaces), **xml}}, value


@st.composite
def arrays(draw: st.DrawFn, inner: st.SearchStrategy[tuple[Json, Json]]) -> tuple[Json, Json]:
    """An array whose items are one value, repeated: all are of one schema."""
    schema, value = draw(inner)
    wrapped = draw(st.booleans())
    count = draw(st.integers(0 if wrapped else 1, 3))
    xml = {"wrapped": True, **draw(namespaces)} if wrapped else {}
    return {"type": "array", "items": schema, "xml": xml}, [value] * count


@st.composite
def objects(draw: st.DrawFn, inner: st.SearchStrategy[tuple[Json, Json]]) -> tuple[Json, Json]:
    kinds = inner | arrays(inner) | scalars(attribute=True)
    members = draw(st.dictionaries(names, kinds, max_size=4))
    # No two elements of one name, whatever the XML Objects call them.
    number = itertools.count()
    properties = {f"{name}{next(number)}": schema for name, (schema, _) in members.items()}
    values = dict(zip(properties, (value for _, value in members.values()), strict=True))
    return {**an(**properties), "xml": draw(namespaces)}, values


documents = objects(st.recursive(scalars(), objects, max_leaves=8))


@given(documents)
def test_decoding_gives_the_value_back(document: tuple[Json, Json]) -> None:
    schema, value = document
    shape = compile_shape(schema, {})
    assert decode_xml(encode_xml(value, shape, "root"), shape) == (value, ())


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)
xmls = st.fixed_dictionaries(
    {},
    optional={
        "name": st.text(max_size=3),
        "namespace": st.text(max_size=3)
        | st.sampled_from("{} ")
        | st.just("http://www.w3.org/XML/1998/namespace"),
        "prefix": st.text(max_size=3) | st.sampled_from(["xml", "xmlns", "XMLfoo"]),
        "attribute": st.booleans(),
        "wrapped": st.booleans(),
        "nodeType": st.sampled_from(["element", "attribute", "text", "cdata", "none"]),
    },
)


@given(st.dictionaries(st.text(max_size=2), anything), xmls, xmls)
def test_any_value_becomes_well_formed(value: dict[str, Json], one: Json, other: Json) -> None:
    inner = {"type": "array", "items": {"xml": other}, "xml": one}
    properties = {name: inner if i % 2 else {"xml": one} for i, name in enumerate(value)}
    schema = {**an(**properties), "xml": {**other, "wrapped": False}}
    document = encode_xml(value, compile_shape(schema, {}), "root")
    assert ElementTree.fromstring(document) is not None
