"""The parts of a table, a month each, and their digests: what is other than it was published is found by them,
whatever has been made of the warehouse since.

The digest of a part is the number of its rows and the sum of their hashes. It is worked out of the warehouse alone; nothing
of the database is read but the digests of the night before.
"""

import duckdb

from headcount.publish.shape import Relation
from headcount.sql import quoted, text

# The only part of a table that is not cut, or is empty. A table that was published as one part is compared as a whole once.
ALL = ""


def digests(connection, relation: Relation) -> dict[str, str]:
    """Digest of each part of a table of the warehouse. An empty table has one part."""
    part = _month(relation) if relation.cut_by else f"'{ALL}'"
    hashed = ", ".join(map(quoted, relation.given))
    found = connection.execute(
        f"select {part} as part, count(*), sum(cast(hash({hashed}) as hugeint)) from {relation.source} group by part"
    ).fetchall()
    # Another DuckDB may hash otherwise.
    return {part: f"{duckdb.__version__} {rows} {total}" for part, rows, total in found} or {ALL: f"{duckdb.__version__} 0"}


def of_warehouse(relation: Relation, parts: list[str]) -> str:
    """Condition in DuckDB: a row is of one of the parts."""
    if ALL in parts or not relation.cut_by:
        return "true"
    return f"{_month(relation)} in ({', '.join(map(text, parts))})"


def of_database(relation: Relation, parts: list[str]) -> str:
    """The same in PostgreSQL, so that an index is of use."""
    if ALL in parts or not relation.cut_by:
        return "true"
    of_one = f"({relation.cut_by} >= date {{0}} and {relation.cut_by} < date {{0}} + interval '1 month')"
    return "(" + " or ".join(of_one.format(text(part)) for part in parts) + ")"


def _month(relation: Relation) -> str:
    return f"cast(cast(date_trunc('month', {relation.cut_by}) as date) as varchar)"
