"""Nights whose models are built without dbt: the SQL that it made of them once, going on from a run and anew, is run again.

Everything else of a night is the command's own. dbt takes most of the time of a night on a small landing zone.
"""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from headcount.dbt_plugin import Plugin
from headcount.nightly import made_with
from tests.support.dbt import dbt
from tests.support.warehouse import DATABASE, Compiled, build, seed_select

_TEMPORARY = re.compile(r'"(\w+__dbt_tmp\w+)"')


@dataclass
class Replay:
    """The project as dbt compiles it, and of each table that is kept from run to run the rows of a night that goes on and
    what puts them into it."""

    compiled: Compiled
    going_on: dict[str, tuple[str, str]]
    threads: int = 1

    def __call__(self, state, settings: dict[str, str], stock, made: str, progress) -> None:
        """In the place of headcount.nightly.models.build_models."""
        os.environ.update(settings)
        Plugin.stock, Plugin.made_with = stock, made
        progress.step("models: replayed")
        with duckdb.connect(str(state.building), config={"threads": self.threads}) as connection:
            connection.execute("set preserve_insertion_order = false")
            Plugin(DATABASE, {}).configure_connection(connection)
            # A transaction for each of a hundred models takes longer than the models.
            connection.begin()
            found = connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
            for node in self.compiled.nodes:
                connection.execute(f"create schema if not exists {node['schema']}")
                self._build(connection, node, {name for (name,) in found}, not settings["HEADCOUNT_SEALED_UNTIL"])
            connection.commit()
        Plugin.stock = Plugin.made_with = None

    def _build(self, connection, node: dict, existing: set[str], whole: bool) -> None:
        relation = f"{node['schema']}.{node['alias']}"
        how = node["config"]["materialized"]
        if how == "incremental" and relation in existing and (not whole or node["config"].get("full_refresh") is False):
            select, put_in = self.going_on[node["alias"]]
            temporary = _TEMPORARY.search(put_in).group(1)
            connection.execute(f'create temporary table "{temporary}" as {select}')
            connection.execute(put_in)
            connection.execute(f'drop table "{temporary}"')
            return
        # The seeds are those of the project that the fingerprints are taken of.
        select = seed_select(node, made_with.PROJECT / "seeds") if how == "seed" else node["compiled_code"]
        connection.execute(f"create or replace {'view' if how == 'view' else 'table'} {relation} as {select}")


def record(folder: Path, compiled: Compiled) -> Replay:
    """Have dbt go on once, from a warehouse without a row, and keep what it ran. About 10 s of one core."""
    landing = folder / "nothing"
    landing.mkdir(parents=True)
    warehouse = folder / f"{DATABASE}.duckdb"
    build(compiled, landing, "2026-01-01T00:00:00+00:00", file=warehouse).close()
    target = dbt(
        warehouse, folder / "target", "run", "--select", "config.materialized:incremental",
        HEADCOUNT_LANDING=str(landing), HEADCOUNT_SEALED_UNTIL="2026-01-01T00:00:00Z", HEADCOUNT_AS_OF="2026-01-02T00:00:00Z",
    )  # fmt: skip
    nodes = json.loads((target / "manifest.json").read_text())["nodes"].values()
    return Replay(compiled, {
        node["alias"]: (node["compiled_code"], (target / "run" / "headcount" / node["original_file_path"]).read_text())
        for node in nodes
        if node["resource_type"] == "model" and node["config"]["materialized"] == "incremental"
    })  # fmt: skip
