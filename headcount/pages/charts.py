"""Charts as inline SVG, written here: bars and steps need no library, and a library takes a quarter of a second for each.

Periods are told apart by their names in order, never by a date axis: where periods start on different days of a month a
date axis makes needles of them. Bars have a greatest width, so that one alone is no slab. The figure around a chart has its
words for whoever does not see it; the drawing is decoration then.
"""

from itertools import pairwise

from markupsafe import Markup, escape

from headcount.pages import spelled

_WIDTH, _HEIGHT = 720, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 8, 26, 30
_LINES, _NOW, _BEFORE, _LIMIT = "#e3e6ea", "#1f5fa8", "#8a94a3", "#b3261e"
_WIDEST_BAR, _TICKS = 46, 5
# A label of twelve points: so wide is a letter, and so far apart labels stand.
_LETTER, _GAP = 6.5, 10
_SERIES = {"this period": (_NOW, ""), "period before": (_BEFORE, ' stroke-dasharray="5 3"'),
           "forecast": (_NOW, ' stroke-dasharray="2 3"'), "limit": (_LIMIT, ' stroke-dasharray="5 3"')}  # fmt: skip


def by_period(rows: list[dict]) -> Markup:
    """Bars of `users` by `label`, in order; those `so_far` are pale, and a stroke shows the `limit` of each."""
    if not rows:
        return Markup("")
    up = _Up(max(max(row["users"], row["limit"] or 0) for row in rows))
    band = (_WIDTH - _LEFT - _RIGHT) / len(rows)
    bar = min(_WIDEST_BAR, 0.72 * band)
    every = _every([row["label"] for row in rows], band)
    drawn = up.axis()
    for number, row in enumerate(rows):
        middle = _LEFT + (number + 0.5) * band
        top, pale = up.at(row["users"]), ' fill-opacity=".42"' if row["so_far"] else ""
        drawn.append(
            f'<path d="M{_short(middle - bar / 2)} {_short(top)}h{_short(bar)}V{up.foot}h-{_short(bar)}z" fill="{_NOW}"{pale}/>'
        )
        if row["limit"] is not None:
            wide = min(band * 0.9, _WIDEST_BAR + 8)
            drawn.append(
                f'<path d="M{_short(middle - wide / 2)} {_short(up.at(row["limit"]))}h{_short(wide)}" '
                f'stroke="{_LIMIT}" stroke-width="2"/>'
            )
        if number % every == 0:
            drawn.append(_text(middle, up.foot + 18, row["label"], "middle"))
    return _svg(drawn)


def to_date(rows: list[dict]) -> Markup:
    """Steps of `users` by the `day` of the period for each `series`: this period, the one before, the limit of each day."""
    if not rows:
        return Markup("")
    up = _Up(max(row["users"] for row in rows))
    days = max(2, max(row["day"] for row in rows))
    across = (_WIDTH - _LEFT - _RIGHT) / (days - 1)
    drawn, right = up.axis(), _LEFT
    for name, (color, dashes) in _SERIES.items():
        points = sorted((row["day"], row["users"]) for row in rows if row["series"] == name)
        if not points:
            continue
        line = f"M{_short(_LEFT + (points[0][0] - 1) * across)} {_short(up.at(points[0][1]))}" + "".join(
            f"H{_short(_LEFT + (day - 1) * across)}" + (f"V{_short(up.at(users))}" if users != before else "")
            for (_, before), (day, users) in pairwise(points)
        )
        drawn.append(f'<path d="{line}" fill="none" stroke="{color}" stroke-width="2"{dashes}/>')
        # The key above the chart, in the order of the lines.
        drawn.append(f'<path d="M{_short(right)} 10h22" stroke="{color}" stroke-width="2"{dashes}/>')
        drawn.append(_text(right + 28, 14, name, "start"))
        right += 28 + len(name) * _LETTER + 24
    step = max(1, -(-days // 16))
    for day in range(1, days + 1, step):
        drawn.append(_text(_LEFT + (day - 1) * across, up.foot + 18, str(day), "middle"))
    return _svg(drawn)


class _Up:
    """The axis upwards: from nothing to a round number that nothing exceeds."""

    foot = _HEIGHT - _BOTTOM

    def __init__(self, most: int):
        rough = max(1, -(-most // _TICKS))
        decade = 10 ** (len(str(rough)) - 1)
        self._step = next(step for step in (decade, 2 * decade, 5 * decade, 10 * decade) if step >= rough)
        self._most = max(1, -(-most // self._step)) * self._step

    def at(self, value: int) -> float:
        return self.foot - (self.foot - _TOP) * value / self._most

    def axis(self) -> list[str]:
        drawn = []
        for value in range(0, self._most + 1, self._step):
            drawn.append(f'<path d="M{_LEFT} {_short(self.at(value))}H{_WIDTH - _RIGHT}" stroke="{_LINES}"/>')
            drawn.append(_text(_LEFT - 6, self.at(value) + 4, spelled.number(value), "end"))
        return drawn


def _every(labels: list[str], band: float) -> int:
    """Of how many labels one is written, so that none stands over the next."""
    widest = max(len(label) for label in labels) * _LETTER + _GAP
    return max(1, int(-(-widest // band)))


def _text(x: float, y: float, said: str, anchor: str) -> str:
    return f'<text x="{_short(x)}" y="{_short(y)}" text-anchor="{anchor}">{escape(said)}</text>'


def _short(number: float) -> str:
    """A tenth of a unit is finer than anybody sees."""
    return f"{number:.1f}".removesuffix(".0")


def _svg(drawn: list[str]) -> Markup:
    return Markup(
        f'<svg aria-hidden="true" focusable="false" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}">'
        + "".join(drawn)
        + "</svg>"
    )
