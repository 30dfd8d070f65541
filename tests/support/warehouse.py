"""Builds the marts of many small landing zones quickly: dbt compiles once, DuckDB then runs the compiled models.

What runs is dbt's own compiled SQL in dbt's own order; only dbt's start-up and bookkeeping are left out. The command
line itself is tested in test_nightly.py.
"""

import json
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

import duckdb

from headcount.dbt_plugin import register_run
from headcount.exports import ledger
from headcount.landing import inspect, register
from headcount.project import PROJECT
from tests.support.dbt import dbt

# The database name that dbt compiled into the SQL: the stem of the warehouse file.
DATABASE = "headcount"


class Compiled:
    """The compiled project: seeds and models in the order in which they can be built, and the SQL of the analyses."""

    def __init__(self, manifest: dict):
        nodes = {
            key: node
            for key, node in manifest["nodes"].items()
            if node["resource_type"] in ("model", "seed") and node["package_name"] == "headcount"
        }
        self.nodes, built = [], set()
        while len(self.nodes) < len(nodes):
            ready = [
                key
                for key in sorted(nodes)
                if key not in built and all(d in built or d not in nodes for d in nodes[key]["depends_on"].get("nodes", []))
            ]
            self.nodes += [nodes[key] for key in ready]
            built.update(ready)
        self.analyses = {
            node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "analysis"
        }

    def leading_to(self, models: Collection[str]) -> list[dict]:
        """The models of these names and whatever they are made of, in order."""
        wanted = {node["unique_id"] for node in self.nodes if node["name"] in models}
        for node in reversed(self.nodes):
            if node["unique_id"] in wanted:
                wanted.update(node["depends_on"].get("nodes", []))
        return [node for node in self.nodes if node["unique_id"] in wanted]


def compile_project(folder: Path) -> Compiled:
    """Compile the project against an empty landing zone; `folder` takes the target folder and the warehouse."""
    target = dbt(folder / f"{DATABASE}.duckdb", folder / "target", "compile")
    return Compiled(json.loads((target / "manifest.json").read_text()))


def build(
    compiled: Compiled,
    landing: Path,
    as_of: str,
    ruleset: str | None = None,
    seeds: Path | None = None,
    threads=1,
    file: Path | str = ":memory:",
    only: Collection[str] = (),
) -> duckdb.DuckDBPyConnection:
    """A warehouse, in memory or in a new `file`, with every seed and model built for the landing zone at the instant.

    `seeds` may be a folder with other seed files of the same names; `only` names models to build, with what they are made of.
    More threads than one cost a seventh more here, where tables have a handful of rows.
    """
    connection = duckdb.connect(config={"threads": threads})
    connection.execute(f"attach '{file}' as {DATABASE}; use {DATABASE}; set TimeZone = 'UTC'")
    connection.execute("set preserve_insertion_order = false")
    register(connection, inspect(landing))
    register_run(connection, datetime.fromisoformat(as_of), ruleset)
    ledger.load(connection, None)
    for node in compiled.leading_to(only) if only else compiled.nodes:
        relation = f"{node['schema']}.{node['alias']}"
        connection.execute(f"create schema if not exists {node['schema']}")
        if node["resource_type"] == "seed":
            sql, kind = seed_select(node, seeds), "table"
        else:
            sql, kind = node["compiled_code"], "view" if node["config"]["materialized"] == "view" else "table"
        connection.execute(f"create {kind} {relation} as {sql}")
    return connection


def seed_select(node: dict, seeds: Path | None) -> str:
    """The rows of a seed, of its own file or of the one of its name in another folder."""
    path = PROJECT / node["original_file_path"]
    if seeds is not None:
        path = seeds / Path(node["original_file_path"]).relative_to("seeds")
    types = ", ".join(f"'{name}': '{kind}'" for name, kind in node["config"]["column_types"].items())
    typed = f", types = {{{types}}}" if types else ""
    return f"select * from read_csv('{path}', header = true, delim = ',', nullstr = ''{typed})"


def rows(connection: duckdb.DuckDBPyConnection, mart: str, columns: list[str]) -> list[dict]:
    """The rows of a mart as dictionaries of the columns named."""
    found = connection.execute(f"select {', '.join(columns)} from marts.{mart}").fetchall()
    return [dict(zip(columns, row, strict=True)) for row in found]
