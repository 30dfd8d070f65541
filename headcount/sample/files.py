"""The one writer of landing files: an Arrow table in, a file of a format out, the same bytes for the same table."""

import csv
import gzip
import io
import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

#: In every one but `parquet` all values are text.
FORMATS = ("parquet", "parquet_text", "csv", "csv.gz", "ndjson")


def typed(rows: list[dict], types: dict[str, pa.DataType]) -> pa.Table:
    """Rows as columns of the types; a row without a name has a null there."""
    return pa.table({name: pa.array([row.get(name) for row in rows], kind) for name, kind in types.items()})


def texts(rows: list[dict], names, spelled=None) -> pa.Table:
    """Rows as columns of texts, each value as `spelled` has it, which is `spell` unless it is given."""
    said = [{name: (spelled or spell)(row.get(name)) for name in names} for row in rows]
    return typed(said, dict.fromkeys(names, pa.string()))


def spell(value) -> str | None:
    """A value as text, as the contract spells it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        text = value.isoformat()
        return (text.rstrip("0") if value.microsecond else text) + "Z"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (date, int)):
        return str(value)
    raise TypeError(f"no spelling for {value!r}")


def ending(file_format: str) -> str:
    """How the name of a file of the format ends."""
    return ".parquet" if file_format == "parquet_text" else f".{file_format}"


def write_file(path: Path, table: pa.Table, file_format: str, *, line_end="\n", nulls=True, ascii_only=False, **parquet) -> Path:
    """Write the table at the path, with the folders above it. `nulls` are written in JSON, or left out; more options
    are those of pyarrow for Parquet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if file_format.startswith("parquet"):
        pq.write_table(table, path, **{"compression": "zstd", **parquet})
        return path
    text = _json_lines(table, nulls, ascii_only) if file_format == "ndjson" else csv_text(table, line_end)
    path.write_bytes(_packed(text.encode()) if file_format == "csv.gz" else text.encode())
    return path


def _json_lines(table: pa.Table, nulls: bool, ascii_only: bool) -> str:
    rows = ({name: value for name, value in row.items() if nulls or value is not None} for row in table.to_pylist())
    return "".join(json.dumps(row, ensure_ascii=ascii_only) + "\n" for row in rows)


def csv_text(table: pa.Table, line_end: str = "\n") -> str:
    """A table of texts as CSV."""
    rows = list(zip(*(column.to_pylist() for column in table.columns)))
    # Python would leave a carriage return within a value bare.
    returns = any("\r" in value for row in rows for value in row if value)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=line_end, quoting=csv.QUOTE_ALL if returns else csv.QUOTE_MINIMAL)
    writer.writerow(table.column_names)
    writer.writerows(rows)
    return text.getvalue()


def _packed(content: bytes) -> bytes:
    """With no name and no time in it."""
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as file:
        file.write(content)
    return packed.getvalue()
