"""Exports of one warehouse file, and what stands in their folder, read without the project's own reader."""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq

from headcount.exports import Export, Leaving
from headcount.warehouse import attached


def export(warehouse: Path, exports: Path, as_of: datetime) -> Export:
    """What the end of a night does with its warehouse."""
    with Leaving(exports, as_of) as leaving:
        with attached(warehouse, read_only=False) as connection:
            leaving.gather(connection)
        leaving.write()
        return leaving.publish()


def folders(exports: Path) -> list[Path]:
    """The complete exports, in the order of their names."""
    return sorted(path.parent for path in (exports / "billing").glob("as_of=[0-9]*/manifest.json"))


def exported(exports: Path) -> Counter:
    """How often each billing line is in the exports that stand."""
    tables = [pq.read_table(folder / "billing_lines.parquet") for folder in folders(exports)]
    return Counter(line for table in tables for line in table.column("billing_line_id").to_pylist())


def ledger(exports: Path) -> dict[str, str]:
    """The export of each line, as the ledger has it."""
    table = pq.read_table(exports / "billing" / "ledger.parquet")
    pairs = zip(table.column("billing_line_id").to_pylist(), table.column("export").to_pylist(), strict=True)
    return dict(pairs)


def exports_in_ledger(exports: Path) -> list[str]:
    """The names of the exports that the ledger knows."""
    return json.loads(pq.read_schema(exports / "billing" / "ledger.parquet").metadata[b"exports"])


def exported_alerts(exports: Path) -> Counter:
    """How often each alert is in the exports that stand."""
    files = sorted((exports / "alerts").glob("as_of=[0-9]*/alerts.ndjson"))
    return Counter(json.loads(line)["id"] for file in files for line in file.read_text("utf-8").splitlines())


def alerts_in_ledger(exports: Path) -> dict[str, str]:
    """The export of each alert, as the ledger has it."""
    table = pq.read_table(exports / "alerts" / "ledger.parquet")
    return dict(zip(table.column("alert_id").to_pylist(), table.column("export").to_pylist(), strict=True))
