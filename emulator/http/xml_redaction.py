"""Redaction of XML: what elements and attributes hold that have the name of a secret."""

import re
from collections.abc import Callable
from functools import partial
from xml.sax.saxutils import escape, quoteattr, unescape

#: What ends a text; names of elements and attributes without their prefix, values of attributes.
_MARK = re.compile(r"<!\[CDATA\[|\]\]>|<[^<>]*>")
_NAME = re.compile(r"</?(?:[^\s/>:]+:)?([^\s/>:]+)")
_ATTRIBUTE = re.compile(r"""(\s(?:[\w.-]+:)?([\w.-]+)\s*=\s*)(?:"([^"]*)"|'([^']*)')""")


def redact_xml(text: str, named: Callable[[str], bool], masked: Callable[[str], str]) -> str:
    """The document with each secret `masked`: whatever is in an element that is `named` so.

    It need not be well-formed: an element ends with the next end tag of its depth.
    """
    parts: list[str] = []
    secret: list[bool] = []
    at, in_cdata = 0, False
    for mark in _MARK.finditer(text):
        token = mark[0]
        if in_cdata and token != "]]>":
            continue
        content = text[at : mark.start()]
        if secret and secret[-1] and content.strip():
            value = content if in_cdata else unescape(content)
            content = masked(value.strip())
            content = content if in_cdata else escape(content)
        parts += [content, _tag(token, secret, named, masked)]
        at, in_cdata = mark.end(), token == "<![CDATA["
    return "".join((*parts, text[at:]))


def _tag(
    tag: str, secret: list[bool], named: Callable[[str], bool], masked: Callable[[str], str]
) -> str:
    """A tag, which begins or ends an element: whether that, or one around it, is a `secret`."""
    name = _NAME.match(tag)
    if name is None or tag.startswith(("<!", "<?")):
        return tag
    if tag.startswith("</"):
        if secret:
            secret.pop()
    elif not tag.endswith("/>"):
        secret.append((bool(secret) and secret[-1]) or named(name[1]))
    return _ATTRIBUTE.sub(partial(_attribute, named, masked), tag)


def _attribute(
    named: Callable[[str], bool], masked: Callable[[str], str], match: re.Match[str]
) -> str:
    before, name, double, single = match.groups()
    value = double or single
    if not value or not named(name):
        return match[0]
    return f"{before}{quoteattr(masked(unescape(value)))}"
