"""The marts of a warehouse as plain collections of rows, to hold two warehouses against each other."""

from collections import Counter

import duckdb

# Read files and runs by name: they say how a warehouse came to be, not what is in it.
OF_THE_RUN = {"landing_files", "runs"}


def marts(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The names of the marts, sorted."""
    found = connection.execute("select table_name from information_schema.tables where table_schema = 'marts' order by 1")
    return [row[0] for row in found.fetchall()]


def rows_of(
    connection: duckdb.DuckDBPyConnection, mart: str, where: str = "true", schema: str = "marts", columns: str = "*"
) -> Counter:
    """The rows of a mart, or of a table of another schema, each with how often it is there."""
    found = connection.execute(f"select {columns} from {schema}.{mart} where {where}")
    return Counter(tuple(map(_hashable, row)) for row in found.fetchall())


def _hashable(value):
    return str(value) if isinstance(value, (list, dict)) else value


def contents(connection: duckdb.DuckDBPyConnection, leave_out: set[str] = OF_THE_RUN) -> dict[str, Counter]:
    """Every row of every mart but those left out."""
    return {mart: rows_of(connection, mart) for mart in marts(connection) if mart not in leave_out}


def unlike(one: dict[str, Counter], other: dict[str, Counter]) -> list[str]:
    """A line for each row that only one of two has."""
    said = []
    for mart in sorted(one.keys() | other.keys()):
        first, second = one.get(mart, Counter()), other.get(mart, Counter())
        said += [f"{mart}: only the first has {row}" for row in sorted(first - second, key=repr)]
        said += [f"{mart}: only the second has {row}" for row in sorted(second - first, key=repr)]
    return said
