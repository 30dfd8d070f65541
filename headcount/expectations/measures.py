"""What the landed rows measure: one pass over each table, kept as its newest load and a few figures of earlier loads.

A load is what reached the landing zone in 24 hours. The newest load of a table reaches back 18 hours from its newest
row; the earlier ones are the days before that, so that a nightly batch may come up to six hours later or 18 hours
earlier than the last one and is still one load.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

import duckdb

from headcount.expectations.profiles import Profile, profile_of
from headcount.expectations.reading import make_lists, readable
from headcount.landing import Stock, Table, Zone, landing_contract, register
from headcount.landing.stock import first_spoiled

DAY = timedelta(hours=24)
REACH = timedelta(hours=18)
# Earlier loads that say what is usual: four weeks, so that every day of the week is in it four times.
EARLIER_LOADS = 28
# A file with fewer rows without an instant than this is rotten rows, not a change of format.
UNDATED_ROWS = 10


@dataclass(frozen=True)
class Load:
    """Figures of one load. `age` 0 is the newest."""

    age: int
    rows: int
    last_at: datetime
    readable: int
    free: int
    priced: int
    amount: Decimal
    filled: dict[str, int]


@dataclass
class Facts:
    """Figures of one table at the run's instant."""

    table: Table
    profile: Profile
    newest_at: datetime | None = None
    rows: int = 0
    undated_rows: int = 0
    undated_files: int = 0
    readable_rows: int = 0
    newest: Load | None = None
    earlier: list[Load] = field(default_factory=list)
    # column -> word -> (rows in the newest load, rows in the earlier loads)
    words: dict[str, dict[str, tuple[int, int]]] = field(default_factory=dict)
    # median and 90th percentile of the earlier amounts that are not zero
    quantiles: tuple[Decimal, Decimal] | None = None
    paid_rows: int = 0
    late_asked: int = 0
    parents_asked: int = 0
    keys_before: int = 0
    kept_keys: int = 0

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def newest_load(self) -> str:
        """SQL condition: the row is in the newest load."""
        return f"loaded_at > timestamp '{_reaching_back(self.newest_at)}'"


def _reaching_back(moment: datetime) -> datetime:
    """Where the load of the moment begins; the first day of all has nothing before it."""
    return max(moment, datetime.min + REACH) - REACH


def measure(connection: duckdb.DuckDBPyConnection, zone: Zone | Stock, as_of: datetime) -> dict[str, Facts]:
    """The figures of every table; leaves `newest_load_<table>` and `zone_tables` for the suites."""
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set preserve_insertion_order = false")
    connection.execute("set checkpoint_threshold = '1TB'")
    for schema in ("measured", "keys"):
        connection.execute(f"create schema {schema}")
    make_lists(connection)
    stock = register(connection, zone)
    facts = {}
    for table in landing_contract().values():
        try:
            facts[table.name] = _measure(connection, table, as_of)
        except duckdb.Error as error:
            shapes = [shape for shape in stock.shapes if shape.table == table]
            raise first_spoiled(shapes) or error from error
    connection.execute(
        "create table zone_tables "
        "(table_name varchar, rows bigint, newest_at timestamp, undated_files bigint, accounts_landed integer)"
    )
    for one in facts.values():
        connection.execute(
            "insert into zone_tables values (?, ?, ?, ?, ?)",
            [one.name, one.rows, one.newest_at, one.undated_files, int(facts["accounts"].rows > 0)],
        )
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


def _measure(connection, table: Table, as_of: datetime) -> Facts:
    facts = Facts(table, profile_of(table))
    rows = f"measured.{table.name}"
    connection.execute(f"create table {rows} as {rows_read(table)}")
    # Afterwards: as a condition of the select above, the instant would be read from its text three times.
    connection.execute(f"delete from {rows} where loaded_at > timestamp '{as_of}'")
    facts.newest_at, facts.rows, facts.readable_rows = connection.execute(
        f"select max(loaded_at), count(loaded_at), coalesce(sum(is_readable), 0) from {rows}"
    ).fetchone()
    facts.undated_rows = connection.execute(f"select count(*) from {rows} where loaded_at is null").fetchone()[0]
    if facts.undated_rows:
        facts.undated_files = connection.execute(
            "select count(*) filter (undated >= ? and 2 * undated > landed) from ("
            "select count(*) filter (loaded_at is null) as undated, count(*) as landed "
            f"from {rows} group by file_hash)",
            [UNDATED_ROWS],
        ).fetchone()[0]
    profiles = (profile_of(one) for one in landing_contract().values())
    if table.name in {profile.parent[1] for profile in profiles if profile.parent}:
        connection.execute(
            f"create table keys.{table.name} as select distinct key_hash from {rows} where key_hash is not null"
        )
    if facts.rows:
        _keep_newest_load(connection, facts, rows)
        _count_loads(connection, facts, rows)
        _count_words(connection, facts, rows)
        _count_amounts(connection, facts, rows)
        if table.kind == "record":
            _count_kept(connection, facts, rows)
        # Figures of the whole table stand in every row of its newest load: to check one more table takes 0.1 s.
        for name in ("readable_rows", "kept_keys"):
            value = int(getattr(facts, name))
            connection.execute(f"alter table newest_load_{table.name} add column {name} bigint default {value}")
    connection.execute(f"drop table {rows}")
    return facts


def _keep_newest_load(connection, facts: Facts, rows: str) -> None:
    """The newest load as a table of its own. Late is only what was never delivered before: a new version is not."""
    late = (
        f"not exists (select 1 from {rows} as before "
        f"where not before.{facts.newest_load} and before.key_hash = landed.key_hash)"
    )
    parent = ""
    if facts.profile.parent:
        parent = (
            "case when parent_hash is not null then cast(parent_hash in "
            f"(select key_hash from keys.{facts.profile.parent[1]}) as integer) end as parent_is_landed, "
        )
    connection.execute(
        f"create table newest_load_{facts.name} as "
        f"select * replace (case when {late} then days_late end as days_late), {parent}"
        "cast(money = 0 as integer) as is_free, case when money != 0 then money end as paid_amount "
        f"from {rows} as landed where {facts.newest_load}"
    )
    parents = "count(parent_is_landed)" if parent else "0"
    facts.late_asked, facts.parents_asked, facts.paid_rows = connection.execute(
        f"select count(days_late), {parents}, count(paid_amount) from newest_load_{facts.name}"
    ).fetchone()


def _count_loads(connection, facts: Facts, rows: str) -> None:
    filled = "".join(f", count(filled_{name})" for name in facts.profile.filled)
    found = connection.execute(
        f"select load_age, count(*), max(loaded_at), sum(is_readable), count(*) filter (money = 0), "
        f"count(money), coalesce(sum(money), 0){filled} "
        f"from (select *, {_age(facts)} as load_age from {rows} where loaded_at is not null) as aged "
        f"where load_age <= {EARLIER_LOADS} group by load_age order by load_age"
    ).fetchall()
    loads = [Load(*row[:7], dict(zip(facts.profile.filled, row[7:], strict=True))) for row in found]
    facts.newest, facts.earlier = loads[0], loads[1:]


def _age(facts: Facts) -> str:
    """SQL for how many days a row's load is before the newest, which ends six hours after the newest row."""
    end = facts.newest_at + (DAY - REACH)
    return f"cast(floor(epoch(timestamp '{end}' - loaded_at) / {DAY.total_seconds():.0f}) as integer)"


def _count_words(connection, facts: Facts, rows: str) -> None:
    for name in facts.profile.words:
        found = connection.execute(
            f"select word_{name}, count(*) filter ({facts.newest_load}), count(*) filter (not {facts.newest_load}) "
            f"from {rows} where loaded_at is not null and word_{name} is not null and is_deleted = 0 "
            f"group by word_{name} order by 2 desc, 3 desc, 1"
        ).fetchall()
        facts.words[name] = {word: (newest, earlier) for word, newest, earlier in found}


def _count_amounts(connection, facts: Facts, rows: str) -> None:
    if facts.profile.money is None:
        return
    median, high = connection.execute(
        f"select quantile_disc(money, 0.5), quantile_disc(money, 0.9) from {rows} "
        f"where money != 0 and not {facts.newest_load}"
    ).fetchone()
    facts.quantiles = None if median is None else (median, high)


def _count_kept(connection, facts: Facts, rows: str) -> None:
    """Keys of the earlier loads, and keys whose last readable version is no deletion (which wins at one instant)."""
    facts.keys_before, facts.kept_keys = connection.execute(
        "select count(*) filter (is_old), count(*) filter (last_is_deleted = 0) from ("
        "select arg_max(is_deleted, (loaded_at, is_deleted)) as last_is_deleted, "
        f"min(loaded_at) <= timestamp '{_reaching_back(facts.newest_at)}' as is_old "
        f"from {rows} where is_readable = 1 and key_hash is not null group by key_hash)"
    ).fetchone()
