"""When a landed row can be read: SQL over a landing view, which has read every value already."""

from headcount.landing import Table
from headcount.project import SEEDS, ZONE_OFFSETS
from headcount.sql import text

# Types of the contract that are texts out of a list.
_LISTED = {"zone": "zones", "currency": "currencies"}


def readable(table: Table) -> str:
    """SQL that is true when every value of a landed row can be read and every required one is there.

    Of a deletion only the key and the instant are read, as the contract says.
    """
    conditions = []
    for number, column in enumerate(table.columns):
        condition = f"{column.name} is not null" if column.required else f"{column.name}_unread is null"
        if column.data_type in _LISTED:
            listed = f"(select word from lists.{_LISTED[column.data_type]})"
            condition += f" and ({column.name} is null or {column.name} in {listed})"
        always = number == 0 or column.name in ("_loaded_at", "_deleted") or table.kind == "event"
        conditions.append(f"({condition})" if always else f"(coalesce(_deleted, false) or ({condition}))")
    return " and ".join(conditions)


def make_lists(connection) -> None:
    """The lists that zones and currencies are held against."""
    connection.execute("create schema lists")
    connection.execute(f"create table lists.zones as select distinct timezone as word from read_parquet({text(ZONE_OFFSETS)})")
    connection.execute(
        "create table lists.currencies as select currency as word "
        f"from read_csv({text(SEEDS / 'maps' / 'map_currencies.csv')}, header = true, all_varchar = true)"
    )
