"""One DuckDB view a landed table, over its files, with the contract's columns as they are spelled there."""

from pathlib import Path

import duckdb

from headcount.errors import LandingError
from headcount.landing.contract import Table, landing_contract
from headcount.landing.zone import TableFiles, Zone

_FILE = "_landing_file"


def register(connection: duckdb.DuckDBPyConnection, zone: Zone, schema: str = "landing") -> None:
    """Make the views `schema`.<table>, every one, for a table without files an empty one.

    Raises LandingError, one line, for a file that cannot be opened or a required column that is missing.
    """
    connection.execute(f"create schema if not exists {schema}")
    for table in landing_contract().values():
        connection.execute(f"create or replace view {schema}.{table.name} as {_view(connection, zone, table)}")


def _view(connection, zone: Zone, table: Table) -> str:
    files = zone.tables.get(table.name)
    if files is None:
        columns = ", ".join(f"cast(null as varchar) as {column.name}" for column in table.columns)
        return f"select {columns}, cast(null as varchar) as _file, cast(null as varchar) as _raw_record where false"
    source = _SOURCES[files.format](files)
    present = _present_columns(connection, zone, files, source)
    missing = [name for name in table.required_columns if name not in present]
    if missing:
        raise LandingError(
            f"table {table.name}: required column {missing[0]} is in no file of {zone.folder / table.name}; "
            "land it, or name it as the landing contract does"
        )
    columns = ", ".join(
        _column(files.format, column.name) if column.name in present else f"cast(null as varchar) as {column.name}"
        for column in table.columns
    )
    prefix = len(str(zone.folder)) + 2
    raw = "json" if files.format == "ndjson" else f"to_json(struct_pack({_packed(present)}))"
    return (
        f"select {columns}, substr({_FILE}, {prefix}) as _file, cast({raw} as varchar) as _raw_record "
        f"from {source} as landed"
    )


def _packed(present: list[str]) -> str:
    return ", ".join(f"{_quoted(name)} := {_quoted(name)}" for name in present)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _file_list(files: list[Path]) -> str:
    return "[" + ", ".join(_text(path) for path in files) + "]"


def _parquet(files: TableFiles) -> str:
    return (
        f"read_parquet({_file_list(files.files)}, union_by_name = true, filename = '{_FILE}', "
        "hive_partitioning = false, binary_as_string = true)"
    )


def _csv(files: TableFiles) -> str:
    """Strict CSV, no guessing: columns from each file's own header, all text, `"` quotes, empty is null."""
    reads = []
    for header, paths in files.headers.items():
        columns = "{" + ", ".join(f"{_text(name)}: 'VARCHAR'" for name in header) + "}"
        reads.append(
            f"select * from read_csv({_file_list(paths)}, columns = {columns}, auto_detect = false, header = true, "
            "delim = ',', quote = '\"', escape = '\"', comment = '', nullstr = '', strict_mode = true, "
            f"max_line_size = 16777216, filename = '{_FILE}', hive_partitioning = false)"
        )
    return "(" + " union all by name ".join(reads) + ")"


def _ndjson(files: TableFiles) -> str:
    return f"(select json, filename as {_FILE} from read_ndjson_objects({_file_list(files.files)}, filename = true))"


_SOURCES = {"parquet": _parquet, "csv": _csv, "ndjson": _ndjson}


def _column(file_format: str, name: str) -> str:
    """The column's value. A JSON number with a fraction is taken from the text: a parsed one is a binary float."""
    if file_format != "ndjson":
        return name
    value = f"json ->> '$.{name}'"
    # The same name may stand within another value too: the row's own number is the one that parses to it.
    spellings = f"regexp_extract_all(json, '\"{name}\"\\s*:\\s*(-?[0-9][0-9.eE+-]*)', 1)"
    own = f"list_filter({spellings}, lambda spelling: try_cast(spelling as double) = try_cast({value} as double))"
    return f"case when json_type(json, '$.{name}') = 'DOUBLE' then coalesce(({own})[1], {value}) else {value} end as {name}"


def _present_columns(connection, zone: Zone, files: TableFiles, source: str) -> list[str]:
    """The columns that the table's files have; for NDJSON every key of every line."""
    try:
        if files.format == "ndjson":
            found = connection.execute(f"select distinct unnest(json_keys(json)) from {source} order by 1").fetchall()
            if not connection.execute(f"select 1 from {source} limit 1").fetchall():
                return [column.name for column in landing_contract()[files.table].columns]
        else:
            found = connection.execute(f"describe select * from {source}").fetchall()
    except duckdb.Error as error:
        raise unreadable(zone, files, error) from error
    return [row[0] for row in found if row[0] != _FILE]


def unreadable(zone: Zone, files: TableFiles, error: Exception) -> LandingError:
    """The one-line error for a table whose files DuckDB cannot read, naming the file where DuckDB does."""
    text = str(error)
    named = [path for path in files.files if str(path) in text] or _first_broken(files)
    where = named[0].relative_to(zone.folder) if named else f"{files.table}/"
    reason = text.splitlines()[0].replace(str(zone.folder) + "/", "")[:160]
    return LandingError(f"{where}: cannot be read as {files.format} ({reason}); land the file again under a new name")


def _first_broken(files: TableFiles) -> list[Path]:
    for path in files.files:
        one = TableFiles(files.table, files.format, [path], {h: [path] for h, p in files.headers.items() if path in p})
        try:
            # Every value is read: the footer of a Parquet file can be whole and its pages not.
            duckdb.execute(f"select bit_xor(hash(landed)) from {_SOURCES[files.format](one)} as landed").fetchall()
        except duckdb.Error:
            return [path]
    return []
