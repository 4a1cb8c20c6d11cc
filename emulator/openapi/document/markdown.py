"""Find OpenAPI documents in Markdown pages, as documentation sites serve them."""

import re
from dataclasses import dataclass

_FENCE = re.compile(
    r"(?P<indent>[ \t]*)(?P<ticks>`{3,}|~{3,})[ \t]*(?P<syntax>[\w+.-]*)(?P<rest>.*)"
)
_OPENAPI = re.compile(r"""^[ \t]*(?:\{[ \t]*)?["']?(?:openapi|swagger)["']?[ \t]*:""", re.MULTILINE)
_SYNTAXES = {"", "yaml", "yml", "json", "jsonc", "openapi"}


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its text without the fence's indentation, and the fence's line, from 1."""

    text: str
    line: int


def openapi_blocks(page: str) -> tuple[Block, ...]:
    """The fenced blocks of a Markdown page that hold an OpenAPI or Swagger document.

    Fences as in CommonMark 0.31, 4.5: the info string may hold more than the language, a fence
    may be longer than three characters, and blocks may be indented (in lists, at any depth).
    """
    return tuple(block for block in _blocks(page) if _OPENAPI.search(block.text))


def _blocks(page: str) -> list[Block]:
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
            if opening["syntax"].lower() in _SYNTAXES:
                blocks.append(Block("\n".join(lines), start))
            opening = None
        else:
            lines.append(_dedent(line, len(opening["indent"])))
    return blocks


def _closes(fence: re.Match[str], opening: re.Match[str]) -> bool:
    bare = not fence["syntax"] and not fence["rest"].strip()
    return bare and fence["ticks"].startswith(opening["ticks"])


def _dedent(line: str, width: int) -> str:
    prefix = line[:width]
    return line[len(prefix) - len(prefix.lstrip(" \t")) :]
