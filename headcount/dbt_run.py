"""dbt on any warehouse, in a process of its own, with what nights have read of the project.

    python -m headcount.dbt_run WAREHOUSE TARGET-FOLDER WORDS...

Whatever profiles.yml takes from the environment is as a night has it (headcount/nightly/models.py): what dbt has read holds
for nothing else. To read all of the project takes it 13 s of one core.
"""

import os
import sys
from pathlib import Path

from headcount import run
from headcount.garbage import seldom_collected
from headcount.nightly import parsed
from headcount.project import PROFILES, PROJECT


def run_dbt(warehouse: str, target: Path, *words: str):
    """dbt's result; `target` takes what it makes, and its log."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    from headcount.dbt_plugin import Plugin

    os.environ.update(HEADCOUNT_MEMORY=run.memory(), DO_NOT_TRACK="1")
    os.environ.pop("HEADCOUNT_WAREHOUSE", None)
    Plugin.warehouse = warehouse
    # With variables dbt reads the project anew, and what it has read holds for them alone.
    shares = "--vars" not in words
    if shares:
        parsed.lend(target)
    places = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROFILES), "--target-path", str(target)]
    try:
        with seldom_collected():
            return dbtRunner().invoke(["--quiet", *words, *places, "--log-path", str(target), "--log-level-file", "info"])
    finally:
        DuckDBConnectionManager.close_all_connections()
        Plugin.warehouse = None
        if shares:
            parsed.keep(target)


def main(warehouse: str, target: str, *words: str) -> int:
    """dbt's own words are all that is said; a failure without any has its exception."""
    result = run_dbt(warehouse, Path(target), *words)
    if result.exception:
        print(result.exception, file=sys.stderr)
    return 0 if result.success else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
