"""Bars as an SVG, without a library."""

from collections.abc import Iterable
from html import escape

WIDTH, LABEL, ROW, TOP = 760, 330, 26, 48


def bars(title: str, values: Iterable[tuple[str, float]], mark: float | None = None) -> str:
    """A bar for each value, with its label and figure, and a line at `mark`."""
    rows = list(values)
    most = max([value for _, value in rows] + [mark or 0.0])
    scale = (WIDTH - LABEL - 70) / (most or 1.0)
    height = TOP + ROW * len(rows) + 14
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
        f' width="{WIDTH}" height="{height}" font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        '<text x="12" y="24" font-size="15" font-weight="bold" fill="#222222">'
        f"{escape(title)}</text>",
    ]
    for number, (label, value) in enumerate(rows):
        y = TOP + number * ROW
        width = value * scale
        lines += [
            f'<text x="12" y="{y + 15}" fill="#222222">{escape(label)}</text>',
            f'<rect x="{LABEL}" y="{y + 2}" width="{width:.1f}" height="18" fill="#3b6ea5"/>',
            f'<text x="{LABEL + width + 6:.1f}" y="{y + 15}" fill="#222222">{value:.2f}</text>',
        ]
    if mark is not None:
        x = LABEL + mark * scale
        lines.append(
            f'<line x1="{x:.1f}" y1="{TOP - 6}" x2="{x:.1f}" y2="{height - 10}"'
            ' stroke="#b03030" stroke-width="1.5" stroke-dasharray="4 3"/>'
        )
    return "\n".join([*lines, "</svg>"]) + "\n"
