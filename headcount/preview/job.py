"""The order of the steps of a preview. It is a night that goes on from the warehouse, on a copy: the invoices are landed by
nobody, the instant may lie ahead, and nothing of it is put in use or leaves."""

from datetime import UTC, datetime
from pathlib import Path

from headcount import run
from headcount.errors import LandingError, UsageError
from headcount.landing import inspect, take_stock
from headcount.nightly.history import History
from headcount.nightly.job import environment
from headcount.nightly.made_with import made_with
from headcount.nightly.models import build_models
from headcount.nightly.progress import Progress
from headcount.preview.bill import keep_what_was, the_bill
from headcount.preview.coming import land_invoices
from headcount.preview.copy import Copy
from headcount.preview.folder import MARK, write_bill
from headcount.preview.words import in_words
from headcount.spelling import instant
from headcount.warehouse import attached
from headcount.written import whole_folder

# dbt makes the lines, what cannot be billed, and whatever they come of; tests are for what stays.
_MODELS = ("run", "--select", "+fct_billing_lines", "+billing_exceptions", "+fct_active_user_counts", "+dim_billing_periods")
# A mistyped year would make centuries of months.
_YEARS_AHEAD = 10


def preview(landing: Path, warehouse: Path, on: str | None, accounts: list[str], output: Path | None) -> int:
    """Print, and write, what would be billed if every open period since the last invoice ended at `on`."""
    if output is None:
        print(in_words(previewed(landing, warehouse, on, accounts)))
        return 0
    with whole_folder(output, MARK, "preview") as folder:
        bill = previewed(landing, warehouse, on, accounts)
        write_bill(folder, bill)
    print(in_words(bill))
    print(f"written to {output.resolve()}")
    return 0


def previewed(landing: Path, warehouse: Path, on: str | None, accounts: list[str]):
    asked = run.parse_instant(on, "on") if on is not None else None
    progress = Progress()
    with Copy(warehouse) as copy:
        before, made = History(copy.building), made_with()
        why_not = before.why_whole(made)
        if why_not:
            raise UsageError(f"warehouse {warehouse} cannot be gone on from: {why_not}; run 'headcount nightly' on it first")
        as_of = before.last_as_of.replace(tzinfo=UTC)
        ends_at = _ends_at(asked, as_of)
        _forbid_another_zone(landing, before, warehouse)
        with attached(copy.building, read_only=False) as connection:
            _forbid_unknown(connection, accounts, warehouse)
            keep_what_was(connection)
            land_invoices(connection, copy.landing, ends_at, accounts)
        progress.step(f"models: going on from {instant(as_of)} to {instant(ends_at)}, on a copy")
        _build(copy, environment(copy.landing, None, ends_at, before.ruleset, as_of), made, progress)
        with attached(copy.building) as connection:
            return the_bill(connection, as_of, ends_at, accounts)


def _build(copy: Copy, settings: dict[str, str], made: str, progress: Progress) -> None:
    from headcount.dbt_plugin import Plugin

    Plugin.is_preview = True
    try:
        build_models(copy, settings, take_stock(inspect(copy.landing), {}), made, progress, _MODELS)
    finally:
        Plugin.is_preview = False


def _ends_at(asked: datetime | None, as_of: datetime) -> datetime:
    if asked is None:
        return as_of
    if asked < as_of:
        raise UsageError(
            f"on {instant(asked)} is before {instant(as_of)}, for which the warehouse was built; name that instant or a later one"
        )
    if asked.year > as_of.year + _YEARS_AHEAD:
        raise UsageError(f"on {instant(asked)} is more than {_YEARS_AHEAD} years after {instant(as_of)}; name an earlier instant")
    return asked


def _forbid_another_zone(landing: Path, before: History, warehouse: Path) -> None:
    """What the warehouse has read has to be there as it was. What has come since is not known to it, and not looked at."""
    zone = inspect(landing.resolve())
    zone.files = [file for file in zone.files if file.name in before.files]
    stock = take_stock(zone, before.files)
    for files, what in ((stock.gone, "is not there"), (stock.changed, "is not what was read")):
        if files:
            more = f", nor are {len(files) - 1} others" if len(files) > 1 else ""
            raise LandingError(
                f"{files[0]}: {what}{more} in {zone.folder}; name the landing zone that {warehouse} was built from"
            )


def _forbid_unknown(connection, accounts: list[str], warehouse: Path) -> None:
    found = connection.execute("select account_id from intermediate.int_accounts__known").fetchall()
    known = {account for (account,) in found}
    for account in accounts:
        if account not in known:
            raise UsageError(f"account {account!r} is not in {warehouse}; look it up in marts.dim_accounts")
