"""Redaction of XML and HTML: what elements and attributes hold that have the name of a secret."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr, unescape

from emulator.http.secret_names import VALUES, labels_secret

#: What ends a text; names of elements and attributes without their prefix, values of attributes.
_MARK = re.compile(r"<!\[CDATA\[|\]\]>|<[^<>]*>")
_NAME = re.compile(r"</?(?:[^\s/>:]+:)?([^\s/>:]+)")
_ATTRIBUTE = re.compile(
    r"""(\s(?:[\w.-]+:)?([\w.-]+)\s*=\s*)(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+(?=[\s>])))"""
)
#: Elements of HTML that contain nothing, and have no end tag.
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"})


def redact_xml(
    text: str,
    named: Callable[[str], bool],
    masked: Callable[[str], str],
    plain: Callable[[str], str] = str,
    *,
    html: bool = False,
) -> str:
    """The document with each secret `masked`, and other texts, attributes and comments in `plain`.

    A secret is whatever is in an element or attribute that is `named` so, or that another attribute
    gives such a name: `<input name="password" value="x">`. It need not be well-formed or complete.
    """
    return _Redacting(named, masked, plain, html).document(text)


@dataclass(slots=True)
class _Redacting:
    named: Callable[[str], bool]
    masked: Callable[[str], str]
    plain: Callable[[str], str]
    html: bool
    #: The elements around, and whether what they hold is a secret.
    around: list[tuple[str, bool]] = field(default_factory=list)
    open: Counter[str] = field(default_factory=Counter)

    def document(self, text: str) -> str:
        parts: list[str] = []
        at, in_cdata = 0, False
        for mark in _MARK.finditer(text):
            token = mark[0]
            if in_cdata and token != "]]>":
                continue
            parts += (self._content(text[at : mark.start()], in_cdata), self._tag(token))
            at, in_cdata = mark.end(), token == "<![CDATA["
        return "".join((*parts, self._content(text[at:], in_cdata)))

    def _content(self, content: str, in_cdata: bool) -> str:
        if not (self.around and self.around[-1][1] and content.strip()):
            return self.plain(content)
        if in_cdata:
            return self.masked(content.strip())
        return escape(self.masked(unescape(content).strip()))

    def _tag(self, tag: str) -> str:
        """A tag, which begins or ends an element."""
        found = _NAME.match(tag)
        if found is None or tag.startswith(("<!", "<?")):
            return self.plain(tag)
        name = found[1].lower() if self.html else found[1]
        if tag.startswith("</"):
            self._end(name)
            return tag
        attributes = {each[2]: each[3] or each[4] or each[5] for each in _ATTRIBUTE.finditer(tag)}
        apart = labels_secret(attributes, self.named)
        if not tag.endswith("/>") and not (self.html and name in _VOID):
            below = bool(self.around) and self.around[-1][1]
            self.around.append((name, below or self.named(name) or apart))
            self.open[name] += 1

        def attribute(match: re.Match[str]) -> str:
            before, name, *values = match.groups()
            value = next(filter(None, values), "")
            if value and (self.named(name) or (apart and name.lower() in VALUES)):
                return f"{before}{quoteattr(self.masked(unescape(value)))}"
            redacted = self.plain(value)
            return match[0] if redacted == value else f"{before}{quoteattr(redacted)}"

        return _ATTRIBUTE.sub(attribute, tag)

    def _end(self, name: str) -> None:
        """The element ends, and those in it that have no end tags."""
        while self.open[name]:
            last, _ = self.around.pop()
            self.open[last] -= 1
            if last == name:
                return
