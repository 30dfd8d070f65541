"""What has landed already of the tables that a load is about, read by the code that reads every landing zone."""

from datetime import datetime, timedelta

import duckdb

from headcount.errors import LandingError
from headcount.land.mapping import Asked
from headcount.landing import Zone
from headcount.landing.contract import Table
from headcount.landing.opened import Opened, first_spoiled
from headcount.landing.shapes import Shape
from headcount.landing.views import view
from headcount.sql import text

# How far ahead of its load something may have happened (docs/contract/landing.md).
AHEAD = timedelta(hours=24)


class Landed:
    """The deliveries of a zone, table by table."""

    def __init__(self, zone: Zone, connection: duckdb.DuckDBPyConnection, tables: list[Table]):
        self._zone, self._connection = zone, connection
        names = {table.name for table in tables}
        for file in zone.files:
            if file.table in names and file.format != "parquet":
                raise LandingError(
                    f"table {file.table}: has landed as {file.format} ({file.name}), and a load is Parquet; a table has one "
                    "format, so land it into another zone, or leave it out of the mapping"
                )
        self._shapes = Opened(zone, {}).of(file.name for file in zone.files if file.table in names)

    def is_empty(self, table: Table) -> bool:
        """Whether no row of it has landed."""
        return not self._of(table)

    def latest(self, asked: Asked) -> tuple[datetime | None, datetime | None]:
        """The latest `_loaded_at` and, where rows are asked for from it on, the latest instant: of what had happened when
        it was loaded, so that a clock that was ahead once hides nothing for ever."""
        since = f"max({asked.since}) filter ({asked.since} <= _loaded_at)" if asked.since else "cast(null as timestamp)"
        rows = f"select max(_loaded_at), {since} from ({view(asked.table, self._of(asked.table))}) as landed"
        return self.asked_for(asked.table, lambda: self._connection.execute(rows).fetchone())

    def deliveries(self, table: Table, at: datetime) -> str:
        """SQL for every delivery: the columns of the contract, `is_deleted`, and `is_void` of one that cannot be in force
        as it stands and could be if it came now: a value is unread, or it was loaded long before it happened."""
        own = [column for column in table.columns if column.name not in ("_loaded_at", "_deleted")]
        ahead = [
            f"({column.name} > _loaded_at + {_span(AHEAD)} and {column.name} <= timestamp {text(at)} + {_span(AHEAD)})"
            for column in own
            if column.never_ahead
        ]
        void = " or ".join([*(f"{column.name}_unread is not null" for column in own), *ahead])
        is_deleted = "coalesce(_deleted, false)" if table.kind == "record" else "false"
        return (
            f"select {', '.join(column.name for column in own)}, _loaded_at, {is_deleted} as is_deleted, "
            f"not {is_deleted} and coalesce({void}, false) as is_void "
            f"from ({view(table, self._of(table))}) as landed "
            f"where _loaded_at is not null and {table.columns[0].name} is not null"
        )

    def asked_for(self, table: Table, ask):
        """What `ask` gives. Raises LandingError, one line, for a landed file that cannot be read."""
        try:
            return ask()
        except duckdb.Error as error:
            raise first_spoiled(self._of(table)) or error from error

    def _of(self, table: Table) -> list[Shape]:
        return [shape for shape in self._shapes if shape.table == table]


def _span(span: timedelta) -> str:
    return f"interval {int(span.total_seconds())} seconds"
