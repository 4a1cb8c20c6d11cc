"""Parse text to JSON values: JSON, YAML or a Markdown page that holds either, within limits."""

from pathlib import PurePath

import orjson

from emulator.errors import DocumentError
from emulator.http.messages import Json
from emulator.openapi.document.markdown import Block, openapi_blocks
from emulator.openapi.document.yaml12 import MAX_DEPTH, MAX_NODES, parse_yaml
from emulator.schema.instances import deeper_than

_MARKDOWN = {".md", ".mdx", ".markdown"}


def parse_text(data: bytes, file: str) -> Json:
    """The value in a file: JSON, else YAML, else the OpenAPI block of a Markdown page.

    `file` is for messages, its ending only a hint. Raises DocumentError, with line and column.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(
            file, f"is not UTF-8: byte {error.start} is {data[error.start]:#04x}", hint=_utf8(data)
        ) from None
    suffix = PurePath(file).suffix.lower()
    if suffix in _MARKDOWN:
        return _from_markdown(openapi_blocks(text), file)
    try:
        return _from_json_or_yaml(text, file, suffix == ".json")
    except DocumentError:
        if blocks := openapi_blocks(text):
            return _from_markdown(blocks, file)
        raise


def _from_json_or_yaml(text: str, file: str, is_json: bool) -> Json:
    # Each value but the first follows one of these; what strings hold is too little to matter.
    if sum(map(text.count, ",[{")) > MAX_NODES:
        raise DocumentError(file, f"has more than {MAX_NODES:,} values")
    try:
        value = orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeError) as error:
        problem = f"not valid JSON: {error}"
    else:
        if deeper_than(MAX_DEPTH, value):
            raise DocumentError(file, f"is nested more than {MAX_DEPTH} levels deep")
        return value
    try:
        return parse_yaml(text, file)
    except DocumentError:
        if is_json:
            raise DocumentError(file, problem) from None
        raise


def _from_markdown(blocks: tuple[Block, ...], file: str) -> Json:
    if not blocks:
        raise DocumentError(
            file, "holds no fenced `yaml` or `json` block with an `openapi` or `swagger` field"
        )
    if len(blocks) > 1:
        lines = ", ".join(str(block.line) for block in blocks)
        raise DocumentError(
            file, f"holds several OpenAPI blocks (lines {lines})", hint="save each as a file"
        )
    # Empty lines in front keep the line numbers of messages those of the page.
    return _from_json_or_yaml("\n" * blocks[0].line + blocks[0].text, file, False)


def _utf8(data: bytes) -> str:
    utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    return f"iconv -f {'UTF-16' if utf16 else 'ISO-8859-1'} -t UTF-8"
