"""Builds the same landing zone on DuckDB and on Spark, and holds every row of every mart and every byte that leaves together.

    python -m tests.spark                          the sample, by the command, on executors of their own
    python -m tests.spark --landing DIR            another landing zone
    python -m tests.spark --tables                 the sample, of a night on Spark only what Spark does
    python -m tests.spark --zones 20 --start 500   random zones, in turn of one format and of files of any
    python -m tests.spark --rejected               a zone with each reason for which a row is rejected
    python -m tests.spark --zones 5 --finance      with all switched on that happens around a bill
    python -m tests.spark --kill                   an executor is killed within a build, then the driver

HEADCOUNT_SPARK_MASTER names another master than `local-cluster[2,1,1024]`: two executors, each a process; without nights it is
`local[2]`. Its last line is `N passed, N failed`; exit code 1 when anything differed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pyspark

from tests.checks.report import Outcome
from tests.oracle.random_landing import FORMATS
from tests.spark import engines, killed, nights, tables, zones


def held_together(folder: Path, chosen: argparse.Namespace) -> Outcome:
    """What was asked for."""
    if chosen.zones or chosen.rejected:
        return zones.held_together(folder, chosen)
    if chosen.tables:
        return tables.held_together(folder, chosen.as_of)
    if chosen.kill:
        return killed.killed(folder)
    return nights.held_together(folder, chosen.landing, chosen.as_of)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.spark", description="Spark against DuckDB.")
    parser.add_argument("--landing", type=Path, metavar="DIR", help="a landing zone; without it the sample")
    parser.add_argument("--as-of", default=os.environ.get("HEADCOUNT_AS_OF", "2026-11-01T00:00:00Z"), metavar="INSTANT")
    parser.add_argument("--tables", action="store_true", help="the sample without the checks and tests of a night")
    parser.add_argument("--rejected", action="store_true", help="a zone with every rejection instead, or too")
    parser.add_argument("--zones", type=int, default=0, metavar="N", help="random zones instead, as many as this")
    parser.add_argument("--start", type=int, default=0, metavar="N", help="the seed of the first zone")
    parser.add_argument("--size", type=int, default=4, metavar="N", help="accounts in a random zone")
    parser.add_argument("--format", choices=FORMATS, help="of the files of random zones; without it each has its own")
    parser.add_argument("--finance", action="store_true", help="random zones with adjustments, holds and thresholds")
    parser.add_argument("--kill", action="store_true", help="kill an executor, and the driver, within a build")
    chosen = parser.parse_args(arguments)
    alone = chosen.zones or chosen.rejected or chosen.tables
    os.environ.setdefault("HEADCOUNT_SPARK_MASTER", engines.ALONE if alone else engines.EXECUTORS)
    try:
        with tempfile.TemporaryDirectory() as made:
            outcome = held_together(Path(made), chosen)
    finally:
        # Executors of a local cluster leave theirs in the installed package.
        shutil.rmtree(Path(pyspark.__file__).with_name("work"), ignore_errors=True)
    print(outcome)
    return 0 if outcome.passed and not outcome.failed else 1


if __name__ == "__main__":
    sys.exit(main())
