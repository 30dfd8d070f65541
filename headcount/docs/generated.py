"""The pages that other programs make: dbt's documentation and colibri's lineage of columns, one file each."""

import base64
import contextlib
import io
import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

from headcount.errors import CheckFailed, UsageError
from headcount.project import PROJECT


def dbt_pages(shape: Path, work: Path, folder: Path, warehouse: Path) -> dict:
    """Write dbt's pages of the warehouse of this shape into `folder` and return dbt's manifest. Raises CheckFailed,
    or UsageError when the warehouse lacks a model."""
    command = [sys.executable, "-m", "headcount.dbt_run", str(shape), str(work / "target"), "docs", "generate", "--static"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DBT_", "HEADCOUNT_"))}
    done = subprocess.run(command, cwd=PROJECT, env=kept, capture_output=True, text=True)
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip().splitlines() or ["no message"]
        raise CheckFailed(f"dbt docs generate failed: {' '.join(said)[:300]}")
    manifest = json.loads((work / "target" / "manifest.json").read_text("utf-8"))
    catalog = json.loads((work / "target" / "catalog.json").read_text("utf-8"))
    built = [key for key in manifest["nodes"] if key.startswith(("model.", "seed."))]
    if missing := sorted(set(built) - set(catalog["nodes"])):
        raise UsageError(
            f"warehouse {warehouse}: was built without {missing[0].split('.')[-1]}"
            f"{f' and {len(missing) - 1} more models' if len(missing) > 1 else ''}; run the night again, then this"
        )
    folder.mkdir(parents=True)
    (work / "target" / "static_index.html").rename(folder / "index.html")
    return manifest


def lineage_page(work: Path, folder: Path) -> None:
    """Write the lineage of columns into `folder`. Raises CheckFailed when colibri cannot follow a column.

    Its command line asks a registry for newer versions; its classes, which do the work, do not.
    """
    from sqlglot.optimizer.scope import Scope

    # The name by which colibri 0.3.7 knows what sqlglot 30 calls set_operation_scopes. Without it no column that comes
    # through a union has a lineage: 407 of 1,048.
    if not hasattr(Scope, "union_scopes"):
        Scope.union_scopes = property(lambda scope: scope.set_operation_scopes)
    from dbt_colibri.lineage_extractor.extractor import DbtColumnLineageExtractor
    from dbt_colibri.report.generator import DbtColibriReportGenerator

    target, made = work / "target", work / "lineage"
    _name_the_database(target / "manifest.json")
    # What it cannot follow it only logs, and leaves out.
    complaints = _Complaints(logging.ERROR)
    logging.getLogger("colibri").addHandler(complaints)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            extractor = DbtColumnLineageExtractor(str(target / "manifest.json"), str(target / "catalog.json"))
            DbtColibriReportGenerator(extractor, light_mode=True, disable_telemetry=True).generate_report(str(made))
    finally:
        logging.getLogger("colibri").removeHandler(complaints)
    if complaints.heard:
        raise CheckFailed(f"colibri could not follow {len(complaints.heard)} columns, the first: {complaints.heard[0][:300]}")
    folder.mkdir(parents=True)
    (folder / "index.html").write_text(_plain((made / "index.html").read_text("utf-8")), "utf-8")


def _name_the_database(manifest: Path) -> None:
    """Write the whole names of tables into the compiled SQL of a manifest. `ref` and `source` leave the database out, and
    colibri knows a table by its whole name only."""
    content = json.loads(manifest.read_text("utf-8"))
    relations = [node["relation_name"] for kind in ("nodes", "sources") for node in content[kind].values()]
    whole = {name.partition(".")[2]: name for name in relations if name}
    for node in content["nodes"].values():
        if code := node.get("compiled_code"):
            node["compiled_code"] = re.sub(r'(?<![."])"\w+"\."\w+"(?![."])', lambda found: whole.get(found[0], found[0]), code)
    manifest.write_text(json.dumps(content), "utf-8")


def _plain(page: str) -> str:
    """The page with its data in plain sight: what looks for addresses and paths reads no base64."""
    match = re.search(r'JSON\.parse\(atob\("([A-Za-z0-9+/=]+)"\)\)', page)
    if not match:
        raise CheckFailed("colibri's page holds its data in another way than it used to; see headcount/docs/generated.py")
    data = base64.b64decode(match[1]).decode("ascii").replace("</", "<\\/").replace("<!--", "<\\u0021--")
    return page[: match.start()] + data + page[match.end() :]


class _Complaints(logging.Handler):
    """Keeps the messages that it hears."""

    def __init__(self, level: int):
        super().__init__(level)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())
