"""The dashboard's own project: the boards of `charts/` over one warehouse file, in a folder that goes away.

The boards name the marts with ref(). What a ref means is read from the warehouse itself, so that a dashboard needs no
dbt run, and a copy of a warehouse opens anywhere under any name.
"""

import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from headcount.project import PROJECT
from headcount.sql import quoted
from headcount.warehouse import DATABASE, attached, open_warehouse

BOARDS = ("overview", "account", "people", "rules")


@contextmanager
def dashboard_project(warehouse: Path):
    """A folder with the boards, their connection and the relations they may name. Raises UsageError for a file that
    is no warehouse of headcount's."""
    warehouse = warehouse.resolve()
    with open_warehouse(warehouse) as connection:
        manifest = {"metadata": {}, "nodes": relations(connection), "sources": {}}
    with tempfile.TemporaryDirectory(prefix="headcount-dashboard-") as name:
        folder = Path(name)
        shutil.copytree(PROJECT / "charts", folder / "charts")
        # dbt Charts names the database after the file that it opens: it opens an empty one, with the warehouse attached
        # under the name that the relations have.
        empty = folder / "pages.duckdb"
        attached(empty, read_only=False).close()
        attach = [{"path": str(warehouse), "alias": DATABASE, "read_only": True}]
        (folder / "dbt_charts.yml").write_text(
            json.dumps({"sources": {"warehouse": {"type": "duckdb", "path": str(empty), "attach": attach}}})
        )
        # No anonymous usage statistics: nothing on these pages leaves the machine.
        (folder / "dbt_project.yml").write_text(
            "name: headcount\nprofile: headcount\nflags: {send_anonymous_usage_stats: false}\n"
        )
        (folder / "target").mkdir()
        (folder / "target" / "manifest.json").write_text(json.dumps(manifest))
        with _environment(DBT_TARGET_PATH="target"):
            yield folder


@contextmanager
def _environment(**variables):
    """Variables of the environment for a while: dbt Charts prefers them to what stands in the project."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def relations(connection) -> dict:
    """Marts and seeds of a warehouse, as the nodes of a dbt manifest that ref() is looked up in."""
    rows = connection.execute(
        """
        select table_catalog, table_schema, table_name
        from information_schema.tables
        where table_schema in ('marts', 'seeds')
        order by table_schema, table_name
        """
    ).fetchall()
    return {
        f"{'seed' if schema == 'seeds' else 'model'}.headcount.{name}": {
            "resource_type": "seed" if schema == "seeds" else "model",
            "package_name": "headcount",
            "name": name,
            "alias": name,
            "database": catalog,
            "schema": schema,
            "relation_name": ".".join(map(quoted, (catalog, schema, name))),
        }
        for catalog, schema, name in rows
    }
