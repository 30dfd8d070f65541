"""Random landing zones, and one with every rejected row, on DuckDB and on Spark, by dbt's own compiled SQL of each engine."""

from __future__ import annotations

import argparse
import random
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from headcount.spark.needs import forbid_missing
from tests.checks.report import Outcome
from tests.fuzz import spelled
from tests.oracle.random_landing import FORMATS, instants_to_run_at, write_random_landing
from tests.oracle.random_story import Story
from tests.oracle.small_landing import SEEDS
from tests.spark.engines import bytes_together, leave, rows_together, said
from tests.spark.on_spark import OnSpark
from tests.support.finance import seeds_with_it
from tests.support.physical import numeric_ids, write_mixed
from tests.support.warehouse import Compiled, build, compile_project

# Every other zone is of files of which no two hold their rows alike.
MIXED = "mixed"


@dataclass
class Zone:
    """A landing zone and what it is built with."""

    name: str
    folder: Path
    as_of: datetime
    seeds: Path = SEEDS


def held_together(folder: Path, chosen: argparse.Namespace) -> Outcome:
    """Every zone, all in one session of Spark."""
    forbid_missing()
    compiled = compile_project(folder)
    with OnSpark(folder, compiled) as spark:
        outcome = _rejecting(compiled, spark, folder) if chosen.rejected else Outcome()
        for seed in range(chosen.start, chosen.start + chosen.zones):
            zone = drawn(folder, seed, chosen)
            outcome += _together(compiled, spark, zone, folder)
            shutil.rmtree(zone.folder)
    return outcome


def drawn(folder: Path, seed: int, chosen: argparse.Namespace) -> Zone:
    """A random zone, at an instant in the scene or one at which all is closed."""
    draw = random.Random(seed)
    file_format = chosen.format or (MIXED if seed % 2 else FORMATS[seed // 2 % len(FORMATS)])
    zone = Zone(f"zone {seed} ({file_format})", folder / f"zone-{seed}", datetime.max)
    if file_format == MIXED:
        story = Story(draw, chosen.size, True, chosen.finance)
        write_mixed(zone.folder, numeric_ids(story.rows, draw), draw)
        instants = instants_to_run_at(story, draw)
    else:
        instants = write_random_landing(zone.folder, draw, file_format, chosen.size, chosen.finance)
    zone.as_of = draw.choice([instants[0], instants[-1]])
    if chosen.finance:
        zone.seeds = seeds_with_it(folder / f"seeds-{seed}", random.Random(seed))
    return zone


def _rejecting(compiled: Compiled, spark: OnSpark, folder: Path) -> Outcome:
    """The zone in which each row is rejected for a reason of its own."""
    from tests.python.test_landing_rows import AS_OF, CASES, zone
    from tests.support.files import write_zone

    landing = write_zone(folder / "rejected", zone(typed=False), "csv")
    as_of = datetime.fromisoformat(AS_OF).replace(tzinfo=None)
    outcome = _together(compiled, spark, Zone("every rejection", landing, as_of), folder)
    expected = {reason for case in CASES for reason in case.reasons} | {"period_already_closed"}
    missing = sorted(expected - spark.reasons)
    return outcome + said(f"every rejection: {len(expected)} reasons on Spark", [f"never given: {reason}" for reason in missing])


def _together(compiled: Compiled, spark: OnSpark, zone: Zone, folder: Path) -> Outcome:
    """The rows of every mart and the bytes of an export, of each engine."""
    as_of = zone.as_of
    name = f"{zone.name} as of {spelled(as_of)}"
    places = [folder / "exports" / engine for engine in ("duckdb", "spark")]
    with (
        build(compiled, zone.folder, spelled(as_of), seeds=zone.seeds) as here,
        spark.build(zone.folder, as_of, zone.seeds) as there,
    ):
        outcome = rows_together(name, here, there)
        for connection, place in zip((here, there), places, strict=True):
            leave(connection, place, as_of)
    outcome += bytes_together(f"{name}, exports", *places)
    shutil.rmtree(folder / "exports")
    return outcome
