import pytest

from emulator.openapi.document.parsing import Block, openapi_blocks

FOUND = {
    "plain": ("```yaml\nopenapi: 3.0.0\n```\n", Block("openapi: 3.0.0", 1)),
    "more words": ("````yaml /a.json POST /x\nopenapi: 3.0.0\n````", Block("openapi: 3.0.0", 1)),
    "tildes": ("x\n~~~json\n{\n'swagger': '2.0'}\n~~~", Block("{\n'swagger': '2.0'}", 2)),
    "no syntax": ('```\n{ "openapi": 1}\n```', Block('{ "openapi": 1}', 1)),
    "indented": (
        "- a\n\n   ```yaml\n   openapi: 3\n     b: c\n   ```",
        Block("openapi: 3\n  b: c", 3),
    ),
    "inner fence": ("````yaml\nopenapi: 3\n```\n````", Block("openapi: 3\n```", 1)),
    "windows lines": ("```yaml\r\nopenapi: 3\r\n```\r\n", Block("openapi: 3\r", 1)),
}


@pytest.mark.parametrize(("page", "block"), FOUND.values(), ids=FOUND)
def test_block_is_found(page: str, block: Block) -> None:
    assert openapi_blocks(page) == (block,)


@pytest.mark.parametrize(
    "page",
    [
        "openapi: 3.0.0",
        "```python\nopenapi: 3\n```",
        "```yaml\nfoo: openapi\n```",
        "```yaml\nopenapi: 3",
    ],
    ids=["not fenced", "other language", "other content", "not closed"],
)
def test_nothing_else_is_found(page: str) -> None:
    assert openapi_blocks(page) == ()
