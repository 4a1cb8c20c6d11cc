"""Reads a JSONPath as Jayway writes it, and as RFC 9535 does: text → query."""

import re
from collections.abc import Sequence

from emulator.http.exact import decimal
from emulator.http.messages import Json
from emulator.stubs.matching.java_regex import compile_java
from emulator.stubs.matching.json_paths import query
from emulator.stubs.matching.json_paths.functions import CALLS
from emulator.stubs.matching.json_paths.operands import Call, WrittenValue, one, queried
from emulator.stubs.matching.json_paths.operators import COMPARISONS, charge, matching
from emulator.stubs.matching.json_paths.query import Ending, Names, Operand, Query, Search, Segment
from emulator.stubs.matching.json_paths.reader import TextReader

#: A member's name after a dot: in a filter it ends where an operator may begin.
_NAME = re.compile(r"[^\s.\[\](),'\"]+")
_NAME_IN_FILTER = re.compile(r"[^\s.\[\](),'\"<>=!~&|]+")
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", re.DOTALL)
_SLICE = re.compile(r"(-?\d{1,15})?\s*:\s*(-?\d{1,15})?(?:\s*:\s*(-?\d{1,15})?)?")
_INDEX = re.compile(r"-?\d{1,15}")
_NUMBER = re.compile(r"-?\d{1,400}(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
_WORD = re.compile(r"[A-Za-z]+")
_SYMBOL = re.compile(r"===|!==|==|!=|<=|>=|=~|<|>")
_CALL = re.compile(r"([A-Za-z]+)\(")
_REGEX = re.compile(r"/((?:[^/\\]|\\.)*)/([a-zA-Z]*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_CONSTANTS: dict[str, Json] = {"true": True, "false": False, "null": None}


def parse_query(text: str) -> Query:
    """The query as written; raises ValueError with the place where it is none.

    One that does not begin with `$` begins at the root all the same.
    """
    stripped = text.strip()
    if not stripped.startswith(("$", "@")):
        stripped = f"${stripped}" if stripped.startswith(("[", ".")) else f"$.{stripped}"
    reader = _Parser(stripped)
    made = reader.path()
    if reader.at < len(stripped):
        reader.fail("a segment (.name, [0], ['name'], [*], [?(…)], ..) is expected")
    return made


class _Parser(TextReader):
    """Reads a query: its segments, and the filters in them."""

    filters = 0

    def path(self) -> Query:
        """A query from its `$` or `@` to its end."""
        relative = self.text[self.at] == "@"
        self.at += 1
        segments: list[Segment] = []
        while True:
            ending = self.ending() if self.text.startswith(".", self.at) else None
            if ending is not None:
                return Query(_complete(segments), ending, relative)
            segment = self.segment()
            if segment is None:
                return Query(_complete(segments), None, relative)
            segments.append(segment)

    def ending(self) -> Ending | None:
        """The function that a query ends with, if one comes."""
        found = _CALL.match(self.text, self.at + 1)
        if found is None:
            return None
        if found[1] not in query.FUNCTIONS:
            self.fail(f"there is no function {found[1]}(); there is: {', '.join(query.FUNCTIONS)}")
        self.at = found.end()
        return Ending(found[1], tuple(self.listed(self.operand, ")")))

    def segment(self) -> Segment | None:
        """One segment, None where none comes."""
        descends = self.text.startswith("..", self.at)
        dotted = self.text.startswith(".", self.at)
        self.at += descends + dotted
        if self.text.startswith("[", self.at):
            self.at += 1
            return self.bracket(descends)
        if not dotted:
            return None
        if self.text.startswith("*", self.at):
            self.at += 1
            return Segment((query.everything,), False, descends)
        name = self.take(_NAME_IN_FILTER if self.filters else _NAME)
        if name is None:
            self.fail("a name is expected; a name with blanks or signs is written ['a b']")
        return Segment((query.member(name[0]),), not descends, descends)

    def bracket(self, descends: bool) -> Segment:
        """The selectors between brackets."""
        read = self.listed(lambda: self.selector(descends), "]")
        if not read:
            self.fail("there is nothing between the brackets")
        names = [name for _, name, _ in read if name is not None]
        if len(names) == len(read) > 1:
            return Names((query.members(names),), not descends, descends, names)
        definite = not descends and len(read) == 1 and read[0][2]
        return Segment(tuple(select for select, _, _ in read), definite, descends)

    def selector(self, descends: bool) -> tuple[query.Select, str | None, bool]:
        """A selector, the name that it selects, and whether it takes one value at most."""
        self.blanks()
        quoted = self.take(_QUOTED)
        if quoted is not None:
            name = _unescaped(quoted)
            return query.member(name), name, True
        if self.sign("*"):
            return query.everything, None, False
        if self.sign("?"):
            self.filters += 1
            test = self.either()
            self.filters -= 1
            return (query.filtered_below if descends else query.filtered)(test), None, False
        part = self.take(_SLICE)
        if part is not None:
            start, stop, step = (None if each is None else int(each) for each in part.groups())
            return query.items(slice(start, stop, step)), None, False
        index = self.take(_INDEX)
        if index is None:
            self.fail("a name in quotes, a number, *, or a filter ?(…) is expected")
        return query.item(int(index[0])), None, True

    def either(self) -> query.Test:
        """Tests between `||`."""
        tests = [self.both()]
        while self.sign("||"):
            tests.append(self.both())
        return tests[0] if len(tests) == 1 else lambda node, s: any(t(node, s) for t in tests)

    def both(self) -> query.Test:
        """Tests between `&&`."""
        tests = [self.negated()]
        while self.sign("&&"):
            tests.append(self.negated())
        return tests[0] if len(tests) == 1 else lambda node, s: all(t(node, s) for t in tests)

    def negated(self) -> query.Test:
        """A test, a group of tests, or either with `!` before it."""
        if self.sign("!"):
            test = self.negated()
            return lambda node, search: not test(node, search)
        if self.sign("("):
            test = self.either()
            self.need(")")
            return test
        return self.comparison()

    def comparison(self) -> query.Test:
        """Two operands with an operator between them, or one that must be there."""
        left = self.operand()
        self.blanks()
        written = self.take(_SYMBOL) or self.take(_WORD)
        if written is None:
            return self.alone(left)
        name = written[0].lower()
        if name == "=~":
            return self.matched(left)
        if name not in COMPARISONS:
            self.at = written.start()
            self.fail(
                f"there is no operator {written[0]!r}; there is: =~, {', '.join(COMPARISONS)}"
            )
        compare, right = COMPARISONS[name], self.operand()

        def test(node: Json, search: Search) -> bool:
            first, second = one(left(node, search)), one(right(node, search))
            charge(search.effort, first, second)
            return compare(first, second)

        return test

    def alone(self, operand: Operand) -> query.Test:
        """Whether a query finds something; one that may find several values counts as found."""
        if isinstance(operand, WrittenValue):
            truth = operand.value is not False and operand.value is not None
            return lambda *_: truth
        if isinstance(operand, Call):
            return lambda node, search: one(operand(node, search)) is True
        return lambda node, search: bool(operand(node, search))

    def matched(self, left: Operand) -> query.Test:
        """What comes before `=~` and a regular expression."""
        self.blanks()
        written = self.take(_REGEX)
        if written is None:
            self.fail("a regular expression is expected: /…/ or /…/i")
        flags = written[2]
        if set(flags) - set("imsxu"):
            self.fail(f"the flags of a regular expression are i, m, s, x and u, not {flags!r}")
        try:
            expression = written[1].replace("\\/", "/")
            matches = matching(compile_java(expression, flags=flags.replace("u", "")))
        except ValueError as error:
            self.fail(str(error))

        def test(node: Json, search: Search) -> bool:
            value = one(left(node, search))
            charge(search.effort, value)
            return matches(value)

        return test

    def operand(self) -> Operand:
        """A query, a call, or a value."""
        self.blanks()
        if self.text[self.at : self.at + 1] in ("@", "$"):
            return queried(self.path())
        quoted = self.take(_QUOTED)
        if quoted is not None:
            return WrittenValue(_unescaped(quoted))
        number = self.take(_NUMBER)
        if number is not None:
            whole = number[0].lstrip("-").isdigit()
            return WrittenValue(int(number[0]) if whole else decimal(number[0]))
        if self.sign("["):
            return WrittenValue(self.listed(self.constant, "]"))
        if self.sign("{"):
            return WrittenValue(dict(self.listed(self.named, "}")))
        call = self.take(_CALL)
        if call is not None:
            return self.call(call[1])
        word = self.take(_WORD)
        if word is None or word[0] not in _CONSTANTS:
            self.at = word.start() if word else self.at
            self.fail("@, $, a text in quotes, a number, true, false, null, […] or {…} is expected")
        return WrittenValue(_CONSTANTS[word[0]])

    def call(self, name: str) -> Operand:
        """A function of RFC 9535, after its bracket."""
        if name not in CALLS:
            self.fail(f"there is no function {name}() here; there is: {', '.join(CALLS)}")
        arguments = self.listed(self.argument, ")")
        count, function = CALLS[name]
        if len(arguments) != count:
            self.fail(f"{name}() has {count} arguments")
        return Call(function, arguments)

    def argument(self) -> Operand:
        """What a function of RFC 9535 is asked of: all that a query finds."""
        self.blanks()
        if self.text[self.at : self.at + 1] in ("@", "$"):
            return self.path().find
        return self.operand()

    def constant(self) -> Json:
        """A value that stands in a list or an object."""
        operand = self.operand()
        if not isinstance(operand, WrittenValue):
            self.fail("a value is expected")
        return operand.value

    def named(self) -> tuple[str, Json]:
        """A member of an object."""
        name = self.constant()
        if not isinstance(name, str):
            self.fail("the name of a member is a text")
        self.need(":")
        return name, self.constant()


def _complete(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """The segments, of which only the last takes several names as one object."""
    last = len(segments) - 1
    return tuple(
        each.apart() if isinstance(each, Names) and number < last else each
        for number, each in enumerate(segments)
    )


def _unescaped(quoted: re.Match[str]) -> str:
    def sign(escape: re.Match[str]) -> str:
        written = escape[1]
        if len(written) == 5:
            return chr(int(written[1:], 16))
        return _CONTROLS.get(written, written)

    text = quoted[1] if quoted[2] is None else quoted[2]
    return _ESCAPE.sub(sign, text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
