"""Views of the warehouse in PostgreSQL's words."""

import sqlglot
from sqlglot import exp

from headcount.sql import quoted


def tables(view: str) -> list[str]:
    """What the SQL of a view reads, by schema and name."""
    return sorted({f"{table.db}.{table.name}" for table in _query(view).find_all(exp.Table) if table.db})


def translated(view: str, schema: str) -> str:
    """The query of a view in PostgreSQL's words, over the tables of one schema."""
    query = _query(view)
    for table in query.find_all(exp.Table):
        if table.db:
            table.set("db", exp.to_identifier(schema, quoted=True))
            table.set("catalog", None)
    return query.sql(dialect="postgres")


def created(name: str, schema: str, view: str) -> str:
    """The statement that makes the view."""
    return f"create view {quoted(schema)}.{quoted(name)} as {translated(view, schema)}"


def _query(view: str) -> exp.Expression:
    """What stands after `create view ... as`."""
    return sqlglot.parse_one(view.rstrip("; \n"), read="duckdb").expression
