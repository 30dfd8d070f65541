"""A plot as SVG: lines of seconds against something that grows, each with its points and their values."""

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _FOOT = 420, 260, 48, 24, 34, 216
_COLORS = ("#1f5fa8", "#b3261e", "#3b7a57")


def panel(title: str, lines: dict[str, dict[float, float]]) -> str:
    """One plot: for each name what was measured, at which x. Both axes begin at nothing."""
    across = (_WIDTH - _LEFT - _RIGHT) / max(x for points in lines.values() for x in points)
    up = (_FOOT - _TOP) / max(y for points in lines.values() for y in points.values())
    drawn = [f'<path d="M{_LEFT} {_TOP}V{_FOOT}H{_WIDTH - _RIGHT}" fill="none" stroke="#8a94a3"/>']
    drawn.append(_text((_LEFT + _WIDTH) / 2, _FOOT + 36, title))
    for x in sorted({x for points in lines.values() for x in points}):
        drawn.append(_text(_LEFT + x * across, _FOOT + 17, f"{x:g}"))
    for number, ((name, points), color) in enumerate(zip(lines.items(), _COLORS)):
        places = [(_LEFT + x * across, _FOOT - y * up, y) for x, y in sorted(points.items())]
        line = " ".join(f"{x:.1f} {y:.1f}" for x, y, _ in places)
        drawn.append(f'<path d="M{line}" fill="none" stroke="{color}" stroke-width="2"/>')
        for x, y, value in places:
            drawn.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>')
            drawn.append(_text(x, y - 8, f"{value:.0f} s", color))
        drawn.append(_text(_LEFT + 90 + 150 * number, 14, name, color))
    return "".join(drawn)


def side_by_side(panels: list[str]) -> str:
    """The whole picture."""
    placed = "".join(f'<g transform="translate({_WIDTH * number} 0)">{panel_}</g>' for number, panel_ in enumerate(panels))
    size = f'viewBox="0 0 {_WIDTH * len(panels)} {_HEIGHT}" width="{_WIDTH * len(panels)}" height="{_HEIGHT}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{placed}</svg>\n'
    )


def _text(x: float, y: float, said: str, color: str = "#3b4252") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" fill="{color}">{said}</text>'
