"""The parts of a table, a month of periods each, and their digests: what is other than it was published is found by them,
whatever has been made of the warehouse since.

The digest of a part is the number of its rows and the sum of their hashes. It is worked out of the warehouse alone; nothing
of the database is read but the digests of the night before.
"""

import duckdb

from headcount.publish.shape import PART, Relation
from headcount.sql import quoted, text

# The part of rows without a period, and the only one of a table that has none.
ALL = ""
_MONTH = f"coalesce(cast(cast(date_trunc('month', {PART}) as date) as varchar), '{ALL}')"


def digests(connection, relation: Relation) -> dict[str, str]:
    """Digest of each part of a table of the warehouse. An empty table has one part."""
    part = _MONTH if relation.is_cut else f"'{ALL}'"
    hashed = ", ".join(map(quoted, relation.given))
    found = connection.execute(
        f"select {part} as part, count(*), sum(cast(hash({hashed}) as hugeint)) from {relation.source} group by part"
    ).fetchall()
    # Another DuckDB may hash otherwise.
    return {part: f"{duckdb.__version__} {rows} {total}" for part, rows, total in found} or {ALL: f"{duckdb.__version__} 0"}


def of_warehouse(relation: Relation, parts: list[str]) -> str:
    """Condition in DuckDB: a row is of one of the parts."""
    return f"{_MONTH} in ({', '.join(map(text, parts))})" if relation.is_cut else "true"


def of_database(relation: Relation, parts: list[str]) -> str:
    """The same in PostgreSQL, so that an index on the period is of use."""
    if not relation.is_cut:
        return "true"
    months = [
        f"({PART} >= date {text(part)} and {PART} < date {text(part)} + interval '1 month')" for part in parts if part != ALL
    ]
    return "(" + " or ".join([*months, *([f"{PART} is null"] if ALL in parts else [])]) + ")"
