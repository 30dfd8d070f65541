"""A warehouse without rows: the same tables, views, columns and types.

dbt opens the file it documents to write, and makes the landing views anew. So it gets a copy, and one in which no row,
and nobody's name, can be read.
"""

from pathlib import Path

import duckdb

from headcount.errors import UsageError
from headcount.sql import quoted
from headcount.warehouse import attached

_COLUMNS = """
    select columns.schema_name, columns.table_name, views.view_name is not null, columns.column_name, columns.data_type
    from duckdb_columns() as columns
    left join duckdb_views() as views
        on columns.database_name = views.database_name
            and columns.schema_name = views.schema_name
            and columns.table_name = views.view_name
    where columns.database_name = current_database() and not columns.internal
    order by columns.schema_name, columns.table_name, columns.column_index
"""


def copy_shape(warehouse: Path, copy: Path) -> None:
    """Make the file `copy`. Raises UsageError when there is no warehouse, or none of ours, to read."""
    if not warehouse.is_file():
        raise UsageError(f"warehouse {warehouse} does not exist; `make build` makes one, HEADCOUNT_WAREHOUSE names another")
    with attached(warehouse) as connection:
        columns = connection.execute(_COLUMNS).fetchall()
    if "marts" not in {schema for schema, *_ in columns}:
        raise UsageError(f"warehouse {warehouse}: has no marts; `make build` or `headcount nightly` makes them")
    relations: dict[tuple, list] = {}
    for schema, name, is_view, column, kind in columns:
        relations.setdefault((schema, name, is_view), []).append((column, kind))
    copy.parent.mkdir(parents=True)
    with duckdb.connect(str(copy)) as connection:
        for (schema, name, is_view), listed in relations.items():
            selected = ", ".join(f"cast(null as {kind}) as {quoted(column)}" for column, kind in listed)
            connection.execute(f"create schema if not exists {quoted(schema)}")
            connection.execute(
                f"create {'view' if is_view else 'table'} {quoted(schema)}.{quoted(name)} as select {selected} where false"
            )
