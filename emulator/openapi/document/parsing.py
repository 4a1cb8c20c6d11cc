"""Parse text to JSON values: JSON, YAML or a Markdown page that holds either, within limits."""

import json
import re
from codecs import BOM_UTF8
from pathlib import PurePath

import orjson
from msgspec import Struct

from emulator.errors import DocumentError
from emulator.http.exact import loads
from emulator.http.messages import Json
from emulator.openapi.document.yaml12 import MAX_DEPTH, MAX_NODES, parse_yaml
from emulator.schema.instances import deeper_than
from emulator.schema.pointers import pointer_of

_MARKDOWN = {".md", ".mdx", ".markdown"}
_FENCE = re.compile(
    r"(?P<indent>[ \t]*)(?P<ticks>`{3,}|~{3,})[ \t]*(?P<syntax>[\w+.-]*)(?P<rest>.*)"
)
_OPENAPI = re.compile(r"""^[ \t]*(?:\{[ \t]*)?["']?(?:openapi|swagger)["']?[ \t]*:""", re.MULTILINE)
_SYNTAXES = {"", "yaml", "yml", "json", "jsonc", "openapi"}


class Block(Struct, frozen=True):
    """A fenced block: its text without the fence's indentation, and the fence's line, from 1."""

    text: str
    line: int


def parse_text(data: bytes, file: str) -> Json:
    """The value in a file: JSON, else YAML, else the OpenAPI block of a Markdown page.

    `file` is for messages, its ending only a hint. Raises DocumentError, with line and column.
    """
    suffix = PurePath(file).suffix.lower()
    if suffix not in _MARKDOWN:
        try:
            return _from_json(data, file)
        except ValueError:
            pass  # what it is, or why it is nothing, its text says
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"is not UTF-8: byte {error.start} is {data[error.start]:#04x}"
        charset = "UTF-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "ISO-8859-1"
        raise DocumentError(file, message, hint=f"iconv -f {charset} -t UTF-8") from None
    if suffix in _MARKDOWN:
        return _from_markdown(openapi_blocks(text), file)
    try:
        return _from_json_or_yaml(text, file, suffix == ".json")
    except DocumentError:
        if blocks := openapi_blocks(text):
            return _from_markdown(blocks, file)
        raise


def _from_json(data: bytes, file: str) -> Json:
    """The value, without the text, which may have four times its size; or ValueError."""
    if sum(map(data.count, (b",", b"[", b"{"))) > MAX_NODES:
        raise ValueError
    value = loads(data.removeprefix(BOM_UTF8))
    if deeper_than(MAX_DEPTH, value):
        raise ValueError
    _refuse_key_twice(data, value, file)
    return value


def _from_json_or_yaml(text: str, file: str, is_json: bool) -> Json:
    # Each value but the first follows one of these; what strings hold is too little to matter.
    if sum(map(text.count, ",[{")) > MAX_NODES:
        raise DocumentError(file, f"has more than {MAX_NODES:,} values")
    try:
        value = loads(text)
    except (orjson.JSONDecodeError, UnicodeError) as error:
        problem = f"not valid JSON: {error}"
    else:
        if deeper_than(MAX_DEPTH, value):
            raise DocumentError(file, f"is nested more than {MAX_DEPTH} levels deep")
        _refuse_key_twice(text.encode(), value, file)
        return value
    try:
        return parse_yaml(text, file)
    except DocumentError:
        if is_json:
            raise DocumentError(file, problem) from None
        raise


def _refuse_key_twice(data: bytes, value: Json, file: str) -> None:
    """Raise DocumentError where an object of the JSON that `value` was read from has a key twice.

    The reader takes the last and says nothing; then what it has read has fewer quotes than the
    text, as long as that writes them as JSON does. So only what may be wrong is read again.
    """
    try:
        if rb"\u0022" not in data and orjson.dumps(value).count(b'"') == data.count(b'"'):
            return
    except TypeError:  # numbers beyond 64 bits, half a surrogate pair
        pass
    # By identity; those that are left out of the tree are held, so that no other has theirs.
    twice: dict[int, tuple[Json, str]] = {}

    def take(pairs: list[tuple[str, Json]]) -> Json:
        taken = dict(pairs)
        if len(taken) < len(pairs):
            seen = set[str]()
            for key, _ in pairs:
                if key in seen:
                    twice[id(taken)] = taken, key
                seen.add(key)
        return taken

    tree = json.loads(data, object_pairs_hook=take, parse_float=str, parse_int=str)
    waiting: list[tuple[tuple[str, ...], Json]] = [((), tree)] if twice else []
    while waiting:
        place, each = waiting.pop()
        if id(each) in twice:
            key = twice[id(each)][1]
            raise DocumentError(file, f"the key {key!r} stands twice", pointer_of((*place, key)))
        if isinstance(each, dict | list):
            named = each.items() if isinstance(each, dict) else enumerate(each)
            waiting += reversed([((*place, str(name)), item) for name, item in named])


def _from_markdown(blocks: tuple[Block, ...], file: str) -> Json:
    if not blocks:
        message = "holds no fenced `yaml` or `json` block with an `openapi` or `swagger` field"
        raise DocumentError(file, message)
    if len(blocks) > 1:
        lines = ", ".join(str(block.line) for block in blocks)
        message = f"holds several OpenAPI blocks (lines {lines})"
        raise DocumentError(file, message, hint="save each as a file")
    # Empty lines in front keep the line numbers of messages those of the page.
    return _from_json_or_yaml("\n" * blocks[0].line + blocks[0].text, file, False)


def openapi_blocks(page: str) -> tuple[Block, ...]:
    """The fenced blocks of a Markdown page that hold an OpenAPI or Swagger document.

    Fences as in CommonMark 0.31, 4.5: the info string may hold more than the language, a fence
    may be longer than three characters, and blocks may be indented (in lists, at any depth).
    """
    blocks: list[Block] = []
    opening: re.Match[str] | None = None
    start, lines = 0, list[str]()
    for number, line in enumerate(page.split("\n"), 1):
        fence = _FENCE.fullmatch(line)
        if opening is None:
            # An info string with a backtick is inline code, not a fence.
            if fence and not (fence["ticks"][0] == "`" and "`" in fence["rest"]):
                opening, start, lines = fence, number, []
        elif fence and _closes(fence, opening):
            text = "\n".join(lines)
            if opening["syntax"].lower() in _SYNTAXES and _OPENAPI.search(text):
                blocks.append(Block(text, start))
            opening = None
        else:
            width = len(opening["indent"])
            lines.append(line[:width].lstrip(" \t") + line[width:])
    return tuple(blocks)


def _closes(fence: re.Match[str], opening: re.Match[str]) -> bool:
    bare = not fence["syntax"] and not fence["rest"].strip()
    return bare and fence["ticks"].startswith(opening["ticks"])
