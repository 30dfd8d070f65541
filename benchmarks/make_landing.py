"""Writes a large landing zone: typed Parquet, a file a table and load month or load day, the same rows for the same seed.

    python benchmarks/make_landing.py --landing build/large [--edits 1000000 --bookings 200000 ...]

Every row is computed from its number and the seed. Activity is written month by month, a million rows at a
time, and only what is loaded a month later is carried over, so that memory does not grow with it. 1 % of the
deliveries of activity are late, 1 % come twice, 0.1 % are rotten (rejected by the landing contract).
"""

import argparse
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from headcount.sample.files import write_file

#: The first instant after the last happening: a run as of here sees nearly all of it, and closes nearly all.
AS_OF = "2026-11-01"

#: What a file of a table holds.
BY = ("month", "day")

#: Rows of activity computed at once.
BATCH = 1_000_000


@dataclass(frozen=True)
class Size:
    """How many of what, and whether a file holds a load `month` or a load `day`. What is not given follows from edits and
    bookings."""

    edits: int = 1_000_000
    bookings: int = 200_000
    accounts: int | None = None
    customers: int | None = None
    months: int = 24
    seed: int = 1
    by: str = "month"

    def numbers(self) -> dict[str, int]:
        """The counts the SQL below is written with; `nu` counts by account, `nx` by location."""
        accounts = self.accounts or max(4, self.edits // 5_000 + self.bookings // 4_000)
        customers = self.customers or max(40, self.edits // 20 + self.bookings // 10)
        nu_share = self.edits / max(1, self.edits + 2 * self.bookings)
        nu_accounts = min(max(1, round(accounts * nu_share)), accounts - 1)
        nu_customers = min(
            max(10 * nu_accounts, round(customers * nu_share)), customers - 10 * (accounts - nu_accounts)
        )
        if nu_customers < 2 * nu_accounts or customers < 20 * accounts:
            raise SystemExit(f"{customers} customers are too few for {accounts} accounts: 20 each at least")
        return {
            "edits": self.edits,
            "bookings": self.bookings,
            "sales": self.bookings * 3 // 20,
            "tickets": self.bookings // 10,
            "invoices": self.bookings * 2 // 5,
            "nu_accounts": nu_accounts,
            "nx_accounts": accounts - nu_accounts,
            "nu_customers": nu_customers,
            "nx_customers": customers - nu_customers,
            "months": self.months,
            "seed": self.seed,
            "by": self.by,
        }


MACROS = """
-- The modulus is cast: of an unsigned and a signed number it would be worked out in 128 bits, 60 times slower.
create macro rnd(i, salt, n) as cast(hash(xor(cast(i as ubigint), hash(salt, {seed}))) % cast(n as ubigint) as bigint);
create macro month_start(m) as cast(date '{start}' + to_months(cast(m as integer)) as timestamp);

-- Accounts of very different sizes: customers are numbered so that the first accounts hold the most.
create macro nu_account(c) as ({nu_accounts} * c * c) // ({nu_customers}::bigint * {nu_customers});
create macro nx_account(c) as ({nx_accounts} * c * c) // ({nx_customers}::bigint * {nx_customers});
create macro locations_of(a) as 1 + a % 3;
create macro location_id(a, k) as 'nx-a' || a || '-l' || k;

-- Six of ten customers are there from the start, the others come in the months after.
create macro joined_month(c) as case when c % 10 < 6 then 0 else rnd(c, 'joined', {months}) end;
create macro skewed(i, n) as cast(floor(n * pow(rnd(i, 'who', 1000000) / 1000000.0, 1.5)) as bigint);
create macro present(c, m, i) as case when joined_month(c) >= m then c - c % 10 + rnd(i, 'instead', 6) else c end;

-- Days and instants are counted as integers from 1970.
create macro first_day(m) as {first_days}[1 + m];
create macro instant(day, second) as make_timestamp((day * 86400 + second) * 1000000);
create macro day_of(t) as epoch_us(t) // 86400000000;

-- Working hours, most often about noon; what falls on a weekend mostly moves to the days after.
create macro some_day(i, m) as first_day(m) + rnd(i, 'day', first_day(m + 1) - first_day(m));
create macro off_weekend(day, i) as day + case when (day + 3) % 7 > 4 and rnd(i, 'weekend', 5) > 0 then 2 else 0 end;
create macro second_of_day(i) as 6 * 3600 + (rnd(i, 'hour', 13 * 3600) + rnd(i, 'hour2', 13 * 3600)) // 2;
create macro happened(i, m) as instant(off_weekend(some_day(i, m), i), second_of_day(i));

-- Loaded the next night; one in a hundred late, and one in a hundred once more some days later.
create macro night_after(t) as instant(day_of(t) + 1, 3600);
create macro deliveries(i) as case when rnd(i, 'twice', 100) = 0 then [0, 1] else [0] end;
create macro late_nights(i) as case when rnd(i, 'late', 100) = 0 then 2 + rnd(i, 'nights', 18) else 0 end;
create macro loaded(t, i, again) as
    instant(day_of(t) + 1 + late_nights(i) + again * (1 + rnd(i, 'again', 5)), 3600);
create macro rotten(i) as case when rnd(i, 'rotten', 1000) = 0 then rnd(i, 'how', 3) else -1 end;
create macro money(cents) as cast(cents / 100 as decimal(18, 6));
"""

ZONES = "['Europe/Lisbon', 'Europe/London', 'America/New_York', 'Asia/Tokyo', 'Asia/Kuwait'][1 + a % 5]"
CURRENCIES = "['EUR', 'GBP', 'USD', 'JPY', 'KWD'][1 + a % 5]"
OPENED = "cast(date '{start}' + interval 6 hour as timestamp)"

#: Activity, spread over the months by number: {table: (count, product, SQL over the columns of NUMBERED)}.
STREAMED = {
    "edits": (
        "edits",
        "nu",
        """
        select
            'e' || i as edit_id,
            'nu-a' || a as account_id,
            case when bad = 0 then 'nobody' else 'nu-c' || c end as customer_id,
            case when bad = 1 then null
                else ['information', 'measurement', 'recommendation', 'food_plan', 'appointment'][
                    1 + rnd(i, 'kind', 41) // 10] end as edit_kind,
            case when bad = 2 then t + interval 40 day else t end as edited_at,
            loaded(t, i, again) as _loaded_at
        from numbered
        """,
    ),
    "bookings": (
        "bookings",
        "nx",
        """
        select
            'b' || i as booking_id,
            case when bad = 0 then 'nobody' when rnd(i, 'walk-in', 25) > 0 then 'nx-c' || c end as customer_id,
            location_id(a, rnd(i, 'where', locations_of(a))) as location_id,
            'Room ' || rnd(i, 'room', 12) as resource_name,
            case when bad = 1 then money(-100) else money(rnd(i, 'free', 3) * rnd(i, 'price', 4000)) end as price,
            t as booked_at,
            case when bad = 2 then t + interval 9 day else t + interval 2 day end as starts_at,
            t + interval 50 hour as ends_at,
            case when rnd(i, 'cancelled', 16) = 0 then t + interval 1 hour end as cancelled_at,
            loaded(t, i, again) as _loaded_at
        from numbered
        """,
    ),
    "product_sales": (
        "sales",
        "nx",
        """
        select
            's' || i as sale_id,
            case when bad = 0 then 'nobody' else 'nx-c' || c end as customer_id,
            location_id(a, rnd(i, 'where', locations_of(a))) as location_id,
            'Product ' || rnd(i, 'product', 20) as product_name,
            case when bad = 1 then null else rnd(i, 'recurring', 4) = 0 end as is_recurring,
            case when bad = 2 then money(-1) else money(rnd(i, 'free', 3) * rnd(i, 'price', 2500)) end as price,
            t as sold_at,
            loaded(t, i, again) as _loaded_at
        from numbered
        """,
    ),
    "event_tickets": (
        "tickets",
        "nx",
        """
        select
            't' || i as ticket_id,
            case when bad = 0 then 'nobody' when rnd(i, 'guest', 3) > 0 then 'nx-c' || c end as customer_id,
            location_id(a, rnd(i, 'where', locations_of(a))) as location_id,
            'Event ' || m as event_name,
            case when bad = 1 then null else money(rnd(i, 'price', 3) * 1250) end as price,
            case when bad = 2 then t + interval 40 day else t end as purchased_at,
            loaded(t, i, again) as _loaded_at
        from numbered
        """,
    ),
    "invoices": (
        "invoices",
        "nx",
        """
        select
            'i' || i as invoice_id,
            case when bad = 0 then 'nobody' else 'nx-c' || c end as customer_id,
            location_id(a, rnd(i, 'where', locations_of(a))) as location_id,
            case when bad = 1 then null when bad = 2 then t + interval 40 day else t end as issued_at,
            rnd(i, 'state', 100) < 2 as is_draft,
            rnd(i, 'state', 100) = 2 as is_credit_note,
            case when rnd(i, 'state', 100) = 3 then t + interval 3 hour end as voided_at,
            loaded(t, i, again) as _loaded_at
        from numbered
        """,
    ),
    "invoice_lines": (
        "invoices",
        "nx",
        """
        select
            'i' || i || '-' || line as invoice_line_id,
            case when bad = 0 then 'none' else 'i' || i end as invoice_id,
            ['plan', 'booking', 'product', 'charge', 'event_ticket', 'deposit'][
                1 + rnd(i, 'line', 30 + line) % 6] as line_type,
            case when bad > 0 then null else money(rnd(i, 'amount', 9000 + line) - 200) end as amount,
            loaded(t, i, again) as _loaded_at
        from numbered, unnest(range(1, 2 + cast(rnd(i, 'lines', 4) = 0 as bigint))) as lines (line)
        """,
    ),
}

#: Everything else, computed whole: {table: SQL}.
WHOLE = {
    "accounts": """
        select
            product || '-a' || a as account_id,
            case product when 'nu' then 'nutrium' else 'nexudus' end as product,
            'Account ' || a as account_name,
            {zones} as timezone,
            {currencies} as currency,
            {opened} as created_at,
            cast(null as timestamp) as history_complete_at,
            night_after(created_at) as _loaded_at
        from (
            select 'nu' as product, range as a from range({nu_accounts})
            union all
            select 'nx', range from range({nx_accounts})
        )
        """,
    "locations": """
        select
            location_id(a, k) as location_id,
            'nx-a' || a as account_id,
            'Location ' || k as location_name,
            {zones} as timezone,
            {opened} as created_at,
            night_after(created_at) as _loaded_at
        from (select range as a from range({nx_accounts})), unnest(range(locations_of(a))) as places (k)
        """,
    "customers": """
        select
            product || '-c' || c as customer_id,
            product || '-a' || a as account_id,
            case product when 'nx' then location_id(a, 0) end as home_location_id,
            'Person ' || c as display_name,
            c % 200 = 0 as is_admin,
            case when joined_month(c) = 0 then {opened} else happened(c, joined_month(c)) end as created_at,
            night_after(created_at) as _loaded_at
        from (
            select 'nu' as product, range as c, nu_account(range) as a from range({nu_customers})
            union all
            select 'nx', range, nx_account(range) from range({nx_customers})
        )
        """,
    "customer_status_changes": """
        select
            'st' || c || '-' || step as status_change_id,
            'nx-c' || c as customer_id,
            case when step = 1 then 'active' when c % 3 = 0 then 'archived' else 'suspended' end as status,
            happened(c, least(joined_month(c) + 1 + rnd(c, 'status', 12), {months} - 1))
                + step * to_days(cast(10 + rnd(c, 'back', 60) as integer)) as changed_at,
            night_after(changed_at) as _loaded_at
        from range({nx_customers}) as customers (c), unnest(range(1 + cast(c % 3 > 0 as bigint))) as steps (step)
        where rnd(c, 'changes', 10) = 0
        """,
    "teams": """
        select
            'tm' || c as team_id,
            'nx-a' || nx_account(c) as account_id,
            location_id(nx_account(c), 0) as location_id,
            'nx-c' || c as paying_customer_id,
            rnd(c, 'merged', 4) > 0 as has_merged_invoicing,
            happened(c, joined_month(c)) as created_at,
            night_after(created_at) as _loaded_at
        from range(0, {nx_customers}, 50) as customers (c)
        """,
    "team_memberships": """
        select
            'mb' || c || '-' || k as membership_id,
            'tm' || c as team_id,
            'nx-c' || (c + k) as customer_id,
            happened(c + k, greatest(joined_month(c), joined_month(c + k))) + interval 1 day as joined_at,
            case when version = 1 then left_then end as left_at,
            night_after(case when version = 1 then left_then else joined_at end) as _loaded_at
        from (
            select
                *,
                happened(c + k, greatest(joined_month(c), joined_month(c + k)))
                    + to_days(cast(40 + rnd(c + k, 'left', 600) as integer)) as left_then
            from
                range(0, {nx_customers}, 50) as customers (c), range(1, 7) as members (k),
                range(2) as versions (version)
            where c + k < {nx_customers} and nx_account(c + k) = nx_account(c)
        )
        where version = 0 or rnd(c + k, 'leaves', 3) = 0
        """,
    "contracts": """
        select
            'ct' || c as contract_id,
            'nx-c' || c as customer_id,
            location_id(nx_account(c), rnd(c, 'home', locations_of(nx_account(c)))) as location_id,
            'Plan ' || c % 6 as plan_name,
            money(c % 6 * 4900) as price,
            happened(c, joined_month(c)) as created_at,
            created_at + to_days(cast(rnd(c, 'starts', 20) as integer)) as starts_at,
            case when version = 1
                then created_at + to_days(cast(20 + rnd(c, 'cancels', 700) as integer)) end as cancelled_at,
            cast(null as timestamp) as paused_at,
            night_after(coalesce(cancelled_at, created_at)) as _loaded_at
        from range({nx_customers}) as customers (c), range(2) as versions (version)
        where rnd(c, 'member', 10) < 6 and (version = 0 or rnd(c, 'cancelled', 10) < 4)
        """,
    "platform_invoices": """
        select
            'pi-' || a || '-' || k || '-' || m as platform_invoice_id,
            'nx-a' || a as account_id,
            location_id(a, k) as location_id,
            month_start(m) + to_days(cast(1 + rnd(a, 'billed', 26) as integer)) + interval 6 hour as invoiced_at,
            night_after(invoiced_at) as _loaded_at
        from (select range as a from range({nx_accounts})),
            unnest(range(locations_of(a))) as places (k),
            range({months}) as months (m)
        """,
    "subscriptions": """
        select
            'sub' || a as subscription_id,
            'nu-a' || a as account_id,
            cast(date '{start}' + to_days(cast(1 + rnd(a, 'started', 28) as integer)) as date) as started_on,
            cast(null as date) as cancelled_on,
            night_after(cast(started_on as timestamp)) as _loaded_at
        from range({nu_accounts}) as accounts (a)
        """,
    "subscription_changes": """
        select
            'sc' || a || '-' || step as subscription_change_id,
            'sub' || a as subscription_id,
            case when rnd(a, 'plan', 3) <= step then 'Follow Up' else 'Meal Plan' end as plan,
            ['monthly', 'monthly', 'quarterly', 'biannual', 'annual'][1 + rnd(a, 'duration', 5)] as duration,
            [10, 25, 75, null][1 + rnd(a * 8 + step, 'limit', 4)] as client_limit,
            cast(date '{start}' + to_days(cast(1 + rnd(a, 'started', 28) as integer)) + interval 12 hour as timestamp)
                + step * to_days(cast(60 + rnd(a, 'every', 200) as integer)) as changed_at,
            night_after(changed_at) as _loaded_at
        from range({nu_accounts}) as accounts (a), range(4) as steps (step)
        """,
}

#: Activity before it is a row of a table: number, month, customer, account, instant, delivery, way to be rotten.
NUMBERED = """
    select
        i, {m} as m, c, {product}_account(c) as a, instant(off_weekend(day, i), second_of_day(i)) as t, again,
        rotten(i) as bad
    from (
        select i, present(c, {m}, i) as c, some_day(i, {m}) as day, unnest(deliveries(i)) as again
        from (select range as i, skewed(range, {customers}) as c from range({first}, {last}))
    )
"""


def write_landing(landing: Path, size: Size, report=print) -> dict[str, int]:
    """Writes the landing zone to a new folder; returns the rows of each table."""
    if landing.exists() and any(landing.iterdir()):
        raise SystemExit(f"{landing} is not empty")
    words = size.numbers()
    connection = duckdb.connect(config={"preserve_insertion_order": True})
    (start,) = connection.execute(f"select cast(date '{AS_OF}' - to_months({size.months}) as date)").fetchone()
    words |= {"start": start, "first_days": _first_days(start, size.months), "zones": ZONES, "currencies": CURRENCIES}
    words["opened"] = OPENED.format(**words)
    connection.execute(MACROS.format(**words))
    rows = {}
    for table in [*WHOLE, *STREAMED]:
        began = time.perf_counter()
        write = _write_whole if table in WHOLE else _write_streamed
        rows[table] = write(connection, landing / table, table, words)
        report(f"{table:26} {rows[table]:>12,} rows {time.perf_counter() - began:8.1f} s")
    return rows


def _first_days(start: date, months: int) -> list[int]:
    """The first day of each month, counted from 1970."""
    numbers = [start.month - 1 + month for month in range(months + 2)]
    first_days = [date(start.year + number // 12, number % 12 + 1, 1) for number in numbers]
    return [(day - date(1970, 1, 1)).days for day in first_days]


def _write_whole(connection, folder: Path, table: str, words: dict) -> int:
    """Writes a table that is computed at once, a file a load month."""
    connection.execute(f"create or replace temp table whole as {WHOLE[table].format(**words)}")
    written = 0
    for month in range(words["months"] + 1):
        loaded = f"_loaded_at >= month_start({month}) and {_loaded_by(month, words)}"
        written += _write_file(connection, folder, month, 0, f"select * from whole where {loaded}", words)
    return written


def _write_streamed(connection, folder: Path, table: str, words: dict) -> int:
    """Writes activity batch by batch; what a month's activity brings to the next load month is carried over."""
    counted, product, select = STREAMED[table]
    count, months = words[counted], words["months"]
    written, carried = 0, "select * from batch where false"
    for month in range(months + 1):
        first, end = (-(-min(m, months) * count // months) for m in (month, month + 1))
        for part, begin in enumerate(range(first, end, BATCH) if first < end else [first]):
            numbered = NUMBERED.format(
                product=product,
                customers=words[f"{product}_customers"],
                m=month,
                first=begin,
                last=min(begin + BATCH, end),
            )
            connection.execute(f"create or replace temp table batch as with numbered as ({numbered}) {select}")
            arrived = f"select * from batch where {_loaded_by(month, words)}"
            written += _write_file(connection, folder, month, part, f"{carried} union all {arrived}", words)
            carried = "select * from batch where false"
            later = f"select * from batch where not ({_loaded_by(month, words)})"
            verb = "create or replace temp table later as" if part == 0 else "insert into later"
            connection.execute(f"{verb} {later}")
        connection.execute("create or replace temp table carried as select * from later")
        carried = "select * from carried"
    return written


def _loaded_by(month: int, words: dict) -> str:
    """The condition that a row is loaded by the end of a month; the month after the last takes all."""
    return "true" if month == words["months"] else f"_loaded_at < month_start({month + 1})"


def _write_file(connection, folder: Path, month: int, part: int, select: str, words: dict) -> int:
    """Writes what was loaded in a month, if there is anything to write: one file, or one for each load day."""
    rows = connection.sql(select).to_arrow_table()
    if not rows.num_rows:
        return 0
    if words["by"] == "day":
        days = pc.cast(rows["_loaded_at"], pa.date32())
        for day in pc.unique(days).sort():
            write_file(folder / f"load_day={day}" / f"part-{part}.parquet", rows.filter(pc.equal(days, day)), "parquet")
        return rows.num_rows
    (name,) = connection.execute(f"select strftime(month_start({month}), '%Y-%m')").fetchone()
    write_file(folder / f"load_month={name}" / f"part-{part}.parquet", rows, "parquet")
    return rows.num_rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--landing", type=Path, required=True)
    for name, default in Size.__dataclass_fields__.items():
        kind = str if name == "by" else int
        parser.add_argument(f"--{name}", type=kind, default=default.default, choices=BY if name == "by" else None)
    given = vars(parser.parse_args())
    landing = given.pop("landing")
    began = time.perf_counter()
    rows = write_landing(landing, Size(**given))
    files = list(landing.rglob("*.parquet"))
    megabytes = sum(path.stat().st_size for path in files) / 1e6
    print(
        f"{sum(rows.values()):,} rows, {len(files)} files, {megabytes:,.0f} MB "
        f"in {time.perf_counter() - began:.1f} s; run it with --as-of {AS_OF}T00:00:00Z"
    )


if __name__ == "__main__":
    main()
