"""What the landed rows measure: one pass over each table, of which only figures are kept.

Of events only the loads that are compared are read; of older files the figures that the stock has of them, and their keys, say
the rest. A night that goes on from an earlier run does the same of records, and reads what that run has not seen; of older rows
it takes what the warehouse has judged (`headcount.expectations.earlier`).

A load is what reached the landing zone in 24 hours. The newest load of a table reaches back 18 hours from its newest
row; the earlier ones are the days before that, so that a nightly batch may come up to six hours later or 18 hours
earlier than the last one and is still one load.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

import duckdb

from headcount.expectations.earlier import Earlier, judged_rows, newest_by_files, older_events, told_and_read
from headcount.expectations.profiles import Profile, profile_of
from headcount.expectations.reading import make_lists, readable
from headcount.landing import Stock, Table, landing_contract
from headcount.landing.opened import first_spoiled
from headcount.landing.stock import Known
from headcount.landing.views import views

DAY = timedelta(hours=24)
REACH = timedelta(hours=18)
# Earlier loads that say what is usual: four weeks, so that every day of the week is in it four times.
EARLIER_LOADS = 28
LATE_DAYS = 31
# A file with fewer rows without an instant than this is rotten rows, not a change of format.
UNDATED_ROWS = 10


@dataclass(frozen=True)
class Load:
    """Figures of one load, and how many of its rows each column of `filled` has a value in."""

    rows: int
    last_at: datetime
    readable: int
    free: int
    priced: int
    amount: Decimal
    filled: dict[str, int]


@dataclass(frozen=True)
class Newest:
    """Figures that only the newest load has. `asked_*`: in how many of its rows there was something to ask about."""

    deleted: int
    deliveries: int
    paid: int
    asked_late: int
    ahead: int
    late: int
    asked_parents: int
    parents: int


@dataclass
class Facts:
    """Figures of one table at the run's instant."""

    table: Table
    profile: Profile
    newest_at: datetime | None
    rows: int
    undated_rows: int
    undated_files: int = 0
    # The newest load is the first.
    loads: list[Load] = field(default_factory=list)
    newest: Newest | None = None
    # column -> word -> (rows in the newest load, those of them that are no deletions, such rows in the earlier loads)
    words: dict[str, dict[str, tuple[int, int, int]]] = field(default_factory=dict)
    # Median and 90th percentile of the amounts that are not zero: of the newest load and of the earlier ones.
    amounts: list | None = None
    usual_amounts: list | None = None
    # Of records only.
    readable_rows: int = 0
    keys_before: int = 0
    kept_keys: int = 0

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def earlier(self) -> list[Load]:
        return self.loads[1:]

    @property
    def newest_load(self) -> str:
        """SQL condition: the row is in the newest load."""
        return f"loaded_at > timestamp '{_back(self.newest_at, REACH)}'"

    @property
    def earlier_loads(self) -> str:
        """SQL condition: the row is in one of the earlier loads that say what is usual."""
        return f"not {self.newest_load} and loaded_at > timestamp '{first_load_after(self.newest_at)}'"


def _back(moment: datetime, reach: timedelta) -> datetime:
    """The moment so much earlier; the first day of all has nothing before it."""
    return max(moment, datetime.min + reach) - reach


def first_load_after(newest_at: datetime) -> datetime:
    """What was loaded by then is in none of the loads that are compared."""
    return _back(newest_at, REACH + EARLIER_LOADS * DAY)


def measure(
    connection: duckdb.DuckDBPyConnection,
    stock: Stock,
    as_of: datetime,
    earlier: Earlier | None = None,
    every_row: bool = False,
) -> dict[str, Facts]:
    """The figures of every table. `earlier` is the run that the night goes on from. `every_row` reads all there is, which
    gives the same figures, and leaves landing views of all rows and `keys.<table>` for whoever wants to see them."""
    connection.execute("set TimeZone = 'UTC'; set preserve_insertion_order = false")
    connection.execute("create schema landing; create schema measured; create schema keys")
    make_lists(connection)
    told, read = [], stock.files
    if not every_row:
        since = {table: first_load_after(moment) for table, moment in newest_by_files(stock, as_of).items()}
        told, read = told_and_read(stock, earlier, since) if earlier else older_events(stock, since)
    judged_rows(connection, earlier, {} if earlier else views(stock.opened.of(known.file for known in told)))
    facts = {}
    shapes = stock.opened.of(known.file for known in read)
    for name, select in views(shapes).items():
        connection.execute(f"create view landing.{name} as {select}")
        table = landing_contract()[name]
        try:
            facts[name] = _measure(connection, table, as_of, [known for known in told if known.source_table == name], earlier)
        except duckdb.Error as error:
            raise first_spoiled([shape for shape in shapes if shape.table == table]) or error from error
    return facts


def rows_read(table: Table, more: str = "") -> str:
    """Select of a table's landed rows with what is measured of each."""
    profile = profile_of(table)
    key = table.columns[0].name
    deleted = "coalesce(_deleted, false)" if table.kind == "record" else "false"
    happened, money = profile.happened_at or "null", profile.money or "null"
    columns = {
        "loaded_at": "_loaded_at",
        "file_hash": "hash(_file)",
        "key_hash": f"case when {key} is not null then hash({key}) end",
        "delivery_hash": f"hash({key})" if table.kind == "event" else f"hash({key}, _loaded_at)",
        "is_readable": f"cast(coalesce({readable(table)}, false) as integer)",
        "is_deleted": f"cast({deleted} as integer)",
        "days_late": f"cast(epoch(_loaded_at) - epoch(cast({happened} as timestamp)) as double) / 86400",
        "money": f"case when not {deleted} then cast({money} as decimal(18, 6)) end",
        **{f"word_{name}": name for name in profile.words},
        **{f"filled_{name}": _filled(name, deleted) for name in profile.filled},
    }
    if profile.parent:
        parent = profile.parent[0]
        columns["parent_hash"] = f"case when {parent} is not null and not {deleted} then hash({parent}) end"
    listed = ", ".join(f"{expression} as {name}" for name, expression in columns.items())
    return f"select {listed}{more} from landing.{table.name}"


def _filled(name: str, deleted: str) -> str:
    """1 when the column holds something, null when it is empty, 0 for a deletion: that says nothing of the column."""
    return f"case when {deleted} then 0 when {name} is not null then 1 end"


def _measure(connection, table: Table, as_of: datetime, told: list[Known], earlier: Earlier | None) -> Facts:
    rows = f"measured.{table.name}"
    connection.execute(f"create table {rows} as {rows_read(table)}")
    # Afterwards: as a condition of the select above, the instant would be read from its text three times.
    connection.execute(f"delete from {rows} where loaded_at > timestamp '{as_of}'")
    counted = connection.execute(f"select max(loaded_at), count(loaded_at), count(*) - count(loaded_at) from {rows}").fetchone()
    facts = Facts(table, profile_of(table), *counted)
    if facts.undated_rows:
        (facts.undated_files,) = connection.execute(
            "select count(*) filter (undated >= ? and 2 * undated > landed) from ("
            "select count(*) filter (loaded_at is null) as undated, count(*) as landed "
            f"from {rows} group by file_hash)",
            [UNDATED_ROWS],
        ).fetchone()
    for known in told:
        facts.rows += known.rows - known.undated_rows
        facts.undated_rows += known.undated_rows
        facts.undated_files += known.undated_rows >= UNDATED_ROWS and 2 * known.undated_rows > known.rows
    if table.name in {profile_of(one).parent[1] for one in landing_contract().values() if profile_of(one).parent}:
        connection.execute(
            f"create table keys.{table.name} as select key_hash from {rows} where key_hash is not null "
            f"union select key_hash from judged.{table.name} where key_hash is not null"
        )
    if facts.rows:
        seen_until = f"timestamp '{earlier.as_of if earlier else '-infinity'}'"
        _loads(connection, facts, rows)
        _newest(connection, facts, rows, seen_until)
        _words(connection, facts, rows)
        _amounts(connection, facts, rows)
        if table.kind == "record":
            _kept(connection, facts, rows, seen_until)
    connection.execute(f"drop table {rows}")
    return facts


def _loads(connection, facts: Facts, rows: str) -> None:
    # How many days a row's load is before the newest, which ends six hours after the newest row.
    end = facts.newest_at + (DAY - REACH)
    age = f"cast(floor(epoch(timestamp '{end}' - loaded_at) / {DAY.total_seconds():.0f}) as integer)"
    filled = "".join(f", count(filled_{name})" for name in facts.profile.filled)
    found = connection.execute(
        f"select count(*), max(loaded_at), sum(is_readable), count(*) filter (money = 0), count(money), "
        f"coalesce(sum(money), 0){filled} from (select *, {age} as load_age from {rows} where loaded_at is not null) as aged "
        f"where load_age <= {EARLIER_LOADS} group by load_age order by load_age"
    ).fetchall()
    facts.loads = [Load(*row[:6], dict(zip(facts.profile.filled, row[6:], strict=True))) for row in found]


def _newest(connection, facts: Facts, rows: str, seen_until: str) -> None:
    """Late is only what was never delivered before: a new version is not."""
    parent = f"parent_hash in (select key_hash from keys.{facts.profile.parent[1]})" if facts.profile.parent else "false"
    asked = "parent_hash is not null" if facts.profile.parent else "false"
    # What was judged less what is read again is what stands in older files.
    delivered_before = (
        f"select key_hash from {rows} where not {facts.newest_load} union all "
        "select key_hash from ("
        f"select key_hash, deliveries from judged.{facts.name} where loaded_at is not null "
        f"and key_hash in (select key_hash from {rows} where {facts.newest_load}) "
        f"union all select key_hash, -1 from {rows} where loaded_at <= {seen_until}"
        ") group by key_hash having sum(deliveries) > 0"
    )
    found = connection.execute(
        f"with delivered_before as ({delivered_before}) "
        "select coalesce(sum(is_deleted), 0), count(distinct delivery_hash), count(*) filter (money != 0), "
        f"count(days_late), count(*) filter (days_late < 0), count(*) filter (days_late > {LATE_DAYS}), "
        f"count(*) filter ({asked}), count(*) filter ({asked} and {parent}) "
        "from (select * replace (case when not exists ("
        "select 1 from delivered_before where delivered_before.key_hash = landed.key_hash) then days_late end as days_late) "
        f"from {rows} as landed where {facts.newest_load})"
    ).fetchone()
    facts.newest = Newest(*found)


def _words(connection, facts: Facts, rows: str) -> None:
    for name in facts.profile.words:
        found = connection.execute(
            f"select word_{name}, count(*) filter ({facts.newest_load}), "
            f"count(*) filter ({facts.newest_load} and is_deleted = 0) as newest, "
            f"count(*) filter ({facts.earlier_loads} and is_deleted = 0) as earlier "
            f"from {rows} where loaded_at > timestamp '{first_load_after(facts.newest_at)}' and word_{name} is not null "
            f"group by word_{name} order by newest desc, earlier desc, word_{name}"
        ).fetchall()
        facts.words[name] = {word: counts for word, *counts in found}


def _amounts(connection, facts: Facts, rows: str) -> None:
    if facts.profile.money is None:
        return
    quantiles = "quantile_disc(money, [0.5, 0.9]) filter (money != 0 and"
    facts.amounts, facts.usual_amounts = connection.execute(
        f"select {quantiles} {facts.newest_load}), {quantiles} {facts.earlier_loads}) from {rows}"
    ).fetchone()


def _kept(connection, facts: Facts, rows: str, seen_until: str) -> None:
    """Rows that can be read, keys of the earlier loads, and keys whose last readable version is no deletion (which wins at
    one instant)."""
    versions = (
        f"select key_hash, loaded_at, is_deleted, is_readable, 1 as deliveries from {rows} where loaded_at > {seen_until} "
        f"union all select key_hash, loaded_at, is_deleted, is_readable, deliveries from judged.{facts.name}"
    )
    facts.readable_rows, facts.keys_before, facts.kept_keys = connection.execute(
        "select coalesce(sum(deliveries), 0)::bigint, count(*) filter (is_old), count(*) filter (last_is_deleted = 0) from ("
        "select sum(deliveries) as deliveries, arg_max(is_deleted, (loaded_at, is_deleted)) as last_is_deleted, "
        f"min(loaded_at) <= timestamp '{_back(facts.newest_at, REACH)}' as is_old "
        f"from ({versions}) where is_readable = 1 and key_hash is not null group by key_hash)"
    ).fetchone()
