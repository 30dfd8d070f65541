"""Builds landing zones on one Spark session by compiled SQL, and gives their tables back as DuckDB's."""

from __future__ import annotations

import json
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


class OnSpark:
    """A session with the project compiled for it; use it as a context manager."""

    def __init__(self, folder: Path):
        self.place = Place(folder / "spark")
        self._target = folder / "spark-target"

    def __enter__(self) -> OnSpark:
        self.place.start_empty()
        self.session = session.start(self.place, "in-memory")
        words = ["compile", "--quiet", "--target", "spark", "--project-dir", str(PROJECT), "--profiles-dir", str(PROFILES)]
        words += ["--target-path", str(self._target), "--log-path", str(self._target), "--no-partial-parse"]
        result = dbtRunner().invoke(words)
        assert result.success, result.exception
        self.compiled = Compiled(json.loads((self._target / "manifest.json").read_text("utf-8")))
        return self

    def __exit__(self, *_) -> None:
        session.stop()

    def build(self, landing: Path, as_of: datetime, seeds: Path | None = None) -> duckdb.DuckDBPyConnection:
        """A database in memory with every seed and model as Spark has built it, each a table."""
        connection = duckdb.connect()
        connection.execute(f"attach ':memory:' as {DATABASE}; use {DATABASE}; set TimeZone = 'UTC'")
        register(connection, inspect(landing))
        register_run(connection, as_of)
        ledger.load(connection, None)
        self.place.start_landed()
        write_landed(connection, self.place)
        for node in self.compiled.nodes:
            self.session.sql(f"drop table if exists {node['schema']}.{node['alias']}")
        for node in self.compiled.nodes:
            self._make(connection, node, seeds)
        bring_back(connection, self.place, [node for node in self.compiled.nodes if node["schema"] == "marts"])
        return connection

    def _make(self, connection, node: dict, seeds: Path | None) -> None:
        relation = f"{node['schema']}.{node['alias']}"
        if node is self.compiled.nodes[0]:
            register_in_spark(self.session, self.place)
        self.session.sql(f"create schema if not exists {node['schema']}")
        if node["resource_type"] == "seed":
            files = self.place.folder / "seeds" / node["alias"]
            files.mkdir(parents=True, exist_ok=True)
            connection.execute(f"copy ({seed_select(node, seeds)}) to '{files}/rows.parquet' (format parquet)")
            self.session.sql(f"create table {relation} as select * from parquet.`{files}`")
        else:
            self.session.sql(f"create table {relation} as {node['compiled_code']}")
