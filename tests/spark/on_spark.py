"""Builds landing zones on one Spark session by compiled SQL, and gives their tables back as DuckDB's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import duckdb
from dbt.cli.main import dbtRunner

from headcount.dbt_plugin import register_run
from headcount.exports import ledger
from headcount.landing import inspect, register
from headcount.project import PROFILES, PROJECT
from headcount.spark import session
from headcount.spark.back import bring_back
from headcount.spark.landed import write_landed
from headcount.spark.place import Place
from headcount.spark.relations import register as register_in_spark
from tests.support.warehouse import DATABASE, Compiled, seed_select

# What a night leaves to DuckDB, with all views.
_ON_DUCKDB = ("models/exports/", "models/marts/explained/")
# As many models at once as dbt builds.
_THREADS = 2


class OnSpark:
    """A session with the project compiled for it, and what DuckDB compiled; use it as a context manager."""

    def __init__(self, folder: Path, on_duckdb: Compiled):
        self.place = Place(folder / "spark")
        self.reasons: set[str] = set()
        self._target = folder / "spark-target"
        self._on_duckdb = on_duckdb

    def __enter__(self) -> OnSpark:
        self.place.start_empty()
        self.session = session.start(self.place, "in-memory")
        words = ["compile", "--quiet", "--target", "spark", "--project-dir", str(PROJECT), "--profiles-dir", str(PROFILES)]
        words += ["--target-path", str(self._target), "--log-path", str(self._target), "--no-partial-parse"]
        result = dbtRunner().invoke(words)
        assert result.success, result.exception
        compiled = Compiled(json.loads((self._target / "manifest.json").read_text("utf-8")))
        self._nodes = [node for node in compiled.nodes if not node["original_file_path"].startswith(_ON_DUCKDB)]
        return self

    def __exit__(self, *_) -> None:
        session.stop()

    def build(self, landing: Path, as_of: datetime, seeds: Path | None = None) -> duckdb.DuckDBPyConnection:
        """A database in memory with every seed and model, each a table of Spark's but for those left to DuckDB."""
        connection = duckdb.connect(config={"threads": 1})
        connection.execute(f"attach ':memory:' as {DATABASE}; use {DATABASE}; set TimeZone = 'UTC'")
        register(connection, inspect(landing))
        register_run(connection, as_of)
        ledger.load(connection, None)
        self.place.start_landed()
        write_landed(connection, self.place)
        self._start_over()
        for together in _in_steps(self._nodes):
            for node in together:
                if node["resource_type"] == "seed":
                    self._take_seed(connection, node, seeds)
            with ThreadPoolExecutor(_THREADS) as threads:
                list(threads.map(self._make, together))
        built = [node for node in self._nodes if node["resource_type"] == "model" and not is_left(node)]
        bring_back(connection, self.place, built)
        build_what_is_left(connection, self._on_duckdb)
        self.reasons.update(row[0] for row in connection.execute("select reason from marts.rejected_records").fetchall())
        return connection

    def _start_over(self) -> None:
        """Nothing of the zone before is left."""
        for schema in sorted({node["schema"] for node in self._nodes}):
            self.session.sql(f"drop schema if exists {schema} cascade")
            self.session.sql(f"create schema {schema}")
        self.session.catalog.clearCache()
        register_in_spark(self.session, self.place)

    def _take_seed(self, connection, node: dict, seeds: Path | None) -> None:
        """The rows of a seed, as a table on DuckDB and a file for Spark: what dbt makes of them there, whole nights show."""
        relation, files = f"{node['schema']}.{node['alias']}", self._files_of(node)
        files.mkdir(parents=True, exist_ok=True)
        connection.execute(f"create schema if not exists {node['schema']}")
        connection.execute(f"create table {relation} as {seed_select(node, seeds)}")
        connection.execute(f"copy {relation} to '{files}/rows.parquet' (format parquet)")

    def _files_of(self, seed: dict) -> Path:
        return self.place.folder / "seeds" / seed["alias"]

    def _make(self, node: dict) -> None:
        relation = f"{node['schema']}.{node['alias']}"
        if node["resource_type"] == "seed":
            self.session.sql(f"create view {relation} as select * from parquet.`{self._files_of(node)}`")
        else:
            self.session.sql(f"create table {relation} using parquet as {node['compiled_code']}")


def build_what_is_left(connection, on_duckdb: Compiled) -> None:
    """Make what a night leaves to DuckDB, over the tables that have come back."""
    for node in filter(is_left, on_duckdb.nodes):
        kind = "view" if node["config"]["materialized"] == "view" else "table"
        connection.execute(f"create schema if not exists {node['schema']}")
        connection.execute(f"create or replace {kind} {node['schema']}.{node['alias']} as {node['compiled_code']}")


def is_left(node: dict) -> bool:
    """Whether a night leaves the model to DuckDB."""
    return node["config"]["materialized"] == "view" or node["original_file_path"].startswith(_ON_DUCKDB)


def _in_steps(nodes: list[dict]) -> Iterator[list[dict]]:
    """The nodes in groups, of which each needs only those before it."""
    waiting, built = list(nodes), set()
    names = {node["unique_id"] for node in nodes}
    while waiting:
        ready = [node for node in waiting if names & set(node["depends_on"].get("nodes", [])) <= built]
        yield ready
        built.update(node["unique_id"] for node in ready)
        waiting = [node for node in waiting if node["unique_id"] not in built]
