"""A table or view of DuckDB takes the place of what has its name, whole or not at all (macros/engine/made_anew.sql)."""

import shutil

import duckdb
import pytest
from dbt.cli.main import dbtRunner

from headcount.project import PROJECT

PROJECT_OF_ONE_MODEL = """
name: headcount
version: 0.1.0
config-version: 2
profile: one
macro-paths: [macros]
flags: {send_anonymous_usage_stats: false}
"""
PROFILE = "one: {target: it, outputs: {it: {type: duckdb, path: '%s'}}}\n"


class House:
    """A project of one model, made as often as one likes."""

    def __init__(self, folder):
        self.folder, self.warehouse = folder, folder / "one.duckdb"
        (folder / "models").mkdir()
        (folder / "macros").mkdir()
        shutil.copy(PROJECT / "macros" / "engine" / "made_anew.sql", folder / "macros")
        (folder / "dbt_project.yml").write_text(PROJECT_OF_ONE_MODEL)
        (folder / "profiles.yml").write_text(PROFILE % self.warehouse)

    def make(self, kind: str, query: str) -> bool:
        (self.folder / "models" / "it.sql").write_text(f"{{{{ config(materialized='{kind}') }}}}\n{query}\n")
        words = ["run", "--quiet", "--log-level", "none", "--project-dir", str(self.folder), "--profiles-dir", str(self.folder)]
        done = dbtRunner().invoke([*words, "--target-path", str(self.folder / "target"), "--log-path", str(self.folder / "logs")])
        return done.success

    def held(self):
        """The kind of what is there, its columns and rows; nothing else may be."""
        with duckdb.connect(str(self.warehouse)) as connection:
            ((name, kind),) = connection.execute("select table_name, table_type from information_schema.tables").fetchall()
            assert name == "it"
            result = connection.execute("select * from it order by all")
            return kind, [column[0] for column in result.description], result.fetchall()


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


def test_a_table_a_view_and_a_table_again(house):
    assert house.make("table", "select unnest([1, 2]) as n")
    assert house.held() == ("BASE TABLE", ["n"], [(1,), (2,)])
    assert house.make("view", "select 3 as m, 'x' as t")
    assert house.held() == ("VIEW", ["m", "t"], [(3, "x")])
    assert house.make("table", "select 4 as n")
    assert house.held() == ("BASE TABLE", ["n"], [(4,)])


def test_what_cannot_be_made_leaves_what_is_there(house):
    """Also where the engine finds out only while it makes the rows."""
    assert house.make("table", "select 1 as n")
    assert not house.make("table", "select error('no ' || n) as n from range(3) as r(n)")
    assert not house.make("view", "select nothing from nowhere")
    assert house.held() == ("BASE TABLE", ["n"], [(1,)])
