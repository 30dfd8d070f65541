"""`headcount packet`: one account and period in a folder that can be handed over by itself."""

import json
from datetime import date, datetime
from pathlib import Path

import duckdb

from headcount import __version__, spelling
from headcount.dashboard.site import write_account
from headcount.errors import UsageError
from headcount.exports.files import sha256, write_csv, write_parquet
from headcount.packet.parts import Packet, gather
from headcount.packet.readme import readme
from headcount.timezones import TZDATA_VERSION
from headcount.warehouse import open_warehouse
from headcount.written import whole_folder

# Only a folder with this file in it is ever replaced.
MARK = ".headcount-packet"


def packet(warehouse: Path, account: str, period: str, location: str | None, output: Path) -> int:
    """Write README.md, manifest.json, data/ and pages/. Raises UsageError for an account, location or date that the
    warehouse does not know, and for a folder that is no packet; then nothing is written."""
    on = _date(period)
    with whole_folder(output, MARK, "packet") as folder:
        with open_warehouse(warehouse) as connection:
            packet = gather(connection, warehouse, account, location, on)
        (folder / "data").mkdir()
        for name, table in packet.tables.items():
            write_csv(folder / "data" / f"{name}.csv", table, packet.minor_units)
            write_parquet(folder / "data" / f"{name}.parquet", table)
        # A board that does not find its account shows another one.
        pages = write_account(warehouse, account, on, folder / "pages") if packet.has_pages else 0
        (folder / "README.md").write_text(readme(packet), "utf-8")
        manifest = json.dumps(_manifest(packet, folder), indent=2, sort_keys=True, ensure_ascii=False)
        (folder / "manifest.json").write_text(manifest + "\n", "utf-8")
    output = output.resolve()
    rows = sum(table.num_rows for table in packet.tables.values())
    print(f"{rows:,} rows in {len(packet.tables)} tables and {pages} pages in {output}; begin with {output / 'README.md'}")
    return 0


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"period {text!r} is not a date; write it like 2026-03-31") from None


def _manifest(packet: Packet, folder: Path) -> dict:
    return {
        "project": "headcount",
        "project_version": __version__,
        "as_of": spelling.instant(packet.as_of),
        "engine": {"name": "duckdb", "version": duckdb.__version__},
        "tz_database": {"name": "tzdata", "version": TZDATA_VERSION},
        "account_id": packet.account,
        "location_id": packet.location,
        "period": packet.on.isoformat(),
        "periods": [
            {name: spelling.instant(value) if isinstance(value, datetime) else value for name, value in row.items()}
            for row in packet.tables["periods"].select(_KEYS).to_pylist()
        ],
        "files": {
            path.relative_to(folder).as_posix(): _said_of(path, packet) for path in sorted(folder.rglob("*")) if path.is_file()
        },
    }


_KEYS = ["location_id", "period_start_at", "period_end_at", "period_status"]


def _said_of(path: Path, packet: Packet) -> dict:
    said = {"sha256": sha256(path)}
    if path.parent.name == "data":
        said["rows"] = packet.tables[path.stem].num_rows
    return said
