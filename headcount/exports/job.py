"""Writes an export under a temporary name, checks the written files, and renames the folder when it is whole."""

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb

from headcount import __version__
from headcount.errors import CheckFailed, UsageError
from headcount.exports.content import evidence, forbid_changed_lines, leaving_lines, totals
from headcount.exports.earlier import earlier_exports, folder_name
from headcount.exports.files import cell, write_csv, write_parquet
from headcount.timezones import TZDATA_VERSION


@dataclass(frozen=True)
class Export:
    """A complete export: where it is, how many lines it holds, and their total in each currency, spelled."""

    folder: Path
    lines: int
    totals: dict[str, str]


def export(warehouse: Path, exports: Path, as_of: datetime) -> Export:
    """Export what has not left yet. Raises CheckFailed or UsageError; then nothing new stands in `exports`."""
    as_of = as_of.replace(tzinfo=None)
    billing = exports / "billing"
    earlier = earlier_exports(billing)
    folder = billing / folder_name(as_of)
    if folder.exists() and not (folder / "manifest.json").exists():
        raise UsageError(f"export {folder}: stands there without a manifest, so it is no export; move it away")
    try:
        billing.mkdir(parents=True, exist_ok=True)
        unfinished = billing / f".unfinished-{folder.name}"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
    except OSError as error:
        raise UsageError(f"exports {exports}: cannot be written there ({error.strerror})") from error
    try:
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute("set TimeZone = 'UTC'")
            forbid_changed_lines(connection, earlier, as_of)
            others = [other for other in earlier if other.as_of != as_of]
            result = _write(connection, unfinished, folder, others, as_of)
        _publish(unfinished, folder)
    except OSError as error:
        raise UsageError(f"exports {exports}: cannot be written ({error.strerror}); nothing was exported") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return result


def _write(connection, unfinished: Path, folder: Path, others, as_of: datetime) -> Export:
    minor_units = dict(connection.execute("select currency, minor_units from seeds.map_currencies").fetchall())
    lines = leaving_lines(connection, others)
    tables = {"billing_lines": lines, "active_users": evidence(connection, lines)}
    amounts = totals(lines)
    spelled = {currency: cell(amount, minor_units[currency]) for currency, amount in amounts.items()}
    for name, table in tables.items():
        write_parquet(unfinished / f"{name}.parquet", table)
        write_csv(unfinished / f"{name}.csv", table, minor_units)
    manifest = {
        "project": "headcount",
        "project_version": __version__,
        "as_of": cell(as_of, 0),
        "engine": {"name": "duckdb", "version": duckdb.__version__},
        "tz_database": {"name": "tzdata", "version": TZDATA_VERSION},
        "rulesets": sorted({r for r in lines.column("ruleset_id").to_pylist() if r is not None}),
        "files": {
            path.name: {
                "rows": tables[path.name.split(".")[0]].num_rows,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "totals": spelled if path.name.startswith("billing_lines") else {},
            }
            for path in sorted(unfinished.iterdir())
        },
    }
    (unfinished / "manifest.json").write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n")
    _check(unfinished, tables, amounts)
    return Export(folder, lines.num_rows, spelled)


def _check(unfinished: Path, tables, amounts: dict[str, Decimal]) -> None:
    from headcount.expectations import check_export

    expected = {
        "billing_lines": {"rows": tables["billing_lines"].num_rows, "totals": amounts},
        "active_users": {"rows": tables["active_users"].num_rows, "totals": {}},
    }
    wrong = check_export(unfinished, expected)
    if wrong:
        raise CheckFailed(f"the written export does not hold what it should: {wrong[0]}; nothing was exported")


def _publish(unfinished: Path, folder: Path) -> None:
    """Rename the whole folder into place; a repeated run must have written the same bytes."""
    for path in [*unfinished.iterdir(), unfinished]:
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    if not folder.exists():
        os.rename(unfinished, folder)
        return
    for path in sorted(unfinished.iterdir()):
        if (folder / path.name).read_bytes() != path.read_bytes():
            raise CheckFailed(
                f"export {folder.name} stands already and {path.name} would now be another; nothing was overwritten"
            )
