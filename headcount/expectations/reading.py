"""How a landed value is read as its type: the SQL of the project's own macros, so that there is one reading only."""

from functools import cache
from types import SimpleNamespace

import jinja2

from headcount.landing import Table
from headcount.project import PROJECT, SEEDS, ZONE_OFFSETS

_READERS = ("text", "instant", "date", "boolean", "number", "integer")
# Types of the contract that are texts out of a list.
_TEXTS = {"zone": "zones", "currency": "currencies", "word": None}


@cache
def _macros() -> SimpleNamespace:
    """macros/landing as Python functions: column -> SQL expression, for DuckDB."""
    macros = SimpleNamespace(text_matches=lambda text, pattern: f"regexp_full_match({text}, '{pattern}')")
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    for reader in _READERS:
        source = (PROJECT / "macros" / "landing" / f"landed_{reader}.sql").read_text("utf-8")
        module = environment.from_string(source, globals={"headcount": macros}).module
        setattr(macros, f"landed_{reader}", getattr(module, f"landed_{reader}"))
    return macros


def read(column: str, data_type: str) -> str:
    """SQL for the column's value as its type; null where it is empty or cannot be read."""
    reader = "text" if data_type in _TEXTS else data_type
    return str(getattr(_macros(), f"landed_{reader}")(column)).strip()


def readable(table: Table) -> str:
    """SQL that is true when every value of a landed row can be read and every required one is there.

    Of a deletion only the key and the instant are read, as the contract says. The read values are in
    columns `read_<column>`.
    """
    conditions = []
    for number, column in enumerate(table.columns):
        value, landed = f"read_{column.name}", read(column.name, "text")
        condition = f"{value} is not null" if column.required else "true"
        if column.data_type not in ("text", "word"):
            # A case, not an `or`: the landed text is looked at only where the value is null.
            condition += f" and case when {value} is not null then true else {landed} is null end"
        listed = _TEXTS.get(column.data_type)
        if listed:
            condition += f" and ({value} is null or {value} in (select word from lists.{listed}))"
        always = number == 0 or column.name in ("_loaded_at", "_deleted") or table.kind == "event"
        conditions.append(f"({condition})" if always else f"(coalesce(read__deleted, false) or ({condition}))")
    return " and ".join(conditions)


def make_lists(connection) -> None:
    """The lists that zones and currencies are held against."""
    connection.execute("create schema lists")
    connection.execute(
        f"create table lists.zones as select distinct timezone as word from read_parquet('{_quoted(ZONE_OFFSETS)}')"
    )
    connection.execute(
        "create table lists.currencies as select currency as word "
        f"from read_csv('{_quoted(SEEDS / 'maps' / 'map_currencies.csv')}', header = true, all_varchar = true)"
    )


def _quoted(path) -> str:
    return str(path).replace("'", "''")
