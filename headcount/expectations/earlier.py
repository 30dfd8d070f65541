"""What need not be read for the checks: the figures of older files are known, and of their rows no more than keys is asked.
Those of a night that goes on from an earlier run were judged by it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from headcount.landing import Stock, Table, landing_contract
from headcount.landing.stock import Known
from headcount.sql import text


@dataclass(frozen=True)
class Earlier:
    """The run that a night goes on from: its warehouse, and the instant up to which it has judged the landing zone (UTC)."""

    warehouse: Path
    as_of: datetime


def newest_by_files(stock: Stock, as_of: datetime) -> dict[str, datetime]:
    """Table -> an instant by which some row of it was loaded, the latest that the figures of its files tell."""
    found: dict[str, datetime] = {}
    for known in stock.files:
        for moment in (known.first_loaded_at, known.last_loaded_at):
            if moment and moment <= as_of:
                found[known.source_table] = max(moment, found.get(known.source_table, moment))
    return found


def told_and_read(stock: Stock, earlier: Earlier, since: dict[str, datetime]) -> tuple[list[Known], list[Known]]:
    """Files whose figures are enough, and those to be read: new ones, and whichever hold a row that was loaded after the
    earlier run or, table by table, `since`."""
    new = {known.file for known in stock.new}
    told, read = [], []
    for known in stock.files:
        asked_from = min(earlier.as_of, since.get(known.source_table, earlier.as_of))
        is_older = known.last_loaded_at is None or known.last_loaded_at <= asked_from
        (told if is_older and known.file not in new else read).append(known)
    return told, read


def older_events(stock: Stock, since: dict[str, datetime]) -> tuple[list[Known], list[Known]]:
    """Files of events whose figures and keys are enough, since nothing in them was loaded after `since`, and all others."""
    events = {table.name for table in landing_contract().values() if table.kind == "event"}
    told, read = [], []
    for known in stock.files:
        is_older = known.last_loaded_at is not None and known.last_loaded_at <= since.get(known.source_table, datetime.min)
        (told if is_older and known.source_table in events else read).append(known)
    return told, read


def judged_rows(connection, earlier: Earlier | None, older: dict[str, str]) -> None:
    """Make `judged.<table>` of each landed table: what the earlier run has judged, or without one the landed rows of the
    files that are not read for their figures (`older`, a select a table). A row stands for as many landed ones as it has
    `deliveries`; of an event, they may have been loaded at other times."""
    connection.execute("create schema judged")
    if earlier:
        connection.execute(f"attach {text(earlier.warehouse)} as earlier (read_only)")
    for table in landing_contract().values():
        key = table.columns[0].name
        key_hash = f"case when {key} is not null then hash({key}) end as key_hash"
        if earlier:
            rows = f"{key_hash}, loaded_at, deliveries{_read(table)} from earlier.intermediate.int_{table.name}__judged"
        else:
            said = f"{key_hash}, _loaded_at as loaded_at, 1 as deliveries, 0 as is_deleted, 1 as is_readable"
            rows = f"{said} from ({older[table.name]})"
        connection.execute(f"create view judged.{table.name} as select {rows}")


def _read(table: Table) -> str:
    if table.kind == "event":
        return ""
    # The reasons that say what `readable` says of a row: it lacks a value, or has one that cannot be read.
    of_lists = "|".join(column.name for column in table.columns if column.data_type == "currency")
    unread = "(unreadable|missing):" + (f"|not_allowed:({of_lists})([|]|$)" if of_lists else "")
    return (
        ", cast(is_deleted as integer) as is_deleted, "
        f"cast(not coalesce(regexp_matches(reasons, {text(unread)}), false) as integer) as is_readable"
    )
