"""`headcount land database` from real servers, which these tests start and end: what is peculiar to PostgreSQL and MariaDB, the
examples, and applications that are landed while they are in use."""

import random
import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest

from headcount.project import PROJECT
from tests.kill_land import Hunt
from tests.live import hunt
from tests.support.kept_secret import run_and_look
from tests.support.loads import Loads
from tests.support.warehouse import build

pytestmark = pytest.mark.xdist_group("servers")

BOOKINGS = """
bookings:
  kind: snapshot
  query: |
    select id as booking_id, place as location_id, price, made as booked_at, starts as starts_at, ends as ends_at
    from bookings -- all of them
"""
VALUES = "booking_id, location_id, price, booked_at, starts_at, ends_at"


@pytest.fixture
def shop(postgres):
    postgres.run(f"create database {(name := f'shop_{random.randrange(10**9)}')}")
    return name


@pytest.fixture
def store(mariadb):
    mariadb.run(f"create database {(name := f'store_{random.randrange(10**9)}')} character set utf8mb4")
    return name


# -- PostgreSQL ------------------------------------------------------------------------------


def test_postgres_is_read_value_for_value(postgres, shop, tmp_path):
    """Decimals without fixed digits, of too many, and floats; instants with and without a zone, which the server, set to
    New York, would spell otherwise; days, enumerations, padded texts, uuids."""
    postgres.run(
        "create type room as enum ('small', 'large'); create table bookings (id uuid, place room, price numeric, "
        "made timestamptz, starts timestamp, ends date); insert into bookings values "
        "('A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 'large', 123456789012.345678, "
        "'2026-01-01 10:00+02', '2026-03-29 01:30', null), "
        "('b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', null, 1e-6, '2026-07-01 10:00:00.123456+00', '2026-01-01', '2026-02-28')",
        shop,
    )
    loads = Loads(tmp_path, postgres.url(shop), BOOKINGS)
    loads.landed()
    assert loads.rows("bookings", VALUES) == [
        (
            *("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "large", Decimal("123456789012.345678"), datetime(2026, 1, 1, 8)),
            *(datetime(2026, 3, 29, 1, 30), None),
        ),
        (
            *("b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", None, Decimal("0.000001"), datetime(2026, 7, 1, 10, 0, 0, 123456)),
            *(datetime(2026, 1, 1), datetime(2026, 2, 28)),
        ),
    ]
    postgres.run("update bookings set price = 0.1", shop)
    loads.landed()
    for kind in ("float8", "numeric(50, 10)", "real", "numeric(12, 3)"):
        postgres.run(f"alter table bookings alter price type {kind}", shop)
        assert loads.landed().endswith("no news, and no file\n"), kind
    postgres.run("update bookings set starts = 'infinity'", shop)
    assert "is no instant (like 2026-03-31T22:59:59Z): 'infinity'" in loads.refused()
    postgres.run("alter table bookings alter price type numeric; update bookings set starts = null, price = 0.00000012", shop)
    assert "is no number of at most 12 digits before and 6 after the point: '0.00000012'" in loads.refused()


def test_a_time_without_a_zone_is_held_against_since_as_utc(postgres, shop, tmp_path):
    """Whatever the zone of the server and of whoever asks is."""
    postgres.run("create table changes (id int, at timestamp); insert into changes values (1, '2026-01-01 12:00')", shop)
    loads = Loads(
        tmp_path, postgres.url(shop),
        "edits:\n  kind: append\n  since: edited_at\n  overlap: 10 minutes\n  query: select id as edit_id, 1 as account_id, "
        "1 as customer_id, 'x' as edit_kind, at as edited_at from changes where at >= {since}\n",
    )  # fmt: skip
    loads.landed()
    postgres.run("insert into changes values (2, '2026-01-01 11:50'), (3, '2026-01-01 11:49')", shop)
    loads.landed()
    assert loads.rows("edits", "edit_id") == [("1",), ("2",)]


def test_postgres_says_in_one_line_what_it_refuses(postgres, shop, tmp_path):
    loads = Loads(tmp_path, postgres.url(shop), BOOKINGS)
    assert 'the database refuses its query (relation "bookings" does not exist)' in loads.refused()
    postgres.run("create table bookings (id int, place text, price numeric, made timestamptz, starts timestamptz)", shop)
    assert 'the database refuses its query (column "ends" does not exist)' in loads.refused()
    postgres.run("alter table bookings add ends timestamptz", shop)
    postgres.run("create function write() returns int language sql as 'insert into bookings (id) values (1) returning 1'", shop)
    loads.mapping.write_text(
        "bookings:\n  kind: snapshot\n  query: select write() as booking_id, '' as location_id, 1 as price, "
        "now() as booked_at, now() as starts_at, now() as ends_at\n"
    )
    assert "cannot execute INSERT in a read-only transaction" in loads.refused()
    assert "database \"nowhere\" does not exist" in loads.refused(url=postgres.url("nowhere"))


def test_a_postgres_load_reads_one_state(postgres, shop, tmp_path, monkeypatch):
    """What is committed while a load reads is news of the next one."""
    from headcount.land import database

    postgres.run("create table customers (id int, at timestamptz); create table bookings (id int, who int, at timestamptz)", shop)
    both = "insert into customers values ({0}, now()); insert into bookings values ({0}, {0}, now())"
    postgres.run(both.format(1), shop)
    loads = Loads(
        tmp_path, postgres.url(shop),
        "customers: {kind: snapshot, query: 'select id as customer_id, 1 as account_id, at as created_at from customers'}\n"
        "bookings:\n  kind: snapshot\n  query: select id as booking_id, who as customer_id, 1 as location_id, 1 as price, "
        "at as booked_at, at as starts_at, at as ends_at from bookings\n",
    )  # fmt: skip

    def read_present(source, asked, *more):
        found = real(source, asked, *more)
        if asked.table.name == "customers":
            postgres.run(both.format(2), shop)
        return found

    real = database.read_present
    monkeypatch.setattr(database, "read_present", read_present)
    assert loads.landed().startswith("customers: 1 new\nbookings: 1 new\n")
    monkeypatch.undo()
    assert loads.landed().startswith("customers: ")
    keys = {table: {key for (key,) in loads.rows(table, f"{table[:-1]}_id")} for table in ("customers", "bookings")}
    assert keys == {"customers": {"1", "2"}, "bookings": {"1", "2"}}


SECRET = "it's 5 o'clock: @home/?"


def test_who_signs_in_to_postgres_is_in_no_message_and_no_file(postgres, shop, tmp_path, monkeypatch):
    quoted = SECRET.replace("'", "''")
    postgres.run(f"create role reader login password '{quoted}'; grant pg_read_all_data to reader")
    postgres.run("create table bookings (id int, place text, price numeric, made date, starts date, ends date)", shop)
    postgres.run("insert into bookings values (1, 'x', 1, '2026-01-01', '2026-01-01', '2026-01-01')", shop)
    plain = postgres.url(shop, by_port=True, user="reader")
    named = plain.replace("reader@", "reader:${APP_PASSWORD}@")
    loads = Loads(tmp_path, plain, BOOKINGS)
    assert "no password supplied" in loads.refused()
    monkeypatch.setenv("APP_PASSWORD", SECRET + "?")
    assert "password authentication failed" in (said := loads.refused(url=named))
    assert SECRET not in said
    # Each of them signs in, and the password in the environment is as it was.
    monkeypatch.setenv("APP_PASSWORD", SECRET)
    assert loads.load(url=named).code == 0
    monkeypatch.setenv("PGPASSWORD", SECRET)
    assert loads.load().out.endswith("no news, and no file\n")
    monkeypatch.delenv("PGPASSWORD")
    kept = tmp_path / "pgpass"
    kept.write_text(f"*:*:*:reader:{SECRET.replace(':', chr(92) + ':')}\n")
    kept.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(kept))
    postgres.run("update bookings set place = 'y'", shop)
    done = loads.load()
    assert (done.code, done.out.splitlines()[0]) == (0, "bookings: 1 changed")
    monkeypatch.delenv("PGPASSFILE")
    assert "no password supplied" in loads.refused()
    everything = b"".join(path.read_bytes() for path in loads.landing.rglob("*") if path.is_file())
    assert SECRET.encode() not in everything
    assert b"reader" not in everything


def test_no_password_stands_in_the_list_of_processes_or_in_any_file(postgres, mariadb, shop, store, tmp_path):
    """However it is given, and also when it is wrong."""
    table = "create table bookings (id int, place varchar(9), price float, made date, starts date, ends date)"
    quoted = SECRET.replace("'", "''")
    postgres.run(f"create role keeper login password '{quoted}'; grant pg_read_all_data to keeper; {table}", shop)
    account = "keeper@'127.0.0.1'"
    mariadb.run(f"{table}; create user {account} identified by '{quoted}'; grant select on *.* to {account}", store)
    by_url = postgres.url(shop, by_port=True, user="keeper").replace("@", f":{quote(SECRET, safe='')}@")
    named = postgres.url("nowhere", by_port=True, user="keeper").replace("@", ":${APP_PASSWORD}@")
    ways = (
        (0, [], {"HEADCOUNT_FROM": by_url}),
        (2, ["--from", named], {"APP_PASSWORD": SECRET}),
        (2, [], {"HEADCOUNT_FROM": by_url.replace("keeper:", "keeper:no%20")}),
        (0, ["--from", mariadb.url(store, user="keeper")], {"MYSQL_PWD": SECRET}),
    )
    for number, (code, words, settings) in enumerate(ways):
        (folder := tmp_path / str(number)).mkdir()
        (folder / "mapping.yml").write_text(BOOKINGS)
        where = ("--mapping", folder / "mapping.yml", "--landing", folder / "landing")
        run_and_look(folder, SECRET, "land", "database", *words, *where, code=code, **settings)


# -- MariaDB ---------------------------------------------------------------------------------


def test_mariadb_is_read_value_for_value(mariadb, store, tmp_path, monkeypatch):
    """Decimals of any width, floats, timestamps of a server that is five hours behind UTC, datetimes, days, one-byte and
    one-bit booleans, enumerations, bytes."""
    monkeypatch.setenv("MYSQL_PWD", mariadb.password)
    mariadb.run(
        "create table people (id binary(3), account enum('a', 'b'), staff tinyint(1), made timestamp(6) null);"
        "insert into people values ('k-1', 'b', 1, '2026-01-01 10:00:00.5'), ('k-2', 'a', 0, '2026-01-01 10:00:00');"
        "create table deals (id bigint unsigned, price decimal(65, 30), made date, starts datetime(3), merged bit(1));"
        "insert into deals values (18446744073709551615, 123456789012.345678, '2026-02-28', '2026-02-28 23:59:59.999', b'1'),"
        "(2, 0.000001, '2026-03-01', '2026-03-01', null)",
        store,
    )
    loads = Loads(
        tmp_path, mariadb.url(store),
        "customers:\n  kind: snapshot\n  query: select id as customer_id, account as account_id, staff as is_admin, "
        "made as created_at from people # all\n"
        "contracts:\n  kind: snapshot\n  query: select id as contract_id, 'k-1' as customer_id, 'l' as location_id, price, "
        "merged as plan_name, made as created_at, starts as starts_at from deals\n",
    )  # fmt: skip
    loads.landed()
    assert loads.rows("customers", "customer_id, account_id, is_admin, created_at") == [
        ("k-1", "b", True, datetime(2026, 1, 1, 15, 0, 0, 500_000)),
        ("k-2", "a", False, datetime(2026, 1, 1, 15)),
    ]
    assert loads.rows("contracts", "contract_id, price, created_at, starts_at") == [
        (
            *("18446744073709551615", Decimal("123456789012.345678"), datetime(2026, 2, 28)),
            datetime(2026, 2, 28, 23, 59, 59, 999_000),
        ),
        ("2", Decimal("0.000001"), datetime(2026, 3, 1), datetime(2026, 3, 1)),
    ]
    mariadb.run("update deals set price = 0.1", store)
    loads.landed()
    for kind in ("double", "float", "decimal(12, 3)"):
        mariadb.run(f"alter table deals modify price {kind}", store)
        assert loads.landed().endswith("no news, and no file\n"), kind
    mariadb.run("update people set staff = 2 where id = 'k-2'", store)
    assert "column is_admin of customer_id 'k-2' is no boolean" in loads.refused()
    mariadb.run("set sql_mode = ''; update people set staff = 1; update deals set made = '0000-00-00'", store)
    assert "table contracts: its query cannot be read to the end" in (said := loads.refused())
    assert "0000-00-00" in said
    mariadb.run("drop table deals", store)
    assert f"the database refuses its query (Table '{store}.deals' doesn't exist)" in loads.refused()


def test_a_mariadb_load_reads_one_state(mariadb, store, tmp_path, monkeypatch):
    """What is committed between two of its tables, which are half a second apart, is news of the next load."""
    monkeypatch.setenv("MYSQL_PWD", mariadb.password)
    mariadb.run("create table people (id int primary key); create table deals (id int primary key)", store)
    mariadb.run("insert into people values (1); insert into deals values (1)", store)
    loads = Loads(
        tmp_path, mariadb.url(store),
        "customers:\n  kind: snapshot\n  query: select id as customer_id, 1 as account_id, timestamp '2026-01-01 00:00:00' "
        "as created_at from people where sleep(0.6) = 0\n"
        "contracts:\n  kind: snapshot\n  query: select id as contract_id, id as customer_id, 1 as location_id, 1 as price, "
        "timestamp '2026-01-01 00:00:00' as created_at, timestamp '2026-01-01 00:00:00' as starts_at from deals\n",
    )  # fmt: skip
    stopped = threading.Event()

    def write():
        number = 1
        while not stopped.wait(0.1):
            number += 1
            both = f"insert into people values ({number}); insert into deals values ({number})"
            mariadb.run(f"start transaction; {both}; commit", store)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        loads.landed()
    finally:
        stopped.set()
        writer.join()
    keys = {key for (key,) in loads.rows("customers", "customer_id")}
    assert {key for (key,) in loads.rows("contracts", "contract_id")} == keys
    assert len(keys) < int(mariadb.run("select count(*) from deals", store))


def test_who_signs_in_to_mariadb_is_in_no_message_and_no_file(mariadb, store, tmp_path, monkeypatch):
    mariadb.run("create table bookings (id int, place text, price float, made date, starts date, ends date)", store)
    loads = Loads(tmp_path, mariadb.url(store), BOOKINGS)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("MYSQL_PWD", SECRET)
    assert "Access denied" in (said := loads.refused())
    assert SECRET not in said
    monkeypatch.delenv("MYSQL_PWD")
    (tmp_path / ".my.cnf").write_text(f"[mysqld]\nskip-networking\n[client]\npassword = \"{mariadb.password}\"\n")
    assert loads.load().code == 0
    (tmp_path / ".my.cnf").unlink()
    assert loads.load(url=mariadb.url(store, by_port=False).replace("@", "@")).code == 0
    assert "Access denied" in loads.refused()


# -- applications ----------------------------------------------------------------------------


def example(name: str) -> tuple[str, str, str]:
    folder = PROJECT / "examples" / name
    return tuple((folder / file).read_text() for file in ("schema.sql", "rows.sql", "mapping.yml"))


def who_counts(compiled, landing: Path) -> set[tuple]:
    """What a night makes of the zone when all that has landed is known to the periods that it is about."""
    as_of = datetime.now(UTC) + timedelta(hours=25)
    with build(compiled, landing, f"{as_of:%Y-%m-%dT%H:%M:%S}") as connection:
        assert connection.execute("select reason, record_key from marts.rejected_records").fetchall() == []
        return set(
            connection.execute(
                "select users.location_id, users.period_start_on, users.customer_id, users.sources, counts.period_status "
                "from marts.fct_active_users as users inner join marts.fct_active_user_counts as counts "
                "using (account_id, location_id, period_start_at)"
            ).fetchall()
        )


def test_the_nutrition_example_lands_and_counts(postgres, shop, tmp_path, compiled):
    schema, rows, mapping = example("nutrition")
    postgres.run(schema + rows, shop)
    loads = Loads(tmp_path, postgres.url(shop), mapping)
    assert dict(line.split(": ") for line in loads.landed().splitlines()[:-1]) == {
        "accounts": "2 new", "customers": "3 new", "customer_status_changes": "no news", "subscriptions": "2 new",
        "subscription_changes": "2 new", "edits": "5 new",
    }  # fmt: skip
    postgres.run("update clients set archived_at = '2026-03-01' where id = 2; delete from clients where id = 3", shop)
    postgres.run("insert into record_changes (client_id, section, changed_at) values (1, 'profile', '2026-02-11 12:15+00')", shop)
    loads.landed()
    assert loads.rows("customer_status_changes", "status_change_id, status") == [("archived-2", "archived")]
    assert loads.rows("customers", "customer_id, created_at, _deleted") == [
        ("1", datetime(2026, 1, 7, 10, 30), None), ("2", datetime(2026, 1, 7, 11), None),
        ("3", datetime(2026, 2, 11, 12, 15), None), ("3", None, True),
    ]  # fmt: skip
    assert loads.rows("edits", "edit_id, edit_kind")[-1] == ("6", "information")
    assert loads.rows("subscription_changes", "plan, duration, client_limit") == [
        ("Follow Up", "annual", None), ("Meal Plan", "monthly", 25)
    ]  # fmt: skip
    first, second = (f"6f2b1c9e-0d0f-4a53-9a0e-0f6f6a0d1a0{number}" for number in (1, 2))
    january, february = date(2026, 1, 1), date(2026, 2, 1)
    assert who_counts(compiled, loads.landing) == {
        (first, january, "1", "edit", "closed"), (first, january, "2", "edit", "closed"),
        (first, february, "1", "edit", "closed"), (second, february, "3", "edit", "closed"),
    }  # fmt: skip


def test_the_coworking_example_lands_and_counts(mariadb, store, tmp_path, monkeypatch, compiled):
    """Chiado's first period is judged by the rules of 2023; what is open, by those of 2026."""
    monkeypatch.setenv("MYSQL_PWD", mariadb.password)
    schema, rows, mapping = example("coworking")
    mariadb.run(f"set time_zone = '+00:00'; {schema} {rows}", store)
    loads = Loads(tmp_path, mariadb.url(store), mapping)
    said = dict(line.split(": ") for line in loads.landed().splitlines()[:-1])
    assert said == {
        "accounts": "2 new", "locations": "3 new", "customers": "3 new", "customer_status_changes": "2 new", "teams": "1 new",
        "team_memberships": "1 new", "contracts": "2 new", "product_sales": "1 new", "bookings": "2 new",
        "event_tickets": "1 new", "invoices": "2 new", "invoice_lines": "2 new", "platform_invoices": "1 new",
    }  # fmt: skip
    assert loads.rows("contracts", "plan_name, price, starts_at") == [
        ("Desk", Decimal("120"), datetime(2026, 2, 1)), ("Office", Decimal("95.125"), datetime(2026, 1, 6))
    ]  # fmt: skip
    assert loads.rows("invoice_lines", "line_type, amount") == [("booking", Decimal("20")), ("charge", Decimal("-2.5"))]
    assert loads.rows("teams", "has_merged_invoicing") == [(True,)]
    assert loads.rows("bookings", "booking_id, customer_id, ends_at") == [
        ("1", "1", datetime(2026, 1, 9, 10, 30)), ("2", None, datetime(2026, 1, 10, 10))
    ]  # fmt: skip
    mariadb.run("update members set deleted_at = '2026-03-01' where id = 3", store)
    assert "customers: 1 gone\n" in loads.landed()
    began, since = date(2026, 1, 3), date(2026, 2, 1)
    assert who_counts(compiled, loads.landing) == {
        ("1", began, "1", "booking,contract,invoice,recurring_product,team", "closed"), ("1", began, "2", "team", "closed"),
        ("1", since, "1", "contract", "open"), ("1", since, "2", "team", "open"), ("3", began, "3", "contract", "open"),
    }  # fmt: skip


def test_an_application_in_use_is_landed_whole_each_time(postgres, shop, tmp_path):
    """`python -m tests.live --times 40` goes on for longer."""
    done, rows = hunt(postgres.url(shop), tmp_path, times=2, seed=random.randrange(10**6))
    assert done > 8
    assert rows > 8


def test_the_load_after_some_that_were_killed_is_as_if_none_had_been(postgres, shop, tmp_path):
    """`python -m tests.kill_land --times 50` kills more."""
    assert len(Hunt(postgres.url(shop), tmp_path, random.Random()).round(kills=2)) == 2
