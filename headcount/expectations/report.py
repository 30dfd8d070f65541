"""The report of the landing checks: one HTML file that needs nothing else, and the same as JSON beside it.

No clock, no random id: the same input gives the same bytes.
"""

import json
import os
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

import jinja2

TEMPLATE = Path(__file__).with_name("report.html")


def write_report(path: Path, report) -> None:
    """Write the HTML at `path` and the JSON at the same name ending in .json; each is whole or not there."""
    suites = [(name, list(verdicts)) for name, verdicts in groupby(report.verdicts, key=lambda one: one.table)]
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    page = environment.from_string(TEMPLATE.read_text("utf-8")).render(report=report, suites=suites)
    listed = [{"suite": name, "expectations": [_without_table(one) for one in verdicts]} for name, verdicts in suites]
    said = {"as_of": report.as_of, "counts": report.counts, "suites": listed}
    path.parent.mkdir(parents=True, exist_ok=True)
    for target, text in ((path, page), (path.with_suffix(".json"), json.dumps(said, indent=2, ensure_ascii=False) + "\n")):
        unfinished = target.with_name(f".{target.name}.unfinished")
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        os.replace(unfinished, target)


def _without_table(verdict) -> dict:
    return {name: value for name, value in asdict(verdict).items() if name != "table"}
