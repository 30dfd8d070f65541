"""The sample on both engines, of a night on Spark only what Spark does: dbt builds the tables, DuckDB brings them back and
adds its views. What DuckDB makes of the sample is taken from `make test`, where it is of the project as it stands."""

from __future__ import annotations

import json
import os
import shutil
from datetime import datetime
from pathlib import Path

from headcount.landing import inspect, take_stock
from headcount.nightly.job import environment
from headcount.nightly.progress import Progress
from headcount.nightly.state import State
from headcount.project import PROJECT
from headcount.sample import write_sample
from headcount.spark.build import build_tables
from headcount.spark.needs import forbid_missing
from headcount.spark.place import Place
from headcount.warehouse import FILE_NAME, attached
from tests.checks.commands import AS_OF, WORK
from tests.checks.report import Outcome
from tests.spark.engines import bytes_together, leave, rows_together
from tests.spark.on_spark import build_what_is_left
from tests.support.warehouse import Compiled, build, compile_project

_READ = ("dbt_project.yml", "models/**/*", "macros/**/*", "seeds/**/*", "headcount/**/*.py")


def held_together(folder: Path, spelled: str) -> Outcome:
    """The rows of every mart and the bytes of an export."""
    forbid_missing()
    as_of = datetime.fromisoformat(spelled)
    landing, compiled, warehouse = _made_by_tests(folder) if spelled == AS_OF and _is_made() else _made_here(folder, spelled)
    exports = {engine: folder / "exports" / engine for engine in ("duckdb", "spark")}
    os.environ.update(environment(landing, None, as_of, None, None), HEADCOUNT_SLICES="1", DO_NOT_TRACK="1")
    with State(folder / "on_spark.duckdb") as state:
        state.start(full_refresh=True)
        place = Place.of_night(state.folder)
        place.start_empty()
        build_tables(state, place, take_stock(inspect(landing), {}), None, Progress(), None)
        with attached(state.building, read_only=False) as on_spark, attached(warehouse, read_only=False) as on_duckdb:
            build_what_is_left(on_spark, compiled)
            outcome = rows_together("sample", on_duckdb, on_spark)
            leave(on_duckdb, exports["duckdb"], as_of)
            leave(on_spark, exports["spark"], as_of)
    return outcome + bytes_together("sample, exports", *exports.values())


def _is_made() -> bool:
    """Whether `make test` has built its sample since the project was changed."""
    made = WORK / FILE_NAME
    read = [path for pattern in _READ for path in PROJECT.glob(pattern) if path.is_file()]
    manifest = WORK / "build" / "manifest.json"
    return made.exists() and manifest.exists() and max(path.stat().st_mtime for path in read) < made.stat().st_mtime


def _made_by_tests(folder: Path) -> tuple[Path, Compiled, Path]:
    print(f"DuckDB's side: {WORK / FILE_NAME}", flush=True)
    warehouse = Path(shutil.copy(WORK / FILE_NAME, folder))
    return WORK / "landing", Compiled(json.loads((WORK / "build" / "manifest.json").read_text("utf-8"))), warehouse


def _made_here(folder: Path, spelled: str) -> tuple[Path, Compiled, Path]:
    """The same by dbt's compiled SQL."""
    landing, warehouse = folder / "landing", folder / "made" / FILE_NAME
    for made in (warehouse.parent, folder / "compiled"):
        made.mkdir()
    write_sample(landing)
    compiled = compile_project(folder / "compiled")
    build(compiled, landing, spelled, threads=2, file=warehouse).close()
    return landing, compiled, warehouse
