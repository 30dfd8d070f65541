"""A preview as files: each table as CSV and Parquet, spelled as in an export, and all of it as one JSON."""

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from headcount import __version__, spelling
from headcount.exports.files import write_csv, write_parquet
from headcount.preview.bill import Bill
from headcount.timezones import TZDATA_VERSION

# Only a folder with this file in it is ever replaced.
MARK = ".headcount-preview"


def write_bill(folder: Path, bill: Bill) -> None:
    for name, table in bill.tables.items():
        write_csv(folder / f"{name}.csv", table, bill.minor_units)
        write_parquet(folder / f"{name}.parquet", table)
    said = {
        "project": "headcount",
        "project_version": __version__,
        "tz_database": {"name": "tzdata", "version": TZDATA_VERSION},
        "as_of": spelling.instant(bill.as_of),
        "on": spelling.instant(bill.ends_at),
        "accounts": sorted(bill.accounts) or None,
    }
    said |= {name: [_spelled(row, bill.minor_units) for row in bill.rows(name)] for name in bill.tables}
    (folder / "preview.json").write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _spelled(row: dict, minor_units: dict[str, int]) -> dict:
    """A row for JSON. Money is text: a number of JSON is read as a binary float."""
    digits = minor_units.get(row.get("currency"), 0)
    return {name: _value(value, digits) for name, value in row.items()}


def _value(value, digits: int):
    if isinstance(value, Decimal):
        return spelling.decimal(value, digits)
    if isinstance(value, datetime):
        return spelling.instant(value)
    return value.isoformat() if isinstance(value, date) else value
