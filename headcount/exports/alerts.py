"""The alerts of a night: a CloudEvents 1.0 object for each threshold that a period has reached, each of which leaves once.

They stand below EXPORTS/alerts as the lines stand below EXPORTS/billing: a folder for each night, and a ledger. They leave
after the lines of their night, under the same lock. Nothing is billed by an alert, so that none stops a night: one whose
threshold is no longer reached has left all the same, and a night made again leaves its alerts as they stand.
"""

import json
import os
import shutil
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from headcount import __version__, spelling
from headcount.errors import CheckFailed, UsageError
from headcount.exports import ledger
from headcount.exports.files import sha256
from headcount.exports.folders import folder_name
from headcount.exports.place import sync
from headcount.exports.streams import ALERTS
from headcount.timezones import TZDATA_VERSION

SOURCE, TYPE = "/headcount/thresholds", "headcount.threshold.reached"


class Alerts:
    """The alerts of one night in the steps of its export: `take`, `write`, `publish`; `clear` takes away what is left."""

    def __init__(self, exports: Path, as_of: datetime):
        self.exports, self.as_of = exports, as_of
        self.place = exports / ALERTS.name
        self.folder = self.place / folder_name(as_of)
        self._unfinished = self.place / f".unfinished-{self.folder.name}"
        self._ledger = self.place / f".unfinished-{ledger.NAME}"
        self.number = 0

    def forbid_standing(self) -> None:
        """Raises UsageError for a folder without a manifest where the alerts are to be."""
        if self.folder.exists() and not (self.folder / "manifest.json").exists():
            raise UsageError(f"export {self.folder}: stands there without a manifest, so it is no export; move it away")

    def take(self, connection, has_unknown: bool) -> None:
        """Take the rows that leave from the warehouse. `has_unknown`: whether alerts stand there that the ledger does not
        know."""
        rows = connection.execute(f"select * from {ALERTS.leaving} order by all")
        names = [column[0] for column in rows.description]
        self.events = [event(dict(zip(names, row, strict=True))) for row in rows.fetchall()]
        self.number = len(self.events)
        (has_left,) = connection.execute(f"select has_left from {ALERTS.exports} where is_being_made").fetchone()
        self.leaves = not has_left
        self.next_ledger = ledger.next_ledger(connection, ALERTS)
        self.ledger_changes = self.leaves or has_unknown

    def write(self) -> None:
        """Write the files under temporary names, and check what was written. Raises OSError, as files do."""
        self.place.mkdir(exist_ok=True)
        shutil.rmtree(self._unfinished, ignore_errors=True)
        if self.leaves:
            self._write_folder()
        if self.ledger_changes:
            ledger.write(self._ledger, self.next_ledger)
            sync(self._ledger)

    def publish(self) -> None:
        """Rename the whole folder into place, then the ledger."""
        try:
            if self.leaves:
                os.rename(self._unfinished, self.folder)
                sync(self.place)
            if self.ledger_changes:
                os.replace(self._ledger, self.place / ledger.NAME)
                sync(self.place)
        except OSError as error:
            raise UsageError(
                f"exports {self.exports}: the billing lines of {self.folder.name} have left, but its alerts cannot be written "
                f"({error.strerror}); mend that and run the same as-of again"
            ) from error

    def clear(self) -> None:
        """Take away what was not published, and the folder of all alerts while it is empty."""
        shutil.rmtree(self._unfinished, ignore_errors=True)
        self._ledger.unlink(missing_ok=True)
        with suppress(OSError):
            self.place.rmdir()

    def _write_folder(self) -> None:
        self._unfinished.mkdir()
        lines = self._unfinished / ALERTS.file
        lines.write_text("".join(json.dumps(one) + "\n" for one in self.events), "utf-8")
        (self._unfinished / "manifest.json").write_text(json.dumps(self._manifest(lines), indent=2, sort_keys=True) + "\n")
        if [json.loads(line) for line in lines.read_bytes().splitlines()] != self.events:
            raise CheckFailed(f"the written alerts do not hold what they should: {ALERTS.file}; nothing was exported")
        for path in [*self._unfinished.iterdir(), self._unfinished]:
            sync(path)

    def _manifest(self, lines: Path) -> dict:
        return {
            "project": "headcount",
            "project_version": __version__,
            "as_of": spelling.instant(self.as_of),
            "tz_database": {"name": "tzdata", "version": TZDATA_VERSION},
            "files": {lines.name: {"rows": self.number, "sha256": sha256(lines)}},
        }


def event(row: dict) -> dict:
    """A row of the model as a CloudEvents object: what happened to the account, with ids and figures only."""
    return {
        "specversion": "1.0",
        "id": row[ALERTS.key],
        "source": SOURCE,
        "type": TYPE,
        "subject": row["account_id"],
        "time": spelling.instant(row["crossed_at"]),
        "datacontenttype": "application/json",
        "data": {name: _spelled(value) for name, value in row.items() if name != ALERTS.key},
    }


def _spelled(value):
    """Instants and days as text; everything else is a text or a whole number."""
    if isinstance(value, datetime):
        return spelling.instant(value)
    return value.isoformat() if isinstance(value, date) else value
