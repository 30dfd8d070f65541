"""Writes an export under a temporary name, checks the written files, and renames the folder when it is whole."""

import json
import os
import shutil
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa

from headcount import __version__, spelling
from headcount.errors import CheckFailed, UsageError
from headcount.exports import ledger, waiting
from headcount.exports.alerts import Alerts
from headcount.exports.files import sha256, write_csv, write_parquet
from headcount.exports.folders import folder_name
from headcount.exports.forbidden import forbid_changed_lines, forbid_late_lines
from headcount.exports.memory import forbid_lost
from headcount.exports.place import Lock, forbid_unwritable, sync
from headcount.exports.streams import ALERTS, BILLING
from headcount.timezones import TZDATA_VERSION
from headcount.warehouse import in_memory

# The files of an export, and the model with the rows of each.
FILES = {"billing_lines": "exports.exported_billing_lines", "active_users": "exports.exported_active_users"}


@dataclass(frozen=True)
class Export:
    """A complete export: where it is, how many billing lines it holds, and their total in each currency, spelled; the same
    of the lines that are held and wait; and how many alerts left with it."""

    folder: Path
    lines: int
    totals: dict[str, str]
    held_lines: int = 0
    held_totals: dict[str, str] = field(default_factory=dict)
    alerts: int = 0


def forbid_lost_exports(exports: Path, remembered: pa.Table) -> None:
    """Raises UsageError when an export could not be written, the ledger cannot be read, or it knows less than the
    warehouse remembers; reads only."""
    forbid_unwritable(exports)
    with in_memory() as connection:
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
        self._list = self.billing / f".unfinished-{waiting.NAME}"
        self._alerts = Alerts(exports, self.as_of)
        self._lock = Lock(exports)
        self._published = False

    def __enter__(self):
        forbid_unwritable(self.exports)
        try:
            self._lock.__enter__()
        except OSError as error:
            raise self._unwritable(error) from error
        return self

    def __exit__(self, *error):
        shutil.rmtree(self._unfinished, ignore_errors=True)
        self._ledger.unlink(missing_ok=True)
        self._list.unlink(missing_ok=True)
        self._alerts.clear()
        self._lock.__exit__(*error)

    def gather(self, connection, remembered: pa.Table | None = None) -> pa.Table:
        """Take the rows from the warehouse, which is open for writing: its exports see the ledger as it is now, unless
        something may not leave; then it is as it was. Returns what it has to remember of its exports."""
        if self.folder.exists() and not (self.folder / "manifest.json").exists():
            raise UsageError(f"export {self.folder}: stands there without a manifest, so it is no export; move it away")
        self._alerts.forbid_standing()
        connection.begin()
        try:
            remembered = self._take(connection, remembered)
        except BaseException:
            connection.rollback()
            raise
        connection.commit()
        return remembered

    def _take(self, connection, remembered: pa.Table | None) -> pa.Table:
        took_up = ledger.load(connection, self.billing, self.as_of)
        if remembered is not None:
            forbid_lost(connection, remembered, self.exports)
        forbid_changed_lines(connection)
        forbid_late_lines(connection)
        self.tables = {
            name: connection.execute(f"select * from {model} order by all").to_arrow_table() for name, model in FILES.items()
        }
        totals = "select currency, sum(amount) from exports.exported_billing_lines group by currency order by currency"
        self.totals = dict(connection.execute(totals).fetchall())
        self.waiting = waiting.taken(connection)
        # Where nothing was ever held there is no list.
        self.keeps_list = self.waiting.is_newest and (self.waiting.lines.num_rows or (self.billing / waiting.NAME).exists())
        self.minor_units = dict(connection.execute("select currency, minor_units from seeds.map_currencies").fetchall())
        (has_left,) = connection.execute("select has_left from ledger.exports where is_being_made").fetchone()
        # Archived: the ledger knows it and its folder is elsewhere. It does not leave again.
        self.is_archived = has_left and not self.folder.exists()
        self.next_ledger = ledger.next_ledger(connection)
        self.ledger_changes = BILLING in took_up or not has_left
        self._alerts.take(connection, has_unknown=ALERTS in took_up)
        connection.register("next_ledger", self.next_ledger)
        connection.register("next_alerts", self._alerts.next_ledger)
        return ledger.summed(connection, {BILLING: "next_ledger", ALERTS: "next_alerts"})

    def write(self) -> None:
        """Write the files under temporary names, and check what was written."""
        try:
            shutil.rmtree(self._unfinished, ignore_errors=True)
            if not self.is_archived:
                self._write_folder()
            if self.ledger_changes:
                ledger.write(self._ledger, self.next_ledger)
                sync(self._ledger)
            if self.keeps_list:
                waiting.write(self._list, self.waiting.lines, spelling.instant(self.as_of))
                sync(self._list)
            self._alerts.write()
        except OSError as error:
            raise self._unwritable(error) from error

    def publish(self) -> Export:
        """Rename the whole folder into place, then the ledger and the list of what is held, then the same of the alerts; a
        repeated run must have written the same bytes of the folder."""
        try:
            if not self.is_archived:
                self._publish_folder()
            if self.ledger_changes:
                os.replace(self._ledger, self.billing / ledger.NAME)
            if self.keeps_list:
                os.replace(self._list, self.billing / waiting.NAME)
            if self.ledger_changes or self.keeps_list:
                sync(self.billing)
        except OSError as error:
            if not (self.folder.exists() and self._published):
                raise self._unwritable(error) from error
            behind = "ledger" if self._ledger.exists() else "list of held lines"
            raise UsageError(
                f"exports {self.exports}: {self.folder.name} has left, but its {behind} cannot be written "
                f"({error.strerror}); mend that and run the same as-of again"
            ) from error
        self._alerts.publish()
        return self.export

    @property
    def export(self) -> Export:
        """What has been written, where it will be."""
        lines, held = self.tables["billing_lines"].num_rows, self.waiting
        return Export(
            self.folder, lines, self._spelled(self.totals),
            held.lines.num_rows, self._spelled(held.totals), self._alerts.number,
        )  # fmt: skip

    def _spelled(self, totals: dict[str, Decimal]) -> dict[str, str]:
        return {currency: spelling.decimal(total, self.minor_units[currency]) for currency, total in totals.items()}

    def _write_folder(self) -> None:
        self._unfinished.mkdir()
        for name, table in self.tables.items():
            write_parquet(self._unfinished / f"{name}.parquet", table)
            write_csv(self._unfinished / f"{name}.csv", table, self.minor_units)
        (self._unfinished / "manifest.json").write_text(json.dumps(self._manifest(), indent=2, sort_keys=True) + "\n")
        _check(self._unfinished, self.tables, self.totals)
        for path in [*self._unfinished.iterdir(), self._unfinished]:
            sync(path)

    def _manifest(self) -> dict:
        return {
            "project": "headcount",
            "project_version": __version__,
            "as_of": spelling.instant(self.as_of),
            "engine": {"name": "duckdb", "version": duckdb.__version__},
            "tz_database": {"name": "tzdata", "version": TZDATA_VERSION},
            "rulesets": sorted({r for r in self.tables["billing_lines"].column("ruleset_id").to_pylist() if r is not None}),
            "files": {
                path.name: {
                    "rows": self.tables[path.name.split(".")[0]].num_rows,
                    "sha256": sha256(path),
                    "totals": self.export.totals if path.name.startswith("billing_lines") else {},
                }
                for path in sorted(self._unfinished.iterdir())
            },
            **(waiting.said_before(self.folder) if self.folder.exists() else self._said_of_held()),
        }

    def _said_of_held(self) -> dict:
        held = {"lines": self.export.held_lines, "totals": self.export.held_totals}
        return {"approvals": self.waiting.approvals, "held": held}

    def _publish_folder(self) -> None:
        if not self.folder.exists():
            os.rename(self._unfinished, self.folder)
            self._published = True
            sync(self.billing)
            return
        for path in sorted(self._unfinished.iterdir()):
            there = self.folder / path.name
            if not there.is_file() or sha256(there) != sha256(path):
                raise CheckFailed(
                    f"export {self.folder.name} stands already and {path.name} would now be another; nothing was overwritten"
                )

    def _unwritable(self, error: OSError) -> UsageError:
        return UsageError(f"exports {self.exports}: cannot be written ({error.strerror}); nothing was exported")


def _check(unfinished: Path, tables, amounts: dict[str, Decimal]) -> None:
    from headcount.expectations import check_export

    expected = {name: {"rows": table.num_rows, "totals": {}} for name, table in tables.items()}
    expected["billing_lines"]["totals"] = amounts
    wrong = check_export(unfinished, expected)
    if wrong:
        raise CheckFailed(f"the written export does not hold what it should: {wrong[0]}; nothing was exported")
