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


def created(relation, schema: str) -> str:
    """The statement that makes the view, with its columns in the types of the contract."""
    columns = ", ".join(f"cast({quoted(one.name)} as {one.kind}) as {quoted(one.name)}" for one in relation.columns)
    return (
        f"create view {quoted(schema)}.{quoted(relation.name)} as "
        f"select {columns} from ({translated(relation.view, schema)}) as translated"
    )


def _query(view: str) -> exp.Expression:
    """What stands after `create view ... as`."""
    return sqlglot.parse_one(view.rstrip("; \n"), read="duckdb").expression
