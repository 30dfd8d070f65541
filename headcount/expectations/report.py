"""The report of the landing checks: one HTML file that needs nothing else, and the same as JSON beside it.

No clock, no random id: the same input gives the same bytes.
"""

import json
import os
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

import jinja2

from headcount.expectations.verdicts import LandingReport

TEMPLATE = Path(__file__).with_name("report.html")


def write_report(path: Path, report: LandingReport) -> None:
    """Write the HTML at `path` and the JSON at the same name ending in .json; each is whole or not there."""
    path = path.with_suffix(".html") if path.suffix != ".html" else path
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, as_html(report))
    _write(path.with_suffix(".json"), as_json(report))


def as_json(report: LandingReport) -> str:
    content = {
        "as_of": report.as_of,
        "counts": report.counts,
        "suites": [
            {"suite": name, "expectations": [_without_table(asdict(one)) for one in verdicts]}
            for name, verdicts in _suites(report)
        ],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _without_table(verdict: dict) -> dict:
    return {name: value for name, value in verdict.items() if name != "table"}


def as_html(report: LandingReport) -> str:
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    template = environment.from_string(TEMPLATE.read_text("utf-8"))
    return template.render(report=report, suites=_suites(report))


def _suites(report: LandingReport) -> list[tuple[str, list]]:
    return [(name, list(verdicts)) for name, verdicts in groupby(report.verdicts, key=lambda one: one.table)]


def _write(path: Path, text: str) -> None:
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_text(text, encoding="utf-8", newline="\n")
    os.replace(unfinished, path)
