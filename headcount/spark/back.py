"""DuckDB's part after Spark: the tables come into the warehouse file, as the types and with the promises of their contracts."""

from pathlib import Path

from headcount.spark.place import Place
from headcount.sql import quoted, text


def bring_back(connection, place: Place, nodes: list[dict]) -> None:
    """Make a table of every seed and every model that Spark has built as one, as dbt's manifest has them."""
    for node in nodes:
        schema, name = node["schema"], node["alias"]
        files = text(Path(place.table(schema, name)) / "*.parquet")
        columns = _contract(node)
        names = ", ".join(quoted(column) for column in columns) or "*"
        connection.execute(f"create schema if not exists {schema}")
        relation = f"{schema}.{quoted(name)}"
        if columns:
            described = ", ".join(f"{quoted(column)} {said}" for column, said in columns.items())
            connection.execute(f"create or replace table {relation} ({described})")
            connection.execute(f"insert into {relation} ({names}) select {names} from read_parquet({files})")
        else:
            connection.execute(f"create or replace table {relation} as select * from read_parquet({files})")


def _contract(node: dict) -> dict[str, str]:
    """Column to type and constraint, where the model has a contract."""
    if not node["config"].get("contract", {}).get("enforced"):
        return {}
    return {
        name: column["data_type"] + "".join(f" {_WORDS[one['type']]}" for one in column.get("constraints", []))
        for name, column in node["columns"].items()
    }


_WORDS = {"not_null": "not null", "primary_key": "primary key", "unique": "unique"}
