"""The shape of what is published: tables and views with their columns in PostgreSQL's types, keys and descriptions."""

import re
from dataclasses import dataclass, field

from headcount.errors import UsageError
from headcount.publish.described import Described, described, marts

# DuckDB's types in PostgreSQL's words, as its catalog spells them.
_TYPES = {
    "BIGINT": "bigint",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "HUGEINT": "numeric(38,0)",
    "INTEGER": "integer",
    "SMALLINT": "smallint",
    "TIMESTAMP": "timestamp without time zone",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
    "UUID": "uuid",
    "VARCHAR": "character varying",
}
_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")
# By the month of the first of these that a table has, it is cut: rows of a month that is over seldom change.
_PARTS = ("period_start_at", "period_start_on", "charged_at", "created_at")


# Columns with personal data: the name of a customer, and a rejected row as it came, which may hold one.
PERSONAL = ("display_name", "raw_record")


@dataclass(frozen=True)
class Column:
    """A column: its name, its type in PostgreSQL's words, and whether it is never null. What is left out is null."""

    name: str
    kind: str
    is_required: bool
    is_left_out: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Relation:
    """A table or view of the warehouse as it is to be published. `view` is DuckDB's SQL of a view."""

    source: str
    name: str
    columns: tuple[Column, ...]
    said: Described = field(repr=False)
    view: str | None = None

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def given(self) -> list[str]:
        """The columns of which the values are published."""
        return [column.name for column in self.columns if not column.is_left_out]

    @property
    def is_keyed(self) -> bool:
        """No column of the grain is ever null: it can be a primary key."""
        return set(self.said.grain) <= self.said.required

    @property
    def cut_by(self) -> str | None:
        """The column by whose months it has parts; never null. None of a table that is one part."""
        required = {column.name for column in self.columns if column.is_required}
        return next((name for name in _PARTS if name in required), None)


def relations(connection, without_names: bool = False) -> list[Relation]:
    """The marts of the warehouse on the connection, what its views read beside marts, and the views last.

    `without_names` leaves out what is personal. Raises UsageError where the warehouse and the project's description of it
    are not of one version.
    """
    listed = _columns(connection)
    views = dict(connection.execute("select schema_name || '.' || view_name, sql from duckdb_views()").fetchall())
    wanted = [f"marts.{name}" for name in marts()]
    wanted += sorted({read for name in wanted if name in views for read in _read_by(views[name], listed)} - set(wanted))
    found = [_relation(name, listed.get(name), views.get(name), without_names) for name in wanted]
    return sorted(found, key=lambda relation: relation.view is not None)


def _columns(connection) -> dict[str, list[tuple[str, str]]]:
    """Names and types of the columns of each table and view."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, column, kind in connection.execute(
        "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns() "
        "where database_name = current_database() order by schema_name, table_name, column_index"
    ).fetchall():
        found.setdefault(name, []).append((column, kind))
    return found


def _read_by(view: str, listed) -> list[str]:
    from headcount.publish.views import tables

    return [name for name in tables(view) if name in listed]


def _relation(source: str, columns: list[tuple[str, str]] | None, view: str | None, without_names: bool) -> Relation:
    name = source.split(".")[1]
    said = described(name)
    if columns is None or {column for column, _ in columns} != set(said.columns):
        raise UsageError(f"the warehouse has no {source} as this version makes it; build it again with 'headcount nightly'")
    shaped = []
    for column, kind in columns:
        is_left_out = without_names and column in PERSONAL
        is_required = column in said.required and not is_left_out
        shaped.append(Column(column, _type(source, column, kind), is_required, is_left_out))
    return Relation(source, name, tuple(shaped), said, view)


def _type(source: str, column: str, kind: str) -> str:
    decimal = _DECIMAL.fullmatch(kind)
    if decimal:
        return f"numeric({decimal[1]},{decimal[2]})"
    if kind not in _TYPES:
        raise UsageError(f"{source}.{column} is of the type {kind}, which cannot be published; see headcount/publish/shape.py")
    return _TYPES[kind]
