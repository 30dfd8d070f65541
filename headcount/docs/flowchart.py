"""A mermaid flowchart as a picture: boxes in rows from top to bottom, an arrow for each `-->`.

Enough of mermaid for the charts in our pages: `a[(label)] --> b{{label}}`, one arrow a line.
"""

import html
import re

_NODE = r"(\w+)\s*(\[\(.*?\)\]|\[\[.*?\]\]|\{\{.*?\}\}|\[.*?\])?"
_LINE = re.compile(rf"{_NODE}\s*-->\s*{_NODE}")
_BOX, _HEIGHT, _ACROSS, _DOWN, _LANE = 204, 58, 226, 90, 48


def picture(source: str) -> str | None:
    """The chart as SVG; nothing where the text says more than this can draw."""
    first, *lines = [line.strip() for line in source.splitlines() if line.strip()]
    found = [_LINE.fullmatch(line) for line in lines]
    if not re.fullmatch(r"flowchart (LR|TD|TB)", first) or not lines or not all(found):
        return None
    labels: dict[str, tuple[str, list[str]]] = {}
    arrows = []
    for match in found:
        for name, shape in ((match[1], match[2]), (match[3], match[4])):
            if shape or name not in labels:
                labels[name] = _read(name, shape)
        arrows.append((match[1], match[3]))
    return _draw(labels, arrows, _rows(list(labels), arrows))


def _read(name: str, shape: str | None) -> tuple[str, list[str]]:
    """The kind of a box and the lines of its label."""
    if shape is None:
        return "step", [name]
    kind = {"[(": "store", "[[": "result", "{{": "check"}.get(shape[:2], "step")
    text = shape[1:-1] if kind == "step" else shape[2:-2]
    return kind, [part.strip() for part in re.split(r"<br/?>", text)]


def _rows(names: list[str], arrows: list[tuple[str, str]]) -> dict[str, int]:
    """The row of each box: under all it comes from; one that comes from nothing just above what it leads to."""
    rows = dict.fromkeys(names, 0)
    for _ in names:
        for start, end in arrows:
            rows[end] = max(rows[end], rows[start] + 1)
    entered = {end for _, end in arrows}
    for name in names:
        ends = [rows[end] for start, end in arrows if start == name]
        if name not in entered and ends:
            rows[name] = min(ends) - 1
    return rows


def _draw(labels, arrows, rows) -> str:
    # An arrow over several rows takes a place in each of them, so that it goes between the boxes.
    paths, places = [], {name: rows[name] for name in labels}
    for start, end in arrows:
        through = [f"{start}>{end}@{row}" for row in range(rows[start] + 1, rows[end])]
        places |= {place: rows[start] + 1 + number for number, place in enumerate(through)}
        paths.append([start, *through, end])
    columns = _columns(places, [pair for path in paths for pair in zip(path, path[1:])], set(labels))
    size = max(columns.values()) + _ACROSS / 2, (max(rows.values()) + 1) * _DOWN - (_DOWN - _HEIGHT) + 4

    def point(name: str, edge: int) -> tuple[float, float]:
        return columns[name], places[name] * _DOWN + 2 + _HEIGHT / 2 + edge * _HEIGHT / 2

    drawn = [_arrow([point(place, edge) for place in path for edge in (-1, 1)][1:-1]) for path in paths]
    drawn += [_box(*point(name, 0), *labels[name]) for name in labels]
    told = "; ".join(f"{labels[start][1][0]} to {labels[end][1][0]}" for start, end in arrows)
    return (
        f'<svg class="chart" role="img" aria-label="{html.escape(told)}" viewBox="0 0 {size[0]:g} {size[1]}" '
        f'width="{size[0]:g}"><defs><marker id="tip" viewBox="0 0 8 8" refX="7" '
        'refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="tip" d="M0 0 8 4 0 8z"/></marker></defs>'
        + "".join(drawn)
        + "</svg>"
    )


def _columns(places: dict[str, int], steps: list[tuple[str, str]], boxes: set[str]) -> dict[str, float]:
    """The middle of each place, so that it stands near the places that it is joined to."""
    by_row: dict[int, list[str]] = {}
    for name, row in places.items():
        by_row.setdefault(row, []).append(name)
    widths = {name: _ACROSS if name in boxes else _LANE for name in places}
    whole = max(sum(widths[name] for name in row) for row in by_row.values())

    def spread(row: list[str]) -> dict[str, float]:
        left, found = (whole - sum(widths[name] for name in row)) / 2, {}
        for name in row:
            found[name] = left + widths[name] / 2
            left += widths[name]
        return found

    at = {name: middle for row in by_row.values() for name, middle in spread(row).items()}
    for turn in range(12):
        for number in sorted(by_row, reverse=bool(turn % 2)):
            row = by_row[number]
            middle = {}
            for name in row:
                near = [at[start] for start, end in steps if end == name] + [at[end] for start, end in steps if start == name]
                middle[name] = sum(near) / len(near) if near else at[name]
            row.sort(key=lambda name: middle[name])
            at |= spread(row)
    return at


def _arrow(points: list[tuple[float, float]]) -> str:
    (x, y), *rest = points
    drawn = f"M{x:g} {y:g}"
    for to_x, to_y in rest:
        half = (y + to_y) / 2
        drawn += f"C{x:g} {half:g} {to_x:g} {half:g} {to_x:g} {to_y:g}" if x != to_x else f"V{to_y:g}"
        x, y = to_x, to_y
    return f'<path class="arrow" d="{drawn}" marker-end="url(#tip)"/>'


def _box(x: float, y: float, kind: str, lines: list[str]) -> str:
    radius = {"store": 20, "check": 4, "result": 4}.get(kind, 8)
    texts = "".join(
        f'<text class="{"title" if number == 0 else "said"}" x="{x:g}" y="{y + 4.5 + (number - (len(lines) - 1) / 2) * 15:g}">'
        f"{html.escape(line)}</text>"
        for number, line in enumerate(lines)
    )
    return (
        f'<rect class="{kind}" x="{x - _BOX / 2:g}" y="{y - _HEIGHT / 2:g}" width="{_BOX}" height="{_HEIGHT}" rx="{radius}"/>'
        + texts
    )
