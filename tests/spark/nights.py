"""Whole nights by the command, on DuckDB and on Spark."""

from __future__ import annotations

import subprocess
from pathlib import Path

from headcount.warehouse import attached
from tests.checks.report import Outcome
from tests.spark.engines import bytes_together, rows_together, said
from tests.support.command import Place, from_scratch, settings_of_spark


def held_together(folder: Path, landing: Path | None, as_of: str) -> Outcome:
    """A night on each engine over the same landing zone."""
    if landing is None:
        landing = folder / "landing"
        from_scratch("sample", "--landing", landing).check_returncode()
    places = {target: place(folder / target, landing) for target in ("duckdb", "spark")}
    outcome = Outcome()
    for target, one in places.items():
        done = night(one, as_of, target)
        print(done.stderr, flush=True)
        outcome += said(f"night on {target}", [] if done.returncode == 0 else [done.stderr])
    if outcome.failed:
        return outcome
    return outcome + together("night", places["duckdb"], places["spark"])


def place(folder: Path, landing: Path) -> Place:
    """A place for nights over a landing zone that stands elsewhere."""
    folder.mkdir()
    made = Place(folder)
    made.landing = landing.absolute()
    return made


def night(one: Place, as_of: str, target: str, *more: str) -> subprocess.CompletedProcess:
    """One night of the place on an engine."""
    return from_scratch(*one.words("--as-of", as_of, "--target", target, *more), **settings_of_spark())


def together(name: str, one: Place, other: Place) -> Outcome:
    """Rows and bytes of two places."""
    with attached(one.warehouse) as on_duckdb, attached(other.warehouse) as on_spark:
        outcome = rows_together(name, on_duckdb, on_spark)
    return outcome + bytes_together(f"{name}, exports", one.exports, other.exports)
