"""Charts as inline SVG: Vega-Lite drawn by vl-convert.

Periods are told apart by their names in order, never by a date axis: where periods start on different days of a month a
date axis makes needles of them. Bars have a greatest width, so that one alone is no slab.
"""

import re
from functools import lru_cache
from json import dumps, loads

from markupsafe import Markup

_WIDTH, _HEIGHT = 720, 190
_INK, _LINES, _NOW, _BEFORE, _LIMIT = "#3b4252", "#e3e6ea", "#1f5fa8", "#8a94a3", "#b3261e"
_CONFIG = {
    "background": None, "font": "system-ui, sans-serif", "view": {"stroke": None},
    "axis": {"ticks": False, "labelPadding": 5, "labelColor": _INK, "titleColor": _INK, "gridColor": _LINES,
             "domainColor": _LINES,
             "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"},
    "legend": {"labelColor": _INK, "labelFontSize": 12, "title": None, "orient": "top", "symbolType": "stroke"},
}  # fmt: skip
_Y = {"type": "quantitative", "axis": {"orient": "left", "title": None, "tickMinStep": 1, "format": ",d", "tickCount": 5}}


def by_period(rows: list[dict]) -> Markup:
    """Bars of `users` by `label`, in order; those `so_far` are pale, and a stroke shows the `limit` of each."""
    if not rows:
        return Markup("")
    x = {"field": "label", "type": "ordinal", "sort": None, "axis": {"title": None, "labelAngle": 0, "labelOverlap": True}}
    bars = {
        "mark": {"type": "bar", "color": _NOW, "width": {"band": 0.72} if len(rows) > 6 else 46},
        "encoding": {
            "x": x, "y": {"field": "users", **_Y},
            "opacity": {"condition": {"test": "datum.so_far", "value": 0.42}, "value": 1},
        },
    }  # fmt: skip
    limits = {
        "transform": [{"filter": "isValid(datum.limit)"}],
        "mark": {"type": "tick", "color": _LIMIT, "thickness": 2, "bandSize": 30},
        "encoding": {"x": x, "y": {"field": "limit", **_Y}},
    }
    return _svg([bars, limits], rows)


def to_date(rows: list[dict]) -> Markup:
    """Steps of `users` by the `day` of the period for each `series`: this period, the one before, the limit of each day."""
    if not rows:
        return Markup("")
    names = [name for name in ("this period", "period before", "limit") if any(row["series"] == name for row in rows)]
    colors = {"this period": _NOW, "period before": _BEFORE, "limit": _LIMIT}
    lines = {
        "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2},
        "encoding": {
            "x": {"field": "day", "type": "quantitative", "scale": {"nice": False, "zero": False},
                  "axis": {"title": "day of the period", "format": "d", "tickMinStep": 1, "grid": False}},
            "y": {"field": "users", **_Y},
            "color": {"field": "series", "type": "nominal", "legend": {"title": None},
                      "scale": {"domain": names, "range": [colors[n] for n in names]}},
            "strokeDash": {"field": "series", "type": "nominal", "legend": {"title": None},
                           "scale": {"domain": names, "range": [[1, 0] if n == "this period" else [5, 3] for n in names]}},
        },
    }  # fmt: skip
    return _svg([lines], rows)


def _svg(layers: list[dict], rows: list[dict]) -> Markup:
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json", "width": _WIDTH, "height": _HEIGHT, "config": _CONFIG,
        "autosize": {"type": "fit", "contains": "padding"}, "data": {"values": rows}, "layer": layers,
    }  # fmt: skip
    return Markup(_drawn(dumps(spec)))


@lru_cache(maxsize=256)
def _drawn(spec: str) -> str:
    import vl_convert

    svg = vl_convert.vegalite_to_svg(loads(spec))
    # The figure around it has its words for whoever does not see it; the drawing is decoration then, and half the size
    # without a description of each mark and with coordinates to a tenth.
    svg = re.sub(
        r' (?:aria-[a-z]+|role|class|pointer-events|font-family|font-size)="[^"]*"| (?:opacity|stroke-width)="1"| fill="#3b4252"',
        "",
        svg,
    )
    svg = re.sub(r"\d+\.\d{2,}", lambda found: f"{float(found[0]):.1f}", svg)
    svg = re.sub(r'<path d="M0,0h0v0h0Z"[^>]*></path>|<g>\s*</g>', "", svg)
    return svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
