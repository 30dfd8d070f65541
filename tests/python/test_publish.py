"""`headcount publish`: marts in PostgreSQL are those of the file, and readers see one night and no mixture. About 25 s."""

import json
import random
import shutil
import threading
from collections import Counter
from decimal import Decimal

import duckdb
import psycopg
import pytest
import yaml

import headcount.publish.server
from headcount.cli import main
from headcount.project import PROJECT
from tests.publishing import Hunt
from tests.support.contents import unlike
from tests.support.kept_secret import run_and_look
from tests.support.published import FIGURES, add_extremes, figures_of, marts_of, next_night, published, readers

pytestmark = pytest.mark.xdist_group("sample")

# The contract's types in PostgreSQL's words.
TYPES = {
    **{"bigint": "bigint", "boolean": "boolean", "date": "date", "integer": "integer", "decimal(18,6)": "numeric(18,6)"},
    "decimal(38,6)": "numeric(38,6)",
    **{"timestamp": "timestamp without time zone", "string": "character varying"},
}
ODD = ["", " ", "\\N", "\\", "\\.", "a\tb", "a\nb\r\nc", 'a"b', "naïve 😀", "\u2028", "NULL", "x" * 5000]


@pytest.fixture(scope="module")
def described():
    """The YAML of each mart by its name."""
    files = (PROJECT / "models" / "marts").rglob("*.yml")
    return {file.stem: yaml.load(file.read_text(), yaml.CSafeLoader)["models"][0] for file in files}


@pytest.fixture
def url(postgres, request):
    """An empty database of the test's own."""
    name = f"of_{abs(hash(request.node.nodeid))}"
    postgres.run(f"create database {name}")
    yield postgres.url(name)
    postgres.run(f"drop database {name} with (force)")


@pytest.fixture
def warehouse(sample_warehouse, tmp_path):
    return shutil.copyfile(sample_warehouse, tmp_path / "a house.duckdb")


@pytest.fixture
def publish(warehouse, url, capsys):
    """Publish a warehouse, expect an exit code, and give what was said."""

    def published_by(file=warehouse, *more, code=0, to=url):
        capsys.readouterr()
        done = main(["publish", "--warehouse", str(file), "--to", to, *more])
        said = capsys.readouterr()
        assert (done, "Traceback" in said.err) == (code, False), said
        assert len(said.err.splitlines()) == (1 if code else 0)
        return said.err if code else said.out

    return published_by


def test_every_mart_is_in_the_database_row_for_row_and_type_for_type(publish, warehouse, url, described):
    lines = ", ".join(f"('{c}', '{c}', cast({a} as decimal(18, 6)))" for c, a in (("KWD", "12.345"), ("JPY", "999999999999")))
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "insert into marts.fct_billing_lines select lines.* replace (id as billing_line_id, c as currency, a as amount) "
            f"from (from marts.fct_billing_lines limit 1) as lines, (values {lines}) as more (id, c, a)"
        )
        for number, text in enumerate(ODD):
            connection.execute(
                "insert into marts.dim_customers select * replace ($1 as customer_id, $2 as display_name) "
                "from marts.dim_customers limit 1",
                [f"odd {number}", text],
            )
        connection.execute(
            "insert into marts.billing_exceptions select * replace (null as subscription_id, null as charge_number, "
            "'odd' as exception) from marts.billing_exceptions limit 1"
        )
    add_extremes(warehouse)
    assert " rows written, 0 removed" in publish()
    in_file = marts_of(warehouse)
    assert {mart for mart, rows in in_file.items() if rows} == set(described)
    assert not unlike(in_file, published(url, warehouse))
    with psycopg.connect(url) as connection:
        types = connection.execute(
            "select relname, attname, format_type(atttypid, atttypmod) from pg_attribute "
            "inner join pg_class on attrelid = pg_class.oid where relnamespace = 'marts'::regnamespace "
            "and relkind in ('r', 'v') and attnum > 0 and relname !~ '^(published|int)_' order by relname, attnum"
        ).fetchall()
        names = {name for (name,) in connection.execute("select display_name from marts.dim_customers").fetchall()}
        (amount,) = connection.execute("select amount from marts.fct_billing_lines where billing_line_id = 'KWD'").fetchone()
    expected = [
        (mart, column["name"], TYPES[column["data_type"].replace(" ", "")])
        for mart, said in described.items()
        for column in said["columns"]
    ]
    assert Counter(types) == Counter(expected)
    assert (amount, names >= set(ODD)) == (Decimal("12.345"), True)


def test_each_table_has_its_grain_as_key_and_says_what_it_is(publish, url, described):
    publish()
    with psycopg.connect(url) as connection:
        keys = connection.execute(
            "select indrelid::regclass::text, indisprimary, array(select attname::text "
            "from unnest(indkey::int2[]) with ordinality as place (number, rank) "
            "inner join pg_attribute on attrelid = indrelid and attnum = number order by rank) "
            "from pg_index where indisunique and indrelid::regclass::text like 'marts.%'"
        ).fetchall()
        comments = dict(
            connection.execute(
                "select relname || '.' || objsubid, description from pg_description inner join pg_class on objoid = pg_class.oid "
                "where relnamespace = 'marts'::regnamespace"
            ).fetchall()
        )
        (nulls_differ,) = connection.execute(
            "select not indnullsnotdistinct from pg_index where indisunique and indrelid = 'marts.billing_exceptions'::regclass"
        ).fetchone()
        (by_customer,) = connection.execute(
            "select count(*) from pg_indexes where tablename = 'fct_active_users' and indexdef like '%(customer_id)'"
        ).fetchone()
    found = {table.removeprefix("marts."): (is_primary, key) for table, is_primary, key in keys}
    for mart, said in described.items():
        grain = said["config"]["meta"]["grain"]
        if mart != "active_user_explanations":
            assert found[mart] == (mart != "billing_exceptions", grain)
        assert comments[f"{mart}.0"].startswith("One row for each ")
        for number, column in enumerate(said["columns"], start=1):
            words = comments[f"{mart}.{number}"]
            assert words
            assert "{{" not in words
            assert "doc(" in column["description"] or words == " ".join(column["description"].split())
    assert "## " not in "".join(comments.values())
    assert (by_customer, nulls_differ) == (1, False)


def test_a_second_night_writes_no_more_than_what_changed(publish, warehouse, url, tmp_path):
    publish()
    assert "nothing written" in publish()
    before, mark = published(url, warehouse), _newest(url)
    night = next_night(warehouse, tmp_path / "next.duckdb", 1)
    said = publish(night)
    after = marts_of(night)
    assert not unlike(after, published(url, warehouse))
    tables = [mart for mart in after if mart != "active_user_explanations"]
    new = {mart: sum((after[mart] - before[mart]).values()) for mart in tables}
    gone = {mart: sum((before[mart] - after[mart]).values()) for mart in tables}
    assert sum(new.values()) > 10
    assert "nothing written" in publish(night)
    assert f"{sum(new.values()):,} rows written, {sum(gone.values()):,} removed" in said
    with psycopg.connect(url) as connection:
        for mart in tables:
            written = connection.execute(f"select count(*) from marts.{mart} where xmin::text::bigint > %s", [mark]).fetchone()
            assert (mart, *written) == (mart, new[mart])


def _newest(url: str) -> int:
    with psycopg.connect(url) as connection:
        return connection.execute("select pg_current_xact_id()::text::bigint").fetchone()[0]


def test_rows_of_a_night_that_was_made_otherwise_are_found_whatever_their_period(publish, warehouse, url):
    publish()
    with duckdb.connect(str(warehouse)) as connection:
        oldest = "(select min(period_start_at) from marts.fct_active_users)"
        connection.execute(f"update marts.fct_active_users set sources = 'other' where period_start_at = {oldest}")
        connection.execute("delete from marts.fct_daily_active_users")
    with psycopg.connect(url) as owner:
        # As a version has left it that did not cut this table by months, and had rows of other ones.
        owner.execute("update marts.dim_customers set created_at = '1999-01-01'")
        owner.execute("delete from marts.published_parts where relation_name = 'dim_customers'")
        owner.execute("insert into marts.published_parts values ('dim_customers', '', 'of all')")
    publish()
    assert not unlike(marts_of(warehouse), published(url, warehouse))
    assert "nothing written" in publish()


def test_a_reader_s_grants_stay_and_hold_for_the_next_night(publish, warehouse, url, postgres, monkeypatch):
    publish()
    role = "reader_of_marts"
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(f"drop role if exists {role}")
        owner.execute(f"create role {role} login")
        owner.execute(f"grant usage on schema marts to {role}; grant select on all tables in schema marts to {role}")
        owner.execute(f"alter default privileges in schema marts grant select on tables to {role}")
        # As an older version might have left it: a column less, one of another type, no key, another view.
        owner.execute("alter table marts.dim_locations drop column timezone")
        owner.execute("drop view marts.active_user_explanations; create view marts.active_user_explanations as select 1 as one")
        owner.execute(f"grant select on marts.active_user_explanations to {role} with grant option")
        owner.execute("alter table marts.fct_billing_lines alter amount type numeric(20, 8)")
        owner.execute("alter table marts.fct_billing_lines drop constraint fct_billing_lines_pkey")
        owner.execute("drop table marts.dim_days; create table marts.dim_former (a int)")
        owner.execute("update marts.published_parts set relation_name = 'dim_former' where relation_name = 'dim_days'")
    next_night(warehouse, warehouse, 1)
    database = url.split("/")[3].split("?")[0]
    with psycopg.connect(postgres.url(database, user=role)) as reader:
        # A table that is read meanwhile keeps its shape, and others do not queue up behind for long.
        reader.execute("set idle_in_transaction_session_timeout = '20s'; select 1 from marts.fct_billing_lines")
        monkeypatch.setattr(headcount.publish.server, "_LOCK_TIMEOUT", "300ms")
        assert "lock timeout" in publish(code=2)
    publish()
    with psycopg.connect(postgres.url(database, user=role)) as reader:
        assert reader.execute("select to_regclass('marts.dim_former')").fetchone() == (None,)
        for mart in marts_of(warehouse):
            reader.execute(f"select * from marts.{mart}")
        # Default privileges would give it too, without the option.
        may_grant = "has_table_privilege('marts.active_user_explanations', 'select with grant option')"
        assert reader.execute(f"select {may_grant}").fetchone() == (True,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("delete from marts.fct_billing_lines")
    assert not unlike(marts_of(warehouse), published(url, warehouse))
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(f"drop owned by {role}; drop role {role}")


def test_the_role_that_the_page_shows_reads_everything_but_names(publish, warehouse, url, postgres, described):
    publish()
    database = url.split("/")[3].split("?")[0]
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(f"{readers(postgres.owner)}; alter role analysts login")
        # A mart that an older version did not have, to be made by the next.
        owner.execute("drop table marts.dim_days; delete from marts.published_parts where relation_name = 'dim_days'")
    publish(next_night(warehouse, warehouse, 1))
    with psycopg.connect(postgres.url(database, user="analysts"), autocommit=True) as reader:
        for mart, said in described.items():
            columns = [column["name"] for column in said["columns"] if column["name"] != "display_name"]
            if mart != "rejected_records":
                reader.execute(f"select {', '.join(columns)} from marts.{mart} limit 1")
        for names in ("display_name from marts.dim_customers", "raw_record from marts.rejected_records"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(f"select {names}")
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("drop owned by analysts; drop role analysts")


def test_who_began_to_read_before_goes_on_seeing_the_old_night(publish, warehouse, url, tmp_path):
    publish()
    night = next_night(warehouse, tmp_path / "next.duckdb", 1)
    with psycopg.connect(url) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        reader.execute("select 1 from marts.runs")
        publish(night)
        assert reader.execute(FIGURES.format(schema="marts")).fetchone() == figures_of(warehouse)
        reader.commit()
        assert reader.execute(FIGURES.format(schema="marts")).fetchone() == figures_of(night)


def test_readers_see_whole_nights_only(publish, warehouse, url, tmp_path):
    publish()
    nights, seen, stop = [warehouse], [], threading.Event()
    for number in range(1, 5):
        nights.append(next_night(nights[-1], tmp_path / f"{number}.duckdb", number, users=40))

    def read():
        with psycopg.connect(url, autocommit=True) as reader:
            while not stop.is_set():
                seen.append(reader.execute(FIGURES.format(schema="marts")).fetchone())

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for night in nights[1:]:
        publish(night)
    stop.set()
    for reader in readers:
        reader.join()
    assert set(seen) <= {figures_of(night) for night in nights}
    assert len(set(seen)) >= 3


@pytest.mark.parametrize("to", ["", "mysql://a@b/c", "host=127.0.0.1", "postgresql://a:secret:word@b/c", "postgresql://a@b:port/secret"])
def test_what_is_no_url_of_a_postgresql_is_refused(publish, to):
    assert "secret" not in publish(to=to, code=2)


def test_a_password_stands_in_no_url_and_in_no_message(publish, postgres, warehouse, url, monkeypatch, tmp_path):
    database = url.split("/")[3].split("?")[0]
    by_port = postgres.url(database, by_port=True)
    assert "list of processes" in publish(to=by_port.replace("@", ":open-secret@"), code=2)
    for word in ("password", "sslpassword"):
        assert "list of processes" in publish(to=f"{by_port}?{word}=open-secret", code=2)
    monkeypatch.setenv("PGPASSWORD", "open-secret")
    said = publish(to=by_port, code=2)
    assert "password authentication failed" in said
    assert "secret" not in said
    monkeypatch.setenv("PGPASSWORD", postgres.password)
    publish(to=by_port)
    monkeypatch.delenv("PGPASSWORD")
    monkeypatch.setenv("MARTS_PASSWORD", postgres.password)
    publish(to=by_port.replace("@", ":${MARTS_PASSWORD}@"))
    assert "NO_SUCH" in publish(to=by_port.replace("@", ":${NO_SUCH}@"), code=2)
    private = {"HEADCOUNT_TO": by_port.replace("@", f":{postgres.password}@")}
    (tmp_path / "home").mkdir()
    run_and_look(tmp_path / "home", postgres.password, "publish", "--warehouse", warehouse, **private)


@pytest.mark.parametrize("made", ["create schema marts", "create schema marts; create table marts.dim_accounts (a int)"])
def test_a_schema_that_headcount_did_not_make_is_refused_and_left_alone(publish, url, made):
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(made)
        assert "was not made by headcount" in publish(code=2)
        count = owner.execute("select count(*) from pg_class where relnamespace = 'marts'::regnamespace").fetchone()
        assert count == (1 if "table" in made else 0,)


def test_an_owner_may_hand_over_an_empty_schema_by_a_comment(publish, warehouse, url):
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("create schema \"für uns\"; comment on schema \"für uns\" is 'headcount'")
        publish(warehouse, "--schema", "für uns")
        owner.execute("create schema other; comment on schema other is 'headcount'; create table other.dim_accounts (a int)")
        assert "dim_accounts in it was not made by headcount" in publish(warehouse, "--schema", "other", code=2)
    assert not unlike(marts_of(warehouse), published(url, warehouse, "für uns"))


@pytest.mark.parametrize("schema", ["public", "pg_catalog", "information_schema", "", "x" * 64])
def test_a_schema_of_others_and_a_name_that_cannot_be_are_refused(publish, warehouse, schema):
    publish(warehouse, "--schema", schema, code=2)


def test_an_earlier_night_and_another_ruleset_are_refused(publish, warehouse, tmp_path):
    night = next_night(warehouse, tmp_path / "next.duckdb", 1)
    publish(night)
    assert "before" in publish(warehouse, code=2)
    with duckdb.connect(str(night)) as connection:
        connection.execute("update marts.runs set ruleset_override = 'nexudus-2022-11-02'")
    assert "--schema" in publish(night, code=2)


def test_a_character_that_postgresql_cannot_hold_is_shown_as_such(publish, warehouse, url):
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("update marts.dim_accounts set account_name = 'a' || chr(0) || 'b'")
    publish()
    with psycopg.connect(url) as reader:
        assert set(reader.execute("select account_name from marts.dim_accounts").fetchall()) == {("a\ufffdb",)}


def test_a_line_of_results_is_written_for_whoever_watches(publish, warehouse, tmp_path):
    file = tmp_path / "results.json"
    publish(warehouse, "--json", str(file))
    (line,) = file.read_text().splitlines()
    said = json.loads(line)
    assert said["rows_written"] > 100
    assert (said["command"], said["exit_code"], said["error"], said["schema"]) == ("publish", 0, None, "marts")
    error = publish(warehouse, "--schema", "public", "--json", str(file), code=2)
    said = json.loads(file.read_text())
    assert (said["exit_code"], f"headcount: {said['error']}\n", "rows_written" in said) == (2, error, False)
    assert "--json" in publish(warehouse, "--json", str(tmp_path / "none" / "results.json"), code=2)
    publish(tmp_path / "none.duckdb", "--json", str(file), code=2)
    assert "no such file" in json.loads(file.read_text())["error"]


def test_names_can_be_left_out_and_come_back(publish, warehouse, url):
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("update marts.dim_customers set display_name = 'Ann Secret'")

    def seen() -> set:
        with psycopg.connect(url) as reader:
            names = "select display_name from marts.dim_customers union select raw_record from marts.rejected_records"
            return {name for (name,) in reader.execute(names).fetchall()}

    publish(warehouse, "--without-names")
    assert seen() == {None}
    assert "nothing written" in publish(warehouse, "--without-names")
    publish()
    assert not unlike(marts_of(warehouse), published(url, warehouse))
    assert "Ann Secret" in seen()
    publish(warehouse, "--without-names")
    assert seen() == {None}


def test_two_at_once_on_one_schema_are_refused(publish, url, monkeypatch):
    monkeypatch.setattr(headcount.publish.server, "_PATIENCE_SECONDS", 0.2)
    with psycopg.connect(url) as other:
        other.execute("select pg_advisory_xact_lock(hashtext('headcount publish'), hashtext('marts'))")
        assert "another is publishing" in publish(code=2)


def test_what_cannot_be_reached_or_read_is_one_line(publish, warehouse, url, tmp_path):
    assert "the database says" in publish(to="postgresql://nobody@127.0.0.1:1/none", code=2)
    assert "no such file" in publish(tmp_path / "none.duckdb", code=2)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("alter table marts.dim_locations rename column timezone to zone")
    assert "marts.dim_locations" in publish(code=2)
    with psycopg.connect(url) as connection:
        assert connection.execute("select count(*) from pg_namespace where nspname = 'marts'").fetchone() == (0,)


def test_what_was_killed_is_made_good_by_the_next(warehouse, url, tmp_path):
    hunt = Hunt(url, warehouse, tmp_path, random.Random())
    assert len(hunt.round(kills=1) + hunt.round(kills=3)) == 4
