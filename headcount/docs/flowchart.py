"""A mermaid flowchart without mermaid, which a page would have to fetch: its boxes in rows from top to bottom, and in each
box what it leads to.

Enough of mermaid for the charts in our pages: `a[(label)] --> b{{label}}`, one arrow a line.
"""

import html
import re

from headcount.errors import CheckFailed

_NODE = r"(\w+)\s*(?:[\[{(]+(.*?)[\])}]+)?"
_ARROW = re.compile(rf"\s*{_NODE}\s*-->\s*{_NODE}\s*")


def picture(source: str) -> str:
    """The chart as HTML; a line that says more than an arrow is an error."""
    labels: dict[str, list[str]] = {}
    arrows = []
    for line in source.strip().splitlines()[1:]:
        found = _ARROW.fullmatch(line)
        if not found:
            raise CheckFailed(f"a flowchart has no arrow from a box to a box in {line.strip()!r}")
        for name, label in ((found[1], found[2]), (found[3], found[4])):
            if label or name not in labels:
                labels[name] = re.split(r"<br/?>", label or name)
        arrows.append((found[1], found[3]))
    rows = _rows(list(labels), arrows)
    drawn = [[_box(name, labels, arrows) for name in labels if rows[name] == row] for row in range(max(rows.values()) + 1)]
    return '<div class="chart">' + "".join(f"<div>{''.join(boxes)}</div>" for boxes in drawn) + "</div>"


def _rows(names: list[str], arrows: list[tuple[str, str]]) -> dict[str, int]:
    """The row of each box, under all it comes from; one that comes from nothing stands just above what it leads to."""
    rows = dict.fromkeys(names, 0)
    for _ in names:
        for start, end in arrows:
            rows[end] = max(rows[end], rows[start] + 1)
    for name in set(names) - {end for _, end in arrows}:
        rows[name] = min(rows[end] for start, end in arrows if start == name) - 1
    return rows


def _box(name: str, labels: dict[str, list[str]], arrows: list[tuple[str, str]]) -> str:
    title, *said = (html.escape(line) for line in labels[name])
    to = ", ".join(html.escape(labels[end][0]) for start, end in arrows if start == name)
    return f"<p><b>{title}</b>{''.join(f'<br>{line}' for line in said)}{f'<br><i>→ {to}</i>' if to else ''}</p>"
