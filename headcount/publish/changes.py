"""Brings a published table to what the warehouse holds: rows that are gone or other are taken out, new and other ones put in."""

from headcount.publish.parts import of_database, of_warehouse
from headcount.publish.rows import send
from headcount.publish.shape import Relation
from headcount.sql import quoted

_STAGE = 'pg_temp."headcount staged rows"'


def fill(connection, relation: Relation, cursor, table: str) -> int:
    """Put all rows into an empty table. Returns how many."""
    return send(connection, relation, "true", cursor, table)


def replace(connection, relation: Relation, parts: list[str], cursor, table: str) -> tuple[int, int]:
    """Make the parts of a table those of the warehouse. Returns how many rows were written, and how many removed.

    The rows are sent beside the table; only those that differ from what is published touch it.
    """
    cursor.execute(f"create temporary table {_STAGE.split('.')[1]} (like {table}) on commit drop")
    send(connection, relation, of_warehouse(relation, parts), cursor, _STAGE)
    cursor.execute(f"analyze {_STAGE}")
    columns = ", ".join(map(quoted, relation.names))
    removed = cursor.execute(
        f"delete from {table} as old where {of_database(relation, parts)} "
        f"and not exists (select from {_STAGE} as new where {_same_key(relation)} and {_same_row(relation)})"
    ).rowcount
    written = cursor.execute(
        f"insert into {table} ({columns}) select {columns} from {_STAGE} as new "
        f"where not exists (select from {table} as old where {of_database(relation, parts)} "
        f"and {_same_key(relation)} and {_same_row(relation)})"
    ).rowcount
    cursor.execute(f"drop table {_STAGE}")
    return written, removed


def _same_key(relation: Relation) -> str:
    """Over the columns that are never null: by these the database can hash."""
    key = [name for name in relation.said.grain if name in relation.said.required]
    return " and ".join(f"new.{quoted(name)} = old.{quoted(name)}" for name in key) or "true"


def _same_row(relation: Relation) -> str:
    return " and ".join(f"new.{quoted(name)} is not distinct from old.{quoted(name)}" for name in relation.names)
