"""DuckDB's part after Spark: the tables come into the warehouse file, as the types and with the promises of their contracts."""

from headcount.spark.place import Place
from headcount.sql import quoted, text

_CONSTRAINTS = {"not_null": "not null", "primary_key": "primary key", "unique": "unique"}


def bring_back(connection, place: Place, nodes: list[dict]) -> None:
    """Make a table of every seed and every model that Spark has built as one, as dbt's manifest has them."""
    for node in nodes:
        relation = f"{node['schema']}.{quoted(node['alias'])}"
        files = sorted(place.table(node["schema"], node["alias"]).glob("*.parquet"))
        rows = f"read_parquet([{', '.join(text(file) for file in files)}])"
        connection.execute(f"create schema if not exists {node['schema']}")
        columns = _stated(node)
        if not columns:
            connection.execute(f"create or replace table {relation} as select * from {rows}")
            continue
        stated = ", ".join(f"{quoted(name)} {said}" for name, said in columns.items())
        connection.execute(f"create or replace table {relation} ({stated})")
        # Of a seed without rows Spark has written nothing.
        if files or node["resource_type"] != "seed":
            names = ", ".join(quoted(name) for name in columns)
            connection.execute(f"insert into {relation} ({names}) select {names} from {rows}")


def _stated(node: dict) -> dict[str, str]:
    """Column to type, of a contract with constraints too; nothing of a model that states none."""
    if node["resource_type"] == "seed":
        return node["config"]["column_types"]
    if not node["config"].get("contract", {}).get("enforced"):
        return {}
    return {
        name: column["data_type"] + "".join(f" {_CONSTRAINTS[one['type']]}" for one in column.get("constraints", []))
        for name, column in node["columns"].items()
    }
