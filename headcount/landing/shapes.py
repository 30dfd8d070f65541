"""What the files of a table are made of: files of exactly the same physical shape are read together, others apart.

So no file changes how another is read. A shape says for each column of the contract what it is called in these files
and of which type it is there.
"""

import csv
import gzip
import io
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from headcount.errors import LandingError
from headcount.landing.contract import Table
from headcount.landing.sql import file_column, file_said, is_gzip, read_from
from headcount.landing.taming import tamed
from headcount.landing.trouble import refused, spoiled
from headcount.landing.values import TOO_WIDE
from headcount.landing.zone import LandedFile


@dataclass(frozen=True)
class Found:
    """A column of the contract as files have it: its name there, and DuckDB's type of it."""

    name: str
    physical: str = "VARCHAR"


@dataclass
class Shape:
    """Files of one table that are read alike.

    `columns`: contract name -> how the files have it; a column that is not among them they lack. `header`: all columns in
    their order, those of CSV under the contract's names; none of NDJSON. `is_mended`: NDJSON with half a surrogate pair in
    some line. `is_packed`: CSV in gzip.
    """

    table: Table
    format: str
    columns: dict[str, Found]
    header: tuple[str, ...] = ()
    is_mended: bool = False
    is_packed: bool = False
    files: list[LandedFile] = field(default_factory=list)


def shapes_of(connection, table: Table, files: list[LandedFile], known_keys: dict[str, tuple]) -> list[Shape]:
    """The shapes of some files of a table. `known_keys`: what was found in the lines of its NDJSON files, by name; what is
    found in others is added to it.

    Raises LandingError, one line, for a file whose header or footer cannot be read, or that names a column twice.
    """
    return _GROUPED[files[0].format](connection, table, files, known_keys) if files else []


def lacks_required(shape: Shape) -> str | None:
    """The first required column that the files of a shape do not have."""
    return next((name for name in shape.table.required_columns if name not in shape.columns), None)


def _by_shape(table: Table, shaped: list[tuple[LandedFile, tuple]]) -> list[Shape]:
    shapes: dict[tuple, Shape] = {}
    for file, (columns, *more) in shaped:
        key = (tuple(columns.items()), *more)
        if key not in shapes:
            shapes[key] = Shape(table, file.format, columns, *more)
        shapes[key].files.append(file)
    return list(shapes.values())


def _contract_names(table: Table, file: LandedFile, names: list[str]) -> dict[str, str]:
    """Contract name -> name in the file, whatever its case. Raises LandingError for one that is there twice."""
    found: dict[str, str] = {}
    for name in names:
        if name and name.lower() in found:
            raise refused(file, f"has the column {name.lower()[:60]} twice ({found[name.lower()][:60]} and {name[:60]})")
        found[name.lower()] = name
    wanted = {column.name for column in table.columns}
    return {name: spelled for name, spelled in found.items() if name in wanted}


# -- Parquet: the footer ---------------------------------------------------------------------


def _parquet(connection, table: Table, files: list[LandedFile], _) -> list[Shape]:
    by_footer: dict[str, tuple] = {}
    shaped = []
    for file in files:
        try:
            with pq.ParquetFile(file.path) as opened:
                file = tamed(file, opened, [column.name for column in table.columns])
            with pq.ParquetFile(file.path) as opened:
                schema, rows = opened.schema, opened.metadata.num_rows
        except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
            raise spoiled(file, error) from error
        # Without a row it says nothing, not even which columns it should have had.
        if rows:
            footer = str(schema)
            if footer not in by_footer:
                by_footer[footer] = _parquet_columns(connection, table, file, schema)
            shaped.append((file, by_footer[footer]))
    return _by_shape(table, shaped)


def _parquet_columns(connection, table: Table, file: LandedFile, schema) -> tuple[dict[str, Found], tuple[str, ...]]:
    try:
        names = tuple(schema.to_arrow_schema().names)
        described = connection.execute(f"describe select * from {read_from('parquet', [file], names)}").fetchall()
    except Exception as error:  # two libraries, each with errors of its own
        raise spoiled(file, error) from error
    types = {name: physical for name, physical, *_ in described}
    wide = {schema.column(i).path for i in range(len(schema.names)) if _is_too_wide(schema.column(i))}
    spelled = _contract_names(table, file, list(names))
    columns = {name: Found(own, TOO_WIDE if own in wide else types[own]) for name, own in sorted(spelled.items())}
    return columns, names


def _is_too_wide(column) -> bool:
    return column.logical_type.type == "DECIMAL" and column.precision > 38


# -- CSV: the header line --------------------------------------------------------------------


def _csv(_, table: Table, files: list[LandedFile], __) -> list[Shape]:
    shaped = []
    for file in files:
        header = _header(file)
        spelled = _contract_names(table, file, list(header))
        own = {spelling: name for name, spelling in spelled.items()}
        # The others get names of ours, so that whatever they are called is in nobody's way.
        placed = tuple(own.get(name) or f"column {number}" for number, name in enumerate(header))
        shaped.append((file, ({name: Found(name) for name in sorted(spelled)}, placed, False, is_gzip(file))))
    return _by_shape(table, shaped)


def _header(file: LandedFile) -> tuple[str, ...]:
    opener = gzip.open if is_gzip(file) else open
    try:
        with opener(file.path, "rb") as binary:
            names = next(csv.reader(io.TextIOWrapper(binary, encoding="utf-8-sig", newline=""), strict=True), None)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error, gzip.zlib.error) as error:
        raise spoiled(file, error) from error
    if not names:
        raise refused(file, "has no header line; a CSV file starts with the names of its columns")
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        raise refused(file, f"has no comma in its header line ({names[0][:60]!r}); CSV separates columns by commas")
    return tuple(name.strip() for name in names)


# -- NDJSON: the keys of every line ----------------------------------------------------------


def _ndjson(connection, table: Table, files: list[LandedFile], known_keys: dict[str, tuple]) -> list[Shape]:
    known_keys.update(_keys(connection, table, [file for file in files if file.name not in known_keys]))
    found_anywhere = {name for spelled, _ in known_keys.values() for name in spelled} or set(table.required_columns)
    shaped = []
    for file in files:
        spelled, is_mended = known_keys[file.name]
        # A key that no line has is a column without a value, as in a line that leaves it out.
        columns = {c.name: Found(spelled.get(c.name, c.name)) for c in table.columns if c.name in found_anywhere}
        shaped.append((file, (columns, (), is_mended)))
    return _by_shape(table, shaped)


def _keys(connection, table: Table, files: list[LandedFile]) -> dict[str, tuple[dict[str, str], bool]]:
    """Of each file: contract name -> the key it has there, and whether a line had to be mended."""
    if not files:
        return {}
    try:
        faulty, is_mended, keys = _looked_over(connection, files)
    except duckdb.Error as error:
        if len(files) == 1:
            raise spoiled(files[0], error) from error
        # One of them cannot be read; alone it says which.
        return {name: keys for file in files for name, keys in _keys(connection, table, [file]).items()}
    for file in files:
        if file.path in faulty:
            raise spoiled(file, LandingError("a line is no JSON object"))
    return {file.name: (_contract_names(table, file, keys.get(file.path, [])), file.path in is_mended) for file in files}


def _looked_over(connection, files: list[LandedFile]) -> tuple[set, set, dict]:
    """The paths with a line that is no object, the paths with a line that has to be mended, and path -> its keys, each as
    often as one line has it: a key that stands twice is refused."""
    path_of = {file_said(file.path): file.path for file in files}
    connection.execute(
        f"create or replace temp view lines as select {file_column()} as file, line, {mended('line')} as mended "
        f"from {read_from('ndjson', files)}"
    )
    looks = connection.execute(
        "select file, bool_or(case when json_valid(mended) then json_type(mended) != 'OBJECT' else true end), "
        "bool_or(not json_valid(line)) "
        "from lines group by file"
    ).fetchall()
    faulty = {path_of[file] for file, is_faulty, _ in looks if is_faulty}
    keys: dict = {}
    if not faulty:
        found = connection.execute(
            "select file, key, max(len(list_filter(keys, lambda other: other = key))) "
            "from (select file, keys, unnest(list_distinct(keys)) as key from (select file, "
            "json_keys(mended) as keys from lines)) "
            "group by file, key order by file, key"
        ).fetchall()
        for file, key, times in found:
            keys.setdefault(path_of[file], []).extend([key] * times)
    return faulty, {path_of[file] for file, _, has_broken in looks if has_broken}, keys


def mended(line: str) -> str:
    """A line of JSON that is none only because of half a surrogate pair, which is no text: U+FFFD stands for every
    surrogate of it. Other lines stay as they are."""
    surrogates = r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
    return f"case when json_valid({line}) then {line} else regexp_replace({line}, '{surrogates}', chr(65533), 'g') end"


_GROUPED = {"parquet": _parquet, "csv": _csv, "ndjson": _ndjson}
