"""The SQL of tests and analyses, as dbt compiles it against an empty database in memory: no warehouse is opened, and none is
written to. Whoever needs it runs it on a warehouse that is open read-only."""

import json
import os
from pathlib import Path

from headcount.errors import CheckFailed
from headcount.project import PROFILES, PROJECT
from headcount.warehouse import first_line


def compiled(folder: Path, kind: str, select: str, variables: dict[str, str] | None = None) -> list[dict]:
    """What dbt's manifest says of each that is selected, with its SQL, by name; `folder` takes what dbt writes."""
    from dbt.cli.main import dbtRunner

    # No landing zone is looked at, and no night is gone on from: then a test is about every row.
    os.environ.update(HEADCOUNT_LANDING="", HEADCOUNT_SEALED_UNTIL="", DO_NOT_TRACK="1")
    result = dbtRunner().invoke(
        [
            *("compile", "--quiet", "--log-level", "none", "--log-level-file", "none", "--select", select),
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROFILES), "--target", "lint"),
            *("--target-path", str(folder), "--log-path", str(folder), "--vars", json.dumps(variables or {})),
        ]
    )
    if not result.success:
        raise CheckFailed(f"dbt could not compile what was asked for: {first_line(result.exception or result.result)}")
    nodes = json.loads((folder / "manifest.json").read_text("utf-8"))["nodes"].values()
    return sorted((node for node in nodes if node["resource_type"] == kind), key=lambda node: node["name"])
