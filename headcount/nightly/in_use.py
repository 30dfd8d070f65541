"""The warehouse in use, looked at before a night: is it ours, and can it be replaced?"""

from pathlib import Path

import duckdb

from headcount.errors import UsageError
from headcount.warehouse import attached, first_line

_FOUND = """
    select
        count(*),
        count(*) filter (where schema_name = 'marts' and name = 'runs'),
        count(*) filter (where schema_name = 'landing' and name = 'run')
    from (
        select schema_name, table_name as name from duckdb_tables() where database_name = current_database()
        union all
        select schema_name, view_name from duckdb_views() where database_name = current_database() and not internal
    )
"""


def forbid_replacing(warehouse: Path) -> None:
    """Raises UsageError unless the file is missing, empty, or a warehouse of headcount's that nobody is writing to.

    A night puts another file in its place, so this holds for a full refresh too.
    """
    if not warehouse.exists() or (warehouse.is_file() and warehouse.stat().st_size == 0):
        return
    if not warehouse.is_file():
        raise UsageError(f"warehouse {warehouse} is no file; name a file")
    with attached(warehouse) as connection:
        try:
            relations, runs, run = connection.execute(_FOUND).fetchone()
        except duckdb.Error as error:
            raise UsageError(f"warehouse {warehouse}: cannot be read ({first_line(error)}); move it away") from error
    if relations and not runs and not run:
        raise UsageError(
            f"warehouse {warehouse}: holds {relations} tables and views that headcount did not make; name another file"
        )
