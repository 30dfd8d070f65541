"""The SQL of tests and analyses, as dbt compiles it against an empty database in memory: no warehouse is opened, and none is
written to. Whoever needs it runs it on a warehouse that is open read-only."""

import json
import os
from pathlib import Path

from headcount.errors import CheckFailed
from headcount.warehouse import first_line


def compiled(folder: Path, kind: str, select: str, variables: dict[str, str] | None = None) -> list[dict]:
    """What dbt's manifest says of each that is selected, with its SQL, by name; `folder` takes what dbt writes."""
    from headcount.dbt_run import run_dbt

    # No landing zone is looked at, and no night is gone on from: then a test is about every row.
    os.environ.update(HEADCOUNT_LANDING="", HEADCOUNT_SEALED_UNTIL="")
    logs = ("--log-level", "none", "--log-level-file", "none")
    given = ("--vars", json.dumps(variables)) if variables else ()
    result = run_dbt(":memory:", folder, "compile", *logs, "--select", select, *given)
    if not result.success:
        raise CheckFailed(f"dbt could not compile what was asked for: {first_line(result.exception or result.result)}")
    nodes = json.loads((folder / "manifest.json").read_text("utf-8"))["nodes"].values()
    return sorted((node for node in nodes if node["resource_type"] == kind), key=lambda node: node["name"])
