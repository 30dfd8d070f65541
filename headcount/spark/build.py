"""A night's models on Spark, between what DuckDB reads and what DuckDB keeps."""

import json
import logging
import os
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb

from headcount import run
from headcount.dbt_plugin import register_run
from headcount.errors import CheckFailed, HeadcountError
from headcount.exports import ledger
from headcount.landing import register
from headcount.landing.opened import first_spoiled
from headcount.nightly import parsed
from headcount.nightly.models import NO_ROOM, build_models, no_room
from headcount.nightly.progress import Progress
from headcount.project import PROFILES, PROJECT
from headcount.spark import session
from headcount.spark.back import bring_back
from headcount.spark.failures import failure
from headcount.spark.landed import write_earlier, write_landed
from headcount.spark.place import Place
from headcount.spark.relations import register as register_in_spark
from headcount.sql import text
from headcount.warehouse import attached, first_line

# The data tests are about what is used, and that is the tables that have come back. One is about Spark itself.
_TABLES = ("build", "--select", "resource_type:seed", "resource_type:model", "assert_engines_agree_on_what_is_dispatched")
_TABLES += ("--exclude", "path:models/exports", "path:models/marts/explained", "test_type:unit", "--indirect-selection", "empty")
_VIEWS_AND_TESTS = ("build", "--select", "config.materialized:view", "test_type:data", "--exclude", "test_type:unit")
_VIEWS_AND_TESTS += ("--indirect-selection", "empty")


def build_models_on_spark(state, environment: dict[str, str], stock, made_with: str, progress: Progress, in_use) -> None:
    """Build into `state.building` as `build_models` does, all of it anew. `in_use` is the warehouse whose runs are carried
    on, or None. Raises CheckFailed where a model or test failed."""
    os.environ.update(environment, DO_NOT_TRACK="1")
    with _emptied(Place.of_night(state.folder)) as place:
        build_tables(state, place, stock, made_with, progress, in_use)
    build_models(state, environment, stock, made_with, progress, _VIEWS_AND_TESTS)


@contextmanager
def _emptied(place: Place):
    """Nothing of it is left but where a check has failed: exit code 2 promises that nothing was written."""
    place.start_empty()
    try:
        yield place
    except HeadcountError as error:
        if error.exit_code == HeadcountError.exit_code:
            place.take_away()
        raise
    place.take_away()


def build_tables(state, place: Place, stock, made_with: str, progress: Progress, in_use) -> None:
    """From what has landed to the tables in `state.building`."""
    progress.step("models: writing the landed rows for Spark")
    with _said_in_a_line(state, stock, "the landed rows could not be written for Spark"):
        with attached(state.building, read_only=False) as connection:
            read_landed(connection, stock, run.as_of(), made_with)
            write_landed(connection, place)
        if in_use:
            with attached(in_use) as connection:
                write_earlier(connection, place)
    nodes = _build(state, place, progress)
    progress.step("models: bringing the tables back")
    with (
        _said_in_a_line(state, stock, "what Spark has built could not be brought back"),
        attached(state.building, read_only=False) as connection,
    ):
        bring_back(connection, place, nodes)


@contextmanager
def _said_in_a_line(state, stock, what: str):
    """DuckDB's errors as one line: a landed file may have turned out to be broken, or the disk be full."""
    try:
        yield
    except duckdb.Error as error:
        if NO_ROOM.search(str(error)):
            raise no_room(state, str(error)) from error
        raise first_spoiled(stock.opened.shapes) or CheckFailed(f"{what}: {first_line(error)}") from error


def read_landed(connection, stock, as_of: datetime, made_with: str | None) -> None:
    """Make what dbt's plugin makes on DuckDB: the landed tables, the run and what has left."""
    connection.execute(f"set TimeZone = 'UTC'; set memory_limit = {text(run.memory())}; set preserve_insertion_order = false")
    register(connection, stock)
    register_run(connection, as_of, os.environ.get("HEADCOUNT_RULESET"), None, made_with)
    ledger.load(connection, run.billing(), as_of)


def _build(state, place: Place, progress: Progress) -> list[dict]:
    """Run dbt on Spark. Returns the tables that it has built, as the manifest has them."""
    from dbt.cli.main import dbtRunner

    target = state.folder / "dbt_spark"
    parsed.lend(target, "spark")
    logging.raiseExceptions = False
    try:
        register_in_spark(session.start(place, "in-memory"), place)
        result = dbtRunner(callbacks=[progress.heard]).invoke(
            [
                *(_TABLES[0], "--quiet", "--log-level", "none", "--log-level-file", "info", *_TABLES[1:]),
                *("--target", "spark", "--project-dir", str(PROJECT), "--profiles-dir", str(PROFILES)),
                *("--target-path", str(target), "--log-path", str(state.folder / "logs")),
            ]
        )
    finally:
        session.stop()
    parsed.keep(target, "spark")
    if not result.success:
        raise failure(state, place, target, result)
    return built(target)


def built(target: Path) -> list[dict]:
    """Seeds and models that are tables on DuckDB too, as the manifest of a target folder has them."""
    nodes = json.loads((target / "manifest.json").read_text("utf-8"))["nodes"].values()
    return [node for node in nodes if node["resource_type"] in ("seed", "model") and node["config"]["materialized"] != "view"]
