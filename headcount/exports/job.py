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
import pyarrow as pa

from headcount import __version__
from headcount.errors import CheckFailed, UsageError
from headcount.exports import ledger
from headcount.exports.content import (
    columns_of_lines,
    evidence,
    forbid_changed_lines,
    forbid_new_lines,
    leaving_lines,
    totals,
)
from headcount.exports.files import cell, write_csv, write_parquet
from headcount.exports.folders import folder_name
from headcount.exports.memory import forbid_lost
from headcount.exports.place import Held, forbid_unwritable
from headcount.timezones import TZDATA_VERSION


@dataclass(frozen=True)
class Export:
    """A complete export: where it is, its billing lines, and their total in each currency, spelled."""

    folder: Path
    billing_lines: pa.Table
    totals: dict[str, str]

    @property
    def lines(self) -> int:
        return self.billing_lines.num_rows


def export(warehouse: Path, exports: Path, as_of: datetime) -> Export:
    """Export what has not left yet. Raises CheckFailed or UsageError; then nothing new stands in `exports`."""
    with Leaving(exports, as_of) as leaving:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            leaving.gather(connection)
        leaving.write()
        return leaving.publish()


def forbid_lost_exports(exports: Path, remembered: pa.Table) -> None:
    """Raises UsageError when an export could not be written, the ledger cannot be read, or it knows less than the
    warehouse remembers; reads only."""
    forbid_unwritable(exports)
    with duckdb.connect() as connection:
        ledger.load(connection, exports / "billing")
        forbid_lost(connection, remembered, exports)


class Leaving:
    """The export of one night in its three steps: `gather` its rows, `write` them under a temporary name, `publish`
    them. A context manager: it holds the folder of the exports, and what is not published goes away."""

    def __init__(self, exports: Path, as_of: datetime):
        self.exports = exports
        self.as_of = as_of.replace(tzinfo=None)
        self.billing = exports / "billing"
        self.folder = self.billing / folder_name(self.as_of)
        self._unfinished = self.billing / f".unfinished-{self.folder.name}"
        self._ledger = self.billing / f".unfinished-{ledger.NAME}"
        self._held = Held(exports)
        self._published = False

    def __enter__(self):
        forbid_unwritable(self.exports)
        try:
            self._held.__enter__()
        except OSError as error:
            raise self._unwritable(error) from error
        return self

    def __exit__(self, *error):
        shutil.rmtree(self._unfinished, ignore_errors=True)
        self._ledger.unlink(missing_ok=True)
        self._held.__exit__(*error)

    def gather(self, connection, remembered: pa.Table | None = None) -> pa.Table:
        """Take the rows from the warehouse that is open. Returns what it has to remember of its exports now."""
        if self.folder.exists() and not (self.folder / "manifest.json").exists():
            raise UsageError(f"export {self.folder}: stands there without a manifest, so it is no export; move it away")
        name = self.folder.name
        connection.execute("set TimeZone = 'UTC'")
        took_up = ledger.load(connection, self.billing)
        if remembered is not None:
            forbid_lost(connection, remembered, self.exports)
        forbid_changed_lines(connection, self.as_of)
        self.lines = leaving_lines(connection, name)
        forbid_new_lines(connection, name)
        self.tables = {"billing_lines": self.lines, "active_users": evidence(connection)}
        self.minor_units = dict(connection.execute("select currency, minor_units from seeds.map_currencies").fetchall())
        self.has_left = bool(connection.execute("select 1 from exports where export = $1", [name]).fetchone())
        # Archived: the ledger knows it and its folder is elsewhere. It does not leave again.
        self.is_archived = self.has_left and not self.folder.exists()
        self.next_ledger = ledger.next_ledger(connection, columns_of_lines(connection), name)
        self.ledger_changes = took_up or not self.has_left
        connection.register("next_ledger", self.next_ledger)
        connection.execute("create or replace temp table ledger as select * from next_ledger")
        connection.register("exports", pa.table({"export": ledger.names(self.next_ledger)}))
        return connection.execute(ledger.SUMMED).to_arrow_table()

    def write(self) -> None:
        """Write the files under temporary names, and check what was written."""
        self.totals = totals(self.lines)
        self.spelled = {currency: cell(amount, self.minor_units[currency]) for currency, amount in self.totals.items()}
        try:
            shutil.rmtree(self._unfinished, ignore_errors=True)
            if not self.is_archived:
                self._write_folder()
            if self.ledger_changes:
                ledger.write(self._ledger, self.next_ledger)
                _sync(self._ledger)
        except OSError as error:
            raise self._unwritable(error) from error

    def publish(self) -> Export:
        """Rename the whole folder into place, then the ledger; a repeated run must have written the same bytes."""
        try:
            if not self.is_archived:
                self._publish_folder()
            if self.ledger_changes:
                os.replace(self._ledger, self.billing / ledger.NAME)
                _sync(self.billing)
        except OSError as error:
            if not (self.folder.exists() and self._published):
                raise self._unwritable(error) from error
            raise UsageError(
                f"exports {self.exports}: {self.folder.name} has left, but its ledger cannot be written "
                f"({error.strerror}); mend that and run the same as-of again"
            ) from error
        return self.export

    @property
    def export(self) -> Export:
        """What has been written, where it will be."""
        return Export(self.folder, self.lines, self.spelled)

    def _write_folder(self) -> None:
        self._unfinished.mkdir()
        for name, table in self.tables.items():
            write_parquet(self._unfinished / f"{name}.parquet", table)
            write_csv(self._unfinished / f"{name}.csv", table, self.minor_units)
        (self._unfinished / "manifest.json").write_text(json.dumps(self._manifest(), indent=2, sort_keys=True) + "\n")
        _check(self._unfinished, self.tables, self.totals)
        for path in [*self._unfinished.iterdir(), self._unfinished]:
            _sync(path)

    def _manifest(self) -> dict:
        return {
            "project": "headcount",
            "project_version": __version__,
            "as_of": cell(self.as_of, 0),
            "engine": {"name": "duckdb", "version": duckdb.__version__},
            "tz_database": {"name": "tzdata", "version": TZDATA_VERSION},
            "rulesets": sorted({r for r in self.lines.column("ruleset_id").to_pylist() if r is not None}),
            "files": {
                path.name: {
                    "rows": self.tables[path.name.split(".")[0]].num_rows,
                    "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                    "totals": self.spelled if path.name.startswith("billing_lines") else {},
                }
                for path in sorted(self._unfinished.iterdir())
            },
        }

    def _publish_folder(self) -> None:
        if not self.folder.exists():
            os.rename(self._unfinished, self.folder)
            self._published = True
            _sync(self.billing)
            return
        for path in sorted(self._unfinished.iterdir()):
            if not (self.folder / path.name).is_file() or (self.folder / path.name).read_bytes() != path.read_bytes():
                raise CheckFailed(
                    f"export {self.folder.name} stands already and {path.name} would now be another; "
                    "nothing was overwritten"
                )

    def _unwritable(self, error: OSError) -> UsageError:
        return UsageError(f"exports {self.exports}: cannot be written ({error.strerror}); nothing was exported")


def _check(unfinished: Path, tables, amounts: dict[str, Decimal]) -> None:
    from headcount.expectations import check_export

    expected = {
        "billing_lines": {"rows": tables["billing_lines"].num_rows, "totals": amounts},
        "active_users": {"rows": tables["active_users"].num_rows, "totals": {}},
    }
    wrong = check_export(unfinished, expected)
    if wrong:
        raise CheckFailed(f"the written export does not hold what it should: {wrong[0]}; nothing was exported")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
