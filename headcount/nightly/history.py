"""What earlier runs of a warehouse forbid: going back in time, rewriting what they saw, mixing rulesets."""

from datetime import datetime
from pathlib import Path

import duckdb

from headcount.errors import LandingError, UsageError
from headcount.landing import Zone, register
from headcount.landing.zone import TableFiles


class History:
    """The earlier runs of a warehouse and the files they have read; empty for a new one."""

    def __init__(self, warehouse: Path | None):
        self.last_as_of: datetime | None = None
        self.ruleset: str | None = None
        self.files: set[str] = set()
        if warehouse is None or not warehouse.exists():
            return
        try:
            with duckdb.connect(str(warehouse), read_only=True) as connection:
                self.last_as_of, self.ruleset = connection.execute(
                    "select max(as_of_at), max_by(ruleset_override, as_of_at) from marts.runs"
                ).fetchone()
                self.files = {row[0] for row in connection.execute("select file from marts.landing_files").fetchall()}
        except duckdb.Error as error:
            raise UsageError(
                f"warehouse {warehouse}: cannot be read ({str(error).splitlines()[0][:120]}); "
                "name another file, or rebuild it with --full-refresh"
            ) from error

    def forbid_going_back(self, as_of: datetime) -> None:
        if self.last_as_of and as_of.replace(tzinfo=None) < self.last_as_of:
            raise UsageError(
                f"as-of {as_of:%Y-%m-%dT%H:%M:%SZ} is before {self.last_as_of:%Y-%m-%dT%H:%M:%SZ}, for which the "
                "warehouse was built; --full-refresh rebuilds it at any instant"
            )

    def forbid_mixing(self, ruleset: str | None) -> None:
        if self.last_as_of and self.ruleset != ruleset:
            built = f"with --ruleset {self.ruleset}" if self.ruleset else "without --ruleset"
            raise UsageError(f"the warehouse was built {built}; name another warehouse file for this run")

    def forbid_rewriting(self, zone: Zone) -> None:
        """A new file must not hold what an earlier run would have seen. Reads new files only."""
        if not self.last_as_of:
            return
        for earliest, name in _earliest_loads(_unread(zone, self.files)):
            if earliest is not None and earliest <= self.last_as_of:
                raise LandingError(
                    f"{name}: new, but holds rows loaded at {earliest:%Y-%m-%dT%H:%M:%SZ}, which the run as of "
                    f"{self.last_as_of:%Y-%m-%dT%H:%M:%SZ} should have seen; --full-refresh takes it in"
                )


def _unread(zone: Zone, read: set[str]) -> Zone:
    tables = {}
    for table, found in zone.tables.items():
        new = [path for path in found.files if str(path.relative_to(zone.folder)) not in read]
        headers = {header: [p for p in paths if p in new] for header, paths in found.headers.items()}
        if new:
            tables[table] = TableFiles(table, found.format, new, {h: p for h, p in headers.items() if p})
    return Zone(zone.folder, tables, [])


def _earliest_loads(zone: Zone):
    """(earliest _loaded_at, file) of each file, the instants read as the models read them."""
    from headcount.expectations.reading import read

    loaded_at = read("_loaded_at", "instant")
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        register(connection, zone)
        for table in zone.tables:
            earliest = f"select min({loaded_at}), _file from landing.{table} group by _file order by _file"
            yield from connection.execute(earliest).fetchall()
