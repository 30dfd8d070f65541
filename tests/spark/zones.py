"""Random landing zones on DuckDB and on Spark, by dbt's own compiled SQL, which each engine has for itself."""

from __future__ import annotations

import argparse
import random
import shutil
from datetime import datetime
from pathlib import Path

from tests.checks.report import Outcome
from tests.fuzz import spelled
from tests.oracle.random_landing import FORMATS, write_random_landing
from tests.oracle.small_landing import SEEDS
from tests.spark.engines import rows_together
from tests.spark.on_spark import OnSpark
from tests.support.finance import seeds_with_it
from tests.support.warehouse import build, compile_project


def held_together(folder: Path, chosen: argparse.Namespace) -> Outcome:
    """Every zone at every instant worth running it at."""
    compiled, outcome = compile_project(folder), Outcome()
    with OnSpark(folder) as spark:
        for seed in range(chosen.start, chosen.start + chosen.zones):
            file_format = chosen.format or FORMATS[seed % len(FORMATS)]
            zone = folder / f"zone-{seed}"
            instants = write_random_landing(zone, random.Random(seed), file_format, chosen.size, chosen.finance)
            seeds = seeds_with_it(folder / f"seeds-{seed}", random.Random(seed)) if chosen.finance else SEEDS
            for as_of in _worth_it(instants):
                with build(compiled, zone, spelled(as_of), seeds=seeds) as here, spark.build(zone, as_of, seeds) as there:
                    outcome += rows_together(f"zone {seed} ({file_format}) as of {spelled(as_of)}", here, there)
            shutil.rmtree(zone)
    return outcome


def _worth_it(instants: list[datetime]) -> list[datetime]:
    """The one in the scene and the last: each costs a minute on Spark."""
    return sorted({instants[0], instants[-1]})
