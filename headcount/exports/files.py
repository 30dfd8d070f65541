"""The files of an export: Parquet and CSV with the same rows in the same order, the same bytes every time."""

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

# Spreadsheets run a text that starts with one of these.
_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")


def write_parquet(path: Path, table: pa.Table) -> None:
    """The table as Parquet, without anything that depends on the machine or the day."""
    pq.write_table(table.replace_schema_metadata(None), path, compression="zstd", version="2.6", write_statistics=True)


def write_csv(path: Path, table: pa.Table, minor_units: dict[str, int]) -> None:
    """The table as RFC 4180 CSV in UTF-8. Decimals carry at least their row's currency's minor digits, and every
    digit that is not zero; instants end in Z."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(table.column_names)
        for batch in table.to_batches(max_chunksize=50_000):
            for row in batch.to_pylist():
                digits = minor_units.get(row.get("currency"), 0)
                writer.writerow([cell(value, digits) for value in row.values()])


def cell(value, digits: int) -> str:
    """One value as it stands in the CSV file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        exact = -value.normalize().as_tuple().exponent
        return f"{value:.{max(digits, exact, 0)}f}"
    if isinstance(value, datetime):
        fraction = f".{value.microsecond:06d}" if value.microsecond else ""
        return f"{value:%Y-%m-%dT%H:%M:%S}{fraction}Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and value.startswith(_RUN_BY_SPREADSHEETS):
        return "'" + value
    return str(value)
