"""Rows of the warehouse on their way into PostgreSQL, in the text format of COPY. DuckDB writes the lines, so that a decimal
is its exact text and no value becomes an object of Python."""

from headcount.publish.shape import Relation
from headcount.sql import quoted

# Lines that are sent at once.
_LINES = 20_000
# A text of PostgreSQL cannot hold the character 0: the sign for what cannot be shown stands in its place.
_ESCAPED = (("'\\'", "'\\\\'"), ("chr(9)", "'\\t'"), ("chr(10)", "'\\n'"), ("chr(13)", "'\\r'"), ("chr(0)", "chr(65533)"))


def send(connection, relation: Relation, where: str, cursor, table: str) -> int:
    """Copy the rows of the warehouse for which `where` holds into a table of the database. Returns how many."""
    fields = ", ".join(f"coalesce({_field(column)}, '\\N')" for column in relation.columns)
    lines = connection.execute(f"select concat_ws(chr(9), {fields}) || chr(10) as line from {relation.source} where {where}")
    names, sent = ", ".join(map(quoted, relation.names)), 0
    with cursor.copy(f"copy {table} ({names}) from stdin") as copy:
        for batch in lines.to_arrow_reader(_LINES):
            copy.write("".join(batch.column(0).to_pylist()))
            sent += batch.num_rows
    return sent


def _field(column) -> str:
    if column.is_left_out:
        return "cast(null as varchar)"
    value = f"cast({quoted(column.name)} as varchar)"
    if column.kind == "character varying":
        for what, written in _ESCAPED:
            value = f"replace({value}, {what}, {written})"
    return value
