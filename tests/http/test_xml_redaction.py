"""Redaction of XML, well-formed or not."""

import pytest

from emulator.http.xml_redaction import redact_xml

TABLE = [
    ("<a><password>x</password><b>x</b></a>", "<a><password>*x*</password><b>x</b></a>"),
    ("<s:password n='1'> x\n</s:password>", "<s:password n='1'>*x*</s:password>"),
    ("<password><![CDATA[<x>]]></password>", "<password><![CDATA[*<x>*]]></password>"),
    ("<a><![CDATA[<password>x</password>]]></a>", "<a><![CDATA[<password>x</password>]]></a>"),
    ("<password><b>x</b><c>y</c></password>", "<password><b>*x*</b><c>*y*</c></password>"),
    ("<password>a &amp; b</password>", "<password>*a &amp; b*</password>"),
    ("<a password='x' b=\"y\"/>", '<a password="*x*" b="y"/>'),
    ('<a s:password = "x &lt;">y</a>', '<a s:password = "*x &lt;*">y</a>'),
    ("<password/><b>x</b>", "<password/><b>x</b>"),
    ("<password></password><b>x</b>", "<password></password><b>x</b>"),
    ("<?xml version='1.0'?><!-- password: x --><a>x</a>", None),
    ("<password>x", "<password>*x*"),
    ("<password><b>x</b>y<c>z</password>w", "<password><b>*x*</b>*y*<c>*z*</password>w"),
    ("<p name='password'>x</p><p name='a'>x</p>", "<p name='password'>*x*</p><p name='a'>x</p>"),
    ("<p name='password' value='x'/>", "<p name='password' value=\"*x*\"/>"),
    ("<entry key='password'>x</entry>", "<entry key='password'>*x*</entry>"),
    ("</password>x<a>", None),
    ("<password", None),
    ("<![CDATA[<password>x", None),
    ("<password><![CDATA[x", "<password><![CDATA[*x*"),
    ("", None),
]


@pytest.mark.parametrize(("text", "redacted"), TABLE)
def test_what_is_in_elements_and_attributes_of_a_secret(text: str, redacted: str | None) -> None:
    found = redact_xml(text, lambda name: name == "password", lambda secret: f"*{secret}*")
    assert found == (text if redacted is None else redacted)


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        (
            "<form><input name=password value=x>y</form>",
            '<form><input name=password value="*x*">y</form>',
        ),
        ("<INPUT type='password' value='x'>y", "<INPUT type='password' value=\"*x*\">y"),
        ("<meta name='password' content='x'>y", "<meta name='password' content=\"*x*\">y"),
        (
            "<p><a href='SEE'>SEE</a><!-- SEE --><br>x",
            '<p><a href="seen">seen</a><!-- seen --><br>x',
        ),
    ],
)
def test_html_and_what_else_is_in_it(text: str, redacted: str) -> None:
    found = redact_xml(
        text,
        lambda name: name == "password",
        lambda secret: f"*{secret}*",
        lambda other: other.replace("SEE", "seen"),
        html=True,
    )
    assert found == redacted
