"""What a query says of a table at present: each of its values as the contract's type, in a file. The first value that is
none of its type stops the load, since a column of another kind is a mistake of the mapping."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from headcount.errors import SourceError
from headcount.land.mapping import Asked
from headcount.land.sources import Source
from headcount.land.sources.source import Relation
from headcount.landing.contract import Column
from headcount.landing.values import SQL_TYPES, reading
from headcount.sql import quoted, text

# Stands between the parts of an error of ours, which comes as one text.
_MARK = "\x1f"
# A landed file is read by others too, for years. One that is only compared is made in half the time by encodings that not
# every reader knows: 0.5 s of CPU for a million rows instead of 1.1 s.
_LANDED = "format parquet, compression zstd"
_KEPT = "format parquet, compression lz4_raw, parquet_version v2, dictionary_size_limit 1"
_KINDS = {
    "instant": "instant (like 2026-03-31T22:59:59Z)",
    "date": "date (like 2026-03-31)",
    "boolean": "boolean (true or false, or the integers 1 and 0)",
    "number": "number of at most 12 digits before and 6 after the point",
    "integer": "whole number of at most 12 digits",
}


@dataclass(frozen=True)
class Present:
    """The rows of a table in a Parquet file with the columns of the contract, all of them, `_loaded_at` included; its
    `_deleted` only if the query gives it (`says_deleted`)."""

    asked: Asked
    file: Path
    rows: int
    says_deleted: bool

    @property
    def sql(self) -> str:
        return f"read_parquet({text(self.file)})"


def read_present(source: Source, asked: Asked, at: datetime, folder: Path, is_first: bool) -> Present:
    """Read what the query says, at the instant of the load; `is_first`: nothing of it has landed, and this file may. Raises
    SourceError, one line, for what cannot be landed."""
    name = asked.table.name
    relation = source.relation(name)
    columns = _columns(asked, relation)
    file = folder / f"{name}.present.parquet"
    copied = f"copy ({_typed(asked, relation, columns, at)}) to {text(file)} ({_LANDED if is_first else _KEPT})"
    try:
        rows = source.connection.execute(copied).fetchone()[0]
    except (duckdb.Error, UnicodeDecodeError) as error:
        raise _unread(asked, str(error)) or SourceError(
            f"table {name}: its query cannot be read to the end ({source.told(error)}); mend the mapping, or run again"
        ) from None
    return Present(asked, file, rows, "_deleted" in columns)


def _columns(asked: Asked, relation: Relation) -> dict[str, str]:
    """Contract name -> the query's spelling."""
    table, wanted = asked.table, {column.name for column in asked.table.columns}
    found: dict[str, str] = {}
    for spelled in relation.columns:
        name = spelled.lower()
        if name == "_loaded_at":
            raise SourceError(f"table {table.name}: the query gives _loaded_at, which is the instant of the load; leave it out")
        if name not in wanted:
            raise SourceError(
                f"table {table.name}: the query gives the column {spelled[:60]}, which the contract does not have; its columns "
                f"are {', '.join(sorted(wanted - {'_loaded_at'}))}"
            )
        if name in found:
            raise SourceError(f"table {table.name}: the query gives the column {spelled[:60]} twice; leave one out")
        found[name] = spelled
    missing = [name for name in table.required_columns if name not in found and name != "_loaded_at"]
    if missing:
        raise SourceError(f"table {table.name}: the query does not give the column {missing[0]}, which the contract requires")
    if asked.since and "_deleted" in found:
        raise SourceError(f"table {table.name}: the query gives _deleted, and kind: append is rows that stay; leave it out")
    if asked.since and asked.since not in found:
        raise SourceError(f"table {table.name}: the query does not give the column {asked.since}, by which rows are asked for")
    return found


def _typed(asked: Asked, relation: Relation, columns: dict[str, str], at: datetime) -> str:
    """Each column of the contract as its type, read like that of a landed file."""
    wanted = [column for column in asked.table.columns if column.name != "_loaded_at" and _is_given(column, columns)]
    landed, values, chosen = [], [], []
    for column in wanted:
        kind = SQL_TYPES[column.data_type]
        if column.name not in columns:
            landed.append(f"null as {column.name}_landed")
            values.append(f"cast(null as {kind}) as {column.name}")
            chosen.append(column.name)
            continue
        spelled = columns[column.name]
        own = quoted(spelled)
        if relation.is_untyped and column.data_type == "boolean":
            own = f"case {own} when '1' then 'true' when '0' then 'false' else {own} end"
        one = reading(relation.columns[spelled], column.data_type, own)
        landed.append(f"{one.landed} as {column.name}_landed")
        values.append(f"cast({one.value.format(x=f'{column.name}_landed')} as {kind}) as {column.name}")
        chosen.append(f"{_or_stop(asked, column, one.left_over)} as {column.name}")
    chosen.insert(_place_of_loaded_at(wanted), f"timestamp {text(at)} as _loaded_at")
    return (
        f"select {', '.join(chosen)} from (select *, {', '.join(values)} from "
        f"(select {', '.join(landed)} from {relation.sql} as said) as landed) as valued"
    )


def _is_given(column: Column, columns: dict[str, str]) -> bool:
    return column.name != "_deleted" or "_deleted" in columns


def _place_of_loaded_at(wanted: list[Column]) -> int:
    return len(wanted) - (wanted[-1].name == "_deleted")


def _or_stop(asked: Asked, column: Column, left_over: str | None) -> str:
    """The value; a key that is missing and a value that is none of the type stop the query."""
    name, key = column.name, asked.key
    stops = []
    if left_over is not None:
        value = left_over.format(x=f"{name}_landed")
        told = f"{text(name + _MARK)} || coalesce({key}, '') || {text(_MARK)} || coalesce({value}, '')"
        stops.append(f"when {name} is null and {name}_landed is not null then error({text(_MARK)} || {told} || {text(_MARK)})")
    if name == key:
        stops.append(f"when {name} is null then error({text(_MARK + name + _MARK + _MARK + _MARK)})")
    return f"case {' '.join(stops)} else {name} end" if stops else name


def _unread(asked: Asked, said: str) -> SourceError | None:
    """The error of ours that DuckDB gives back."""
    parts = said.split(_MARK)
    if len(parts) < 5:
        return None
    name, key, value = parts[1:4]
    if name == asked.key:
        return SourceError(
            f"table {asked.table.name}: a row has no {name}, which is its key"
            + (f" (its value there is {value[:60]!r})" if value else "")
            + "; let the query leave it out, or give it one"
        )
    kind = next(column.data_type for column in asked.table.columns if column.name == name)
    return SourceError(
        f"table {asked.table.name}: column {name} of {asked.key} {key[:60]!r} is no {_KINDS.get(kind, 'text')}: "
        f"{value[:60]!r}; let the query give one, or null"
    )
