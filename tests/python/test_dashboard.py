"""The dashboard says what the marts say, whatever filter is set, and an empty warehouse does not break it (run.md).

The pages in a browser: `make browser`. About 60 s of one core.
"""

import re
import shutil
from decimal import Decimal

import duckdb
import pytest

from headcount.dashboard.drawing import Drawing
from headcount.dashboard.project import BOARDS, dashboard_project
from headcount.metrics import Metrics
from headcount.project import PROJECT
from headcount.sample import SAMPLE_AS_OF
from tests.fuzz import spelled
from tests.support.pages import text_of
from tests.support.warehouse import DATABASE, build

pytestmark = pytest.mark.xdist_group("sample")


@pytest.fixture(scope="module")
def ask(sample_warehouse):
    """Rows of the sample warehouse."""

    def asked(sql, *values):
        with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
            return connection.execute(sql, values).fetchall()

    return asked


@pytest.fixture(scope="module")
def drawing(sample_warehouse):
    with dashboard_project(sample_warehouse) as project, Drawing(project) as boards:
        yield boards


@pytest.fixture(scope="module")
def empty_drawing(compiled, tmp_path_factory):
    folder = tmp_path_factory.mktemp("empty")
    (folder / "landing").mkdir()
    file = folder / f"{DATABASE}.duckdb"
    build(compiled, folder / "landing", spelled(SAMPLE_AS_OF), file=file).close()
    with dashboard_project(file) as project, Drawing(project) as boards:
        yield boards


@pytest.mark.parametrize("kind", ["", "narrow/"])
@pytest.mark.parametrize("board", BOARDS)
def test_a_board_draws_over_an_empty_warehouse_and_says_what_is_missing(empty_drawing, kind, board):
    page = empty_drawing.html(f"{kind}{board}", {})
    assert re.search(r"No (accounts|billing period|record in this period|what-if yet)", text_of(page))


def test_the_overview_counts_what_the_marts_count(drawing, ask):
    rows = drawing.rows("overview", {})
    (headline,) = rows["headline"]
    live = ask("select sum(active_users) from marts.fct_active_user_counts where period_status = 'open'")
    assert headline["live_users"] == live[0][0] > 0
    assert headline["exceptions"] == ask("select count(*) from marts.billing_exceptions")[0][0] > 0
    assert headline["corrections"] == ask("select count(*) from marts.fct_active_user_corrections")[0][0] > 0
    assert headline["rejected_rows"] == ask("select sum(rejected_rows) from marts.landing_reconciliation")[0][0] > 0
    assert {row["account_id"] for row in rows["accounts"]} == {row[0] for row in ask("select account_id from marts.dim_accounts")}
    over = {row["account_id"] for row in rows["accounts"] if row["state"].startswith("over since")}
    assert len(over) == headline["over_limit"] > 0
    assert over == {
        row[0]
        for row in ask(
            """
            select usage.account_id from marts.fct_package_usage as usage
            inner join marts.dim_billing_periods as periods using (account_id, period_start_at)
            where usage.is_over_limit and periods.period_status in ('open', 'grace')
            """
        )
    }


@pytest.mark.parametrize("account", ["nu-over-limit", "nx-2026"])
def test_the_account_board_shows_the_account_chosen(drawing, ask, account):
    rows = drawing.rows("account", {"account": account})
    shown = {(row["location_id"], row["period_start_on"]): row["active_users"] for row in rows["by_period"]}
    kept = {
        (location, str(on)): users
        for location, on, users in ask(
            """
            select counts.location_id, periods.period_start_on, counts.active_users
            from marts.fct_active_user_counts as counts
            inner join marts.dim_billing_periods as periods using (account_id, location_id, period_start_at)
            where counts.account_id = ?
            """,
            account,
        )
    }
    assert shown.items() <= kept.items()
    assert shown
    assert sum(row["users"] for row in rows["sources"] if row["period"] == "open") == ask(
        """
        select count(*) from marts.fct_active_user_sources as sources
        inner join marts.dim_billing_periods as periods using (account_id, location_id, period_start_at)
        where account_id = ? and periods.period_status = 'open'
        """,
        account,
    )[0][0]
    assert len(rows["lines"]) == ask("select count(*) from marts.fct_billing_lines where account_id = ?", account)[0][0]


def test_a_location_of_another_account_is_as_good_as_none(drawing):
    """Changing the account keeps the location that was chosen before."""
    places = drawing.rows("account", {"account": "nx-places", "location": "nu-over-limit"})["by_period"]
    assert len({row["location_id"] for row in places}) > 1
    one = places[0]["location_id"]
    chosen = drawing.rows("account", {"account": "nx-places", "location": one})["by_period"]
    assert {row["location_id"] for row in chosen} == {one}


def test_amounts_carry_their_currency_and_its_minor_digits(drawing, ask):
    """Half the sample's currencies have no or three minor digits; nothing passes through a binary float."""
    digits = dict(ask("select currency, minor_units from seeds.map_currencies"))
    seen = set()
    one_of_each = (
        "select min(account_id), currency from marts.fct_billing_lines group by currency"
        " having currency in ('EUR', 'JPY', 'KWD')"
    )
    for account, currency in ask(one_of_each):
        amounts = ask("select amount from marts.fct_billing_lines where account_id = ?", account)
        expected = sorted(f"{currency} {amount:,.{digits[currency]}f}" for (amount,) in amounts)
        assert sorted(row["amount"] for row in drawing.rows("account", {"account": account})["lines"]) == expected
        seen.add(digits[currency])
        assert all(isinstance(amount, Decimal) for (amount,) in amounts)
    assert seen == {0, 2, 3}


@pytest.mark.parametrize("source", ["all", "contract"])
def test_the_people_board_filters_by_source(drawing, ask, source):
    where = {"account": "nx-2026", "source": source}
    rows = drawing.rows("people", where)
    (period,) = rows["period_about"]
    kept = ask(
        """
        select sources.customer_id, sources.source
        from marts.fct_active_user_sources as sources
        inner join marts.dim_billing_periods as periods using (account_id, location_id, period_start_at)
        where sources.location_id = ? and cast(periods.period_start_on as varchar) = ?
        """,
        rows["about"][0]["location_id"],
        period["period"],
    )
    expected = {pair for pair in kept if source in ("all", pair[1])}
    assert {(row["customer_id"], row["source"]) for row in rows.get("counted", [])} == expected
    assert expected or source != "all"
    assert rows["headline"][0]["counted"] == len({customer for customer, _ in expected})


def test_a_period_of_the_people_board_can_be_chosen(drawing, ask):
    for (on,) in ask("select period_start_on from marts.dim_billing_periods where location_id = 'nu-over-limit' limit 2"):
        rows = drawing.rows("people", {"account": "nu-over-limit", "location": "nu-over-limit", "period": str(on)})
        assert rows["period_about"][0]["period"] == str(on)


def test_one_customer_is_found_and_shown_in_every_period(drawing, ask):
    account, customer = ask(
        """
        select account_id, customer_id from marts.active_user_explanations
        group by all order by count(*) desc, customer_id limit 1
        """
    )[0]
    rows = drawing.rows("people", {"account": account, "customer": customer})
    assert len(rows["history"]) == ask(
        "select count(*) from marts.active_user_explanations where account_id = ? and customer_id = ?", account, customer
    )[0][0]
    assert "Nothing known of this customer here" in text_of(drawing.html("people", {"account": account, "customer": "nobody"}))


def test_the_rules_board_shows_each_condition_of_the_ruleset_chosen(drawing, ask):
    for ruleset in ("nutrium-2023", "nexudus-2022-11-02"):
        rows = drawing.rows("rules", {"ruleset": ruleset})
        assert rows["about"][0]["ruleset_id"] == ruleset
        assert len(rows["conditions"]) == ask("select count(*) from seeds.rule_conditions where ruleset_id = ?", ruleset)[0][0]
    whatif = sum(row["users"] for row in rows["whatif"])
    assert whatif == ask("select sum(active_users) from marts.fct_whatif_counts")[0][0]


def test_the_narrow_boards_draw_the_same_queries_or_fewer_columns_of_them(drawing):
    for board in BOARDS:
        wide, narrow = (drawing.rows(f"{kind}{board}", {"account": "nx-2026"}) for kind in ("", "narrow/"))
        for name, rows in narrow.items():
            full = wide.get(name.removesuffix("_short"))
            if full is not None and name != "rejected_short":
                assert len(rows) == len(full), f"{board}: {name}"


def test_a_metric_says_what_the_board_says(drawing, sample_warehouse, semantic_manifest, tmp_path):
    # A copy: one process does not open one file in two ways.
    metrics = Metrics(shutil.copy(sample_warehouse, tmp_path / sample_warehouse.name), semantic_manifest)
    (headline,) = drawing.rows("overview", {})["headline"]
    names = ["billing_exceptions", "rejected_rows", "late_additions", "retractions"]
    _, [[exceptions, rejected, late, retracted]] = metrics.ask(metrics=names)
    assert (headline["exceptions"], headline["rejected_rows"]) == (exceptions, rejected)
    assert headline["corrections"] == late + retracted
    board = {
        (row["location_id"], row["period_start_on"]): row["active_users"]
        for row in drawing.rows("account", {"account": "nx-2026"})["by_period"]
    }
    names, rows = metrics.ask(
        metrics=["active_users"], group_by=["location", "metric_time__day"], where=["{{ Entity('account') }} = 'nx-2026'"]
    )
    said = [dict(zip(names, row, strict=True)) for row in rows]
    assert board.items() <= {
        (row["location"], f"{row['metric_time__day']:%Y-%m-%d}"): row["active_users"] for row in said
    }.items()
    assert len(board) > 10


def test_every_mart_that_a_board_names_exists(sample_warehouse):
    """dbt Charts finds a missing one only when it draws; and a board that names none would prove nothing."""
    with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
        known = {
            row[0]
            for row in connection.execute(
                "select table_name from information_schema.tables where table_schema in ('marts', 'seeds')"
            ).fetchall()
        }
    for board in BOARDS:
        named = set(re.findall(r"ref\('(\w+)'\)", (PROJECT / "charts" / f"{board}.yml").read_text()))
        assert named, board
        assert named <= known, board
