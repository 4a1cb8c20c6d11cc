"""WireMock's templates, which are Handlebars', as ours.

Translated are paths (`request.headers.X-A`, `request.query.a.[1]`), calls of the helpers that we
have, and the blocks `if`, `unless` and `each`. Whatever else stands between braces is left as it
is: Jinja2 reads it, or says what is wrong with it.
"""

import re
from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct

_BRACES = re.compile(
    r"(?P<escape>\\{0,2})\{\{(\{?)((?:'[^']*'|\"[^\"]*\"|[^'\"}]|\}(?!\}))*)\}\}(\}?)"
)
_STEP = r"(?:[A-Za-z_][\w-]*|\d+|\[[^\[\]]*\])"
_PATH = rf"@?[A-Za-z_][\w-]*(?:\.{_STEP})*"
_TOKEN = re.compile(
    rf"\s+|(?P<text>'[^']*'|\"[^\"]*\")|(?P<number>-?\d+(?:\.\d+)?)(?![\w.-])"
    rf"|(?P<key>[A-Za-z_]\w*)=|(?P<path>{_PATH})(?![\w(])|(?P<sign>[()])"
)
_EACH = re.compile(r"#each\s+(.+?)(?:\s+as\s+\|\s*([A-Za-z_]\w*)\s*\|)?", re.DOTALL)
_CONSTANTS = {"true": "true", "false": "false", "null": "none"}
_LOOP = {"@index": "loop.index0", "@first": "loop.first", "@last": "loop.last"}
#: Names below `request` whose members have any name, and those of all their values.
_NAMED = {"query": "queryParameters", "headers": "headerValues", "cookies": "cookieValues"}


class Helper(Struct, frozen=True):
    """A helper as ours: how it is written, how many values it takes, and its options."""

    written: str
    count: int
    options: frozenset[str] = frozenset()


_HELPERS: Mapping[str, Helper] = {
    "jsonPath": Helper("jsonPath({})", 2, frozenset(("default",))),
    "base64": Helper("base64({})", 1, frozenset(("decode",))),
    "randomValue": Helper("randomValue({})", 0, frozenset(("type", "length", "uppercase"))),
    "randomInt": Helper("randomInt({})", 0, frozenset(("lower", "upper"))),
    "randomDecimal": Helper("randomDecimal({})", 0, frozenset(("lower", "upper"))),
    "now": Helper("date({})", 0, frozenset(("offset", "format"))),
    "upper": Helper("({} | upper)", 1),
    "lower": Helper("({} | lower)", 1),
    "trim": Helper("({} | trim)", 1),
    "size": Helper("({} | length)", 1),
}
#: The names of helpers.
HELPERS = frozenset(_HELPERS)
#: Helpers that set a variable, which is named last.
_SETTING = ("parseJson", "formData")


class _OtherError(Exception):
    """It is not Handlebars, or none that we have."""


def translated(text: str, known: Collection[str]) -> str:
    """A text of WireMock's as ours; `known` are the variables of templates.

    In a block `each`, other names are members of the item.
    """
    blocks: list[str] = []
    names = set(known)

    def replaced(found: re.Match[str]) -> str:
        escape, written = found["escape"], found[0]
        if escape == "\\":  # the braces themselves
            return f"{{{{ '{{{{' }}}}{written[3:]}"
        if len(found[2]) != len(found[4]):
            return written
        try:
            made = _Translation(found[3].strip("~ \t\r\n"), names, blocks).made()
        except _OtherError:
            made = written[len(escape) :]
        return escape[1:] + made

    return _BRACES.sub(replaced, text) if "{{" in text else text


def unknown_helper(text: str) -> str:
    """The first word of a text's templates that is written like a helper, and is none."""
    for found in _BRACES.finditer(text):
        called = re.match(r"[#~\s]*([A-Za-z_][\w-]*)\s+[^\s|]", found[3])
        if called and called[1] not in (*_HELPERS, *_SETTING, "if", "unless", "each", "else"):
            return called[1]
    return ""


class _Translation:
    """What stands between one pair of braces; `blocks` are those that are open."""

    def __init__(self, content: str, names: set[str], blocks: list[str]) -> None:
        self.content, self.names, self.blocks = content, names, blocks

    def made(self) -> str:
        """The translation; raises _OtherError."""
        content = self.content
        if content.startswith("!"):
            return ""
        if content.startswith(("#", "/")) or content in ("else", "^"):
            return self._block()
        if content.startswith(_SETTING):
            name, *values = self._tokens(content)
            if len(values) == 2 and values[1][0] == "text" and values[1][1][1:-1].isidentifier():
                variable = values[1][1][1:-1]
                self.names.add(variable)
                return f"{{% set {variable} = {name[1]}({self._value(*values[0])}) %}}"
        return f"{{{{{self._expression(content)}}}}}"

    def _block(self) -> str:
        content, blocks = self.content, self.blocks
        if content in ("else", "^") and blocks:
            return "{% else %}"
        if content in ("/if", "/unless", "/each") and blocks and blocks[-1] == content[1:]:
            return "{% endfor %}" if blocks.pop() == "each" else "{% endif %}"
        each = _EACH.fullmatch(content)
        if each is not None:
            listed = self._listed(each[1])
            blocks.append("each")
            alias = f"{{% set {each[2]} = this %}}" if each[2] else ""
            self.names |= {"this", each[2] or "this"}
            return f"{{% for this in each({listed}) %}}{alias}"
        for name, word in (("if", "if"), ("unless", "if not")):
            if content.startswith(f"#{name} "):
                asked = content.partition(" ")[2].strip()
                named = re.fullmatch(_PATH, asked) and asked not in _HELPERS
                condition = self._listed(asked) if named else self._expression(asked)
                blocks.append(name)
                return f"{{% {word} {condition} %}}"
        raise _OtherError

    def _listed(self, content: str) -> str:
        """What is looped over: all values of a name, or what a helper finds."""
        if content.startswith("("):
            return self._expression(content)
        return self._value("path", content, several=True)

    def _expression(self, content: str) -> str:
        """One value, or a call of a helper."""
        tokens = self._tokens(content)
        if tokens[0] == ("sign", "(") and tokens[-1] == ("sign", ")"):
            return self._call(tokens[1:-1])
        if len(tokens) == 1:
            return self._call(tokens) if tokens[0][1] in _HELPERS else self._value(*tokens[0])
        return self._call(tokens)

    def _call(self, tokens: Sequence[tuple[str, str]]) -> str:
        helper = _HELPERS.get(tokens[0][1])
        if helper is None:
            raise _OtherError
        if tokens[0][1] == "now" and len(tokens) == 1:
            return "now"
        values: list[str] = []
        options: list[str] = []
        rest = [*tokens[1:]]
        while rest:
            kind, token = rest.pop(0)
            name = ""
            if kind == "key" and rest and token in helper.options:
                name = f"{token}="
                kind, token = rest.pop(0)
            if token == "(":
                end = [each[1] for each in rest].index(")") if ("sign", ")") in rest else -1
                value = self._call(rest[:end]) if end > 0 else ""
                rest = rest[end + 1 :]
            else:
                value = self._value(kind, token)
            if not value:
                raise _OtherError
            (options if name else values).append(f"{name}{value}")
        if len(values) != helper.count:
            raise _OtherError
        return helper.written.format(", ".join((*values, *options)))

    def _tokens(self, content: str) -> list[tuple[str, str]]:
        tokens, at = [], 0
        while at < len(content):
            found = _TOKEN.match(content, at)
            if found is None:
                raise _OtherError
            at = found.end()
            if found.lastgroup is not None:
                tokens.append((found.lastgroup, found[found.lastgroup]))
        if not tokens:
            raise _OtherError
        return tokens

    def _value(self, kind: str, token: str, several: bool = False) -> str:
        if kind in ("text", "number"):
            return token
        if kind != "path" or not re.fullmatch(_PATH, token):
            raise _OtherError
        if token in _CONSTANTS or token in _LOOP:
            return _CONSTANTS.get(token) or _LOOP[token]
        if token.startswith("@"):
            raise _OtherError
        first, *steps = (step.strip("[]") for step in re.findall(rf"@?{_STEP}", token))
        if first == "request":
            return _of_request(steps, several)
        if "each" in self.blocks and first not in self.names:
            return _path("this", [first, *steps])
        if "-" in first:
            raise _OtherError  # `a-b`: a difference, to Jinja2
        return _path(first, steps)


def _of_request(steps: Sequence[str], several: bool) -> str:
    """A part of the request: all values of a name where they are asked for by number, or looped."""
    steps = steps[1:] if steps[:1] == ["requestLine"] else steps
    if len(steps) > 1 and steps[0] == "path":
        part = "pathSegments" if steps[1].isdigit() else "pathParameters"
        return _path("request", [part, *steps[1:]])
    numbered = len(steps) > 2 and steps[2].isdigit()
    if steps and steps[0] in _NAMED and (numbered or (several and len(steps) == 2)):
        return _path("request", [_NAMED[steps[0]], *steps[1:]])
    return _path("request", steps)


def _path(first: str, steps: Sequence[str]) -> str:
    written = [first]
    for number, step in enumerate(steps):
        if step.isdigit() and (number != 1 or first != "request"):
            written.append(f"[{step}]")
        elif step.isidentifier() and step.isascii():
            written.append(f".{step}")
        elif "'" in step or "\\" in step:
            raise _OtherError
        else:
            written.append(f"['{step}']" if not step.isdigit() else f"[{step}]")
    return "".join(written)
