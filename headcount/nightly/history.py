"""What earlier runs of a warehouse forbid: going back in time, rewriting what they saw, mixing rulesets."""

from datetime import datetime
from pathlib import Path

import duckdb

from headcount.errors import LandingError, UsageError
from headcount.landing import Stock
from headcount.landing.stock import Known, remembered
from headcount.nightly.made_with import what_changed
from headcount.spelling import instant
from headcount.warehouse import attached, first_line


class History:
    """The earlier runs of a warehouse and the files they have read, by name; empty for a new one."""

    def __init__(self, warehouse: Path | None):
        self.last_as_of: datetime | None = None
        self.ruleset: str | None = None
        self.made_with: str | None = None
        self.files: dict[str, Known] = {}
        if warehouse is None:
            return
        with attached(warehouse) as connection:
            try:
                self.last_as_of, self.ruleset = connection.execute(
                    "select max(as_of_at), max_by(ruleset_override, as_of_at) from marts.runs"
                ).fetchone()
                self.files = remembered(connection)
                self.made_with = _made_with(connection)
            except duckdb.Error as error:
                raise UsageError(
                    f"the warehouse in use was built by another version ({first_line(error)}), which kept no fingerprints "
                    "of what it read; rebuild it once with --full-refresh"
                ) from error

    def why_whole(self, made_with: str) -> str | None:
        """Why everything has to be built anew, in words; None when the night can go on from the last run."""
        return what_changed(self.made_with, made_with) if self.last_as_of else "there is no earlier run to go on from"

    def forbid_going_back(self, as_of: datetime) -> None:
        if self.last_as_of and as_of.replace(tzinfo=None) < self.last_as_of:
            raise UsageError(
                f"as-of {instant(as_of)} is before {instant(self.last_as_of)}, for which the "
                "warehouse was built; --full-refresh rebuilds it at any instant"
            )

    def forbid_mixing(self, ruleset: str | None) -> None:
        if self.last_as_of and self.ruleset != ruleset:
            built = f"with --ruleset {self.ruleset}" if self.ruleset else "without --ruleset"
            raise UsageError(f"the warehouse was built {built}; name another warehouse file for this run")

    def forbid_rewriting(self, stock: Stock) -> None:
        """What was read stays as it was, and no new file holds what an earlier run would have seen."""
        if not self.last_as_of:
            return
        took = "put it back as it was, or take the landing zone as it stands with --full-refresh"
        if stock.gone:
            more = f", nor are {len(stock.gone) - 1} others" if len(stock.gone) > 1 else ""
            raise LandingError(f"{stock.gone[0]}: was read by an earlier run and is not there any more{more}; {took}")
        if stock.changed:
            more = f", as have {len(stock.changed) - 1} others" if len(stock.changed) > 1 else ""
            raise LandingError(f"{stock.changed[0]}: has changed since an earlier run read it{more}; {took}")
        for file in stock.new:
            if file.first_loaded_at is not None and file.first_loaded_at <= self.last_as_of:
                raise LandingError(
                    f"{file.file}: new, but holds rows loaded at {instant(file.first_loaded_at)}, which the run "
                    f"as of {instant(self.last_as_of)} should have seen; --full-refresh takes it in"
                )


def _made_with(connection) -> str | None:
    """What the warehouse was last made with; None when dbt alone has had it since, which may have built any part of it
    at another instant, and of a version that did not say."""
    try:
        return connection.execute("select made_with from landing.run").fetchone()[0]
    except duckdb.BinderException:
        return None
