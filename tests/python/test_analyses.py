"""The analyses answer what they say they do: each is listed, described, compiled, and held against the sample's marts."""

import re
from collections import Counter, defaultdict
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
import yaml

from headcount.project import PROJECT
from headcount.sample import SAMPLE_AS_OF

pytestmark = pytest.mark.xdist_group("sample")

FOLDER = PROJECT / "analyses"
NAMES = sorted(path.stem for path in FOLDER.glob("*.sql"))


@pytest.fixture(scope="module")
def ask(sample):
    """Rows of the warehouse as dictionaries."""

    def asked(sql):
        cursor = sample.execute(sql)
        return [dict(zip((column[0] for column in cursor.description), row)) for row in cursor.fetchall()]

    return asked


@pytest.fixture(scope="module")
def answer(compiled, ask):
    """The rows of an analysis."""

    def answered(name, customer="nx-many-sources"):
        return ask(compiled.analyses[name]["compiled_code"].replace("nx-many-sources", customer))

    return answered


def place(row):
    return row["account_id"], row["location_id"], row["period_start_at"]


def half_up(value, digits):
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def test_there_are_ten_and_the_readme_lists_each_once():
    listed = re.findall(r"^\| .+\? \| \[(\w+)\.sql\]\(\1\.sql\) \|$", (FOLDER / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == NAMES
    assert len(NAMES) == 10


@pytest.mark.parametrize("name", NAMES)
def test_each_has_yaml_with_its_question_and_its_grain(name):
    (described,) = yaml.safe_load((FOLDER / f"{name}.yml").read_text())["analyses"]
    assert described["name"] == name
    question, rest = described["description"].split("?", 1)
    assert f"| {question}? |" in (FOLDER / "README.md").read_text()
    assert rest.startswith(" One row for each ")


@pytest.mark.parametrize("name", NAMES)
def test_each_reads_marts_and_seeds_only(compiled, name):
    seeds = {node["unique_id"] for node in compiled.nodes if node["resource_type"] == "seed"}
    marts = {node["unique_id"] for node in compiled.nodes if node["schema"] == "marts"}
    # Prices are text in their seeds; the views of staging over seeds alone give them their types.
    typed_seeds = {
        node["unique_id"]
        for node in compiled.nodes
        if node["schema"] == "staging" and set(node["depends_on"]["nodes"]) <= seeds
    }
    read = set(compiled.analyses[name]["depends_on"]["nodes"])
    assert read & marts
    assert read <= marts | seeds | typed_seeds


@pytest.mark.parametrize("name", NAMES)
def test_each_returns_rows_without_a_binary_float(sample, compiled, name):
    cursor = sample.execute(compiled.analyses[name]["compiled_code"])
    assert not {str(column[1]) for column in cursor.description} & {"DOUBLE", "FLOAT"}
    assert cursor.fetchall()


def test_customer_dispute_shows_every_source_with_its_rule(ask, answer):
    rows = answer("customer_dispute")
    counted = ask("select * from marts.fct_active_users where customer_id = 'nx-many-sources'")
    found = defaultdict(list)
    for row in rows:
        if row["is_counted"]:
            assert row["rule_id"]
            assert row["evidence_id"]
            found[place(row)].append(row["source"])
    assert {key: ",".join(sources) for key, sources in found.items()} == {place(row): row["sources"] for row in counted}
    assert len(found[next(iter(found))]) > 3


def test_customer_dispute_shows_what_does_not_count_and_corrections(ask, answer):
    for correction in ask("select * from marts.fct_active_user_corrections"):
        rows = answer("customer_dispute", correction["customer_id"])
        assert {row["correction"] for row in rows if place(row) == place(correction)} == {correction["correction"]}
    (uncounted,) = ask("select * from marts.fct_uncounted_activity order by all limit 1")
    rows = answer("customer_dispute", uncounted["customer_id"])
    assert (uncounted["activity_type"], uncounted["reason"], False) in {
        (row["activity_type"], row["reason"], row["is_counted"]) for row in rows if place(row) == place(uncounted)
    }


def test_month_end_forecast_adds_what_three_months_still_added(sample, ask, answer):
    """At noon of 21 October 7 clients by the 20th and 9 so far; the months before added 4, 3 and 1: 8 / 3, rounded 3."""
    curves = {
        6: ("closed", [(20, 1), (30, 99)]),
        7: ("closed", [(20, 4), (31, 5)]),
        8: ("closed", [(20, 2), (25, 4), (31, 5)]),
        9: ("grace", [(15, 6), (30, 10)]),
        10: ("open", [(20, 7), (21, 9)]),
    }
    sample.execute("begin")
    try:
        sample.execute("delete from marts.dim_billing_periods")
        sample.execute("delete from marts.fct_daily_active_users")
        for month, (status, days) in curves.items():
            start = datetime(2026, month, 1)
            sample.execute(
                "insert into marts.dim_billing_periods by name select 'clinic' as account_id, 'clinic' as location_id, "
                "? as period_start_at, ? as period_end_at, ? as period_start_on, ? as period_status, 'r' as ruleset_id",
                [start, datetime(2026, month + 1, 1), start.date(), status],
            )
            for day, users in days:
                sample.execute(
                    "insert into marts.fct_daily_active_users by name select 'clinic' as account_id, 'clinic' as location_id,"
                    " ? as period_start_at, ? as active_on, ? as active_users_to_date",
                    [start, start.replace(day=day).date(), users],
                )
        (row,) = answer("month_end_forecast")
    finally:
        sample.execute("rollback")
    assert (row["last_whole_day"], row["users_to_date"], row["users_added_later"]) == (20, 9, 1 + 3 + 4)
    assert (row["earlier_months"], row["forecast_users"]) == (3, 7 + 3)


def test_month_end_forecast_is_there_for_each_open_calendar_month(ask, answer):
    rows = answer("month_end_forecast")
    open_months = ask(
        "select account_id, active_users from marts.fct_active_user_counts "
        "inner join marts.dim_billing_periods using (account_id, location_id, period_start_at, period_status) "
        "where period_status = 'open' and period_end_at is not null"
    )
    assert {row["account_id"]: row["users_to_date"] for row in rows} == {
        row["account_id"]: row["active_users"] for row in open_months
    }
    for row in rows:
        assert row["forecast_users"] >= row["users_to_date"]
        if row["last_whole_day"] == 0 and row["earlier_months"]:
            ended = ask(
                "select active_users from marts.fct_active_user_counts where period_status != 'open' "
                f"and account_id = '{row['account_id']}' order by period_start_at desc limit 3"
            )
            mean = Decimal(sum(month["active_users"] for month in ended)) / len(ended)
            assert row["forecast_users"] == half_up(mean, 0)


def test_cheapest_packages_are_the_cheapest_that_are_enough(ask, answer):
    months = {"monthly": 1, "quarterly": 3, "biannual": 6, "annual": 12}
    prices = {}
    for price in ask("select * from staging.stg_package_prices where valid_from <= '2026-11-01' order by valid_from"):
        prices[price["product"], price["plan"], price["duration"], price["client_limit"], price["currency"]] = price["price"]
    counts = defaultdict(list)
    for row in ask("select * from marts.fct_active_user_counts where period_status != 'open' order by period_start_at"):
        counts[row["account_id"]].append(row["active_users"])
    expected = {}
    for account in ask("select * from marts.dim_accounts"):
        for (product, plan, duration, limit, currency), price in prices.items():
            users = counts[account["account_id"]][-12:]
            fits = users and (limit is None or max(users) <= limit)
            if fits and (product, currency) == (account["product"], account["currency"]):
                key = account["account_id"], plan, duration
                expected[key] = min(expected.get(key, price * 12), price * 12 / months[duration])
    rows = answer("cheapest_packages")
    assert {(row["account_id"], row["plan"], row["duration"]): row["twelve_month_price"] for row in rows} == expected
    for row in rows:
        assert row["is_cheapest"] == (row["twelve_month_price"] == min(
            price for (account, _, _), price in expected.items() if account == row["account_id"]
        ))
        assert row["client_limit"] is None or row["client_limit"] >= row["most_clients"]


def test_accounts_under_other_rulesets_add_up_counts_and_moves(ask, answer):
    sums = defaultdict(Decimal)
    moved = Counter()
    for row in ask("select * from marts.fct_whatif_counts where amount is not null"):
        sums[row["account_id"], row["ruleset_id"]] += row["amount"] - row["billed_amount"]
    for row in ask(
        "select moves.* from marts.fct_whatif_moves as moves inner join marts.fct_whatif_counts as counts "
        "using (account_id, location_id, period_start_at, ruleset_id) where counts.amount is not null"
    ):
        moved[row["account_id"], row["ruleset_id"]] += 1 if row["move"] == "added" else -1
    rows = answer("accounts_under_other_rulesets")
    found = {(row["account_id"], row["ruleset_id"]): row["difference"] for row in rows}
    assert found == {key: amount for key, amount in sums.items() if amount}
    for row in rows:
        assert row["active_users"] - row["billed_active_users"] == moved[row["account_id"], row["ruleset_id"]]
        assert row["would_pay"] == ("less" if row["difference"] < 0 else "more")


def test_suspended_who_count_are_those_live_or_invoiced(ask, answer):
    expected = ask(
        "select account_id, location_id, customer_id from marts.fct_live_vs_invoiced "
        "inner join marts.dim_customers using (account_id, customer_id) where status = 'suspended'"
    )
    rows = answer("suspended_who_count")
    people = {(row["account_id"], row["location_id"], row["customer_id"]) for row in rows}
    assert people == {tuple(row.values()) for row in expected}
    assert all(row["rule_id"] and row["suspension_rule"] for row in rows)


def test_new_returning_and_lost_users_add_up_to_the_counts(ask, answer):
    rows = answer("new_returning_lost_users")
    counts = {place(row): row["active_users"] for row in ask("select * from marts.fct_active_user_counts")}
    assert {place(row): row["active_users"] for row in rows} == counts
    new, before = Counter(), None
    for row in sorted(rows, key=place):
        assert row["new_users"] + row["kept_users"] + row["returning_users"] == row["active_users"]
        follows = before is not None and place(before)[:2] == place(row)[:2]
        assert row["kept_users"] + row["lost_users"] == (before["active_users"] if follows else 0)
        new[place(row)[:2]] += row["new_users"]
        before = row
    people = ask("select account_id, location_id, count(distinct customer_id) as people from marts.fct_active_users group by all")
    assert +new == {(row["account_id"], row["location_id"]): row["people"] for row in people}
    assert any(row["returning_users"] for row in rows)


def test_users_at_several_locations_cost_their_share_at_each(ask, answer):
    users = ask(
        "select users.*, coalesce(period_end_at, timestamp '9999-01-01') as until_at from marts.fct_active_users as users "
        "inner join marts.dim_billing_periods using (account_id, location_id, period_start_at)"
    )
    expected = defaultdict(set)
    by_customer = defaultdict(list)
    for user in users:
        by_customer[user["account_id"], user["customer_id"]].append(user)
    for placed in by_customer.values():
        for one in placed:
            for other in placed:
                overlap = max(one["period_start_at"], other["period_start_at"]) < min(one["until_at"], other["until_at"])
                if overlap and one["location_id"] != other["location_id"]:
                    expected[*place(one), one["customer_id"]].add(other["location_id"])
    rows = answer("users_at_several_locations")
    assert {(*place(row), row["customer_id"]): set(row["other_location_ids"].split(",")) for row in rows} == expected
    amounts, counts = defaultdict(Decimal), {}
    for line in ask("select * from marts.fct_billing_lines where line_kind = 'active_users'"):
        amounts[place(line)] += line["amount"]
    for count in ask("select * from marts.fct_active_user_counts"):
        counts[place(count)] = count["active_users"]
    for row in rows:
        share = half_up(amounts[place(row)] / counts[place(row)], 6) if place(row) in amounts else None
        assert row["cost_per_user"] == share
    assert any(row["cost_per_user"] for row in rows)


def test_late_corrections_are_all_there_between_bounds_that_hold(ask, answer):
    rows = answer("late_corrections")
    expected = Counter((*place(row), row["correction"]) for row in ask("select * from marts.fct_active_user_corrections"))
    assert {(*place(row), row["correction"]): row["customers"] for row in rows} == expected
    for row in rows:
        assert row["knowledge_cutoff_at"] <= row["known_from_at"] <= row["known_by_at"] <= SAMPLE_AS_OF
        assert 1 <= row["days_late_at_least"] <= row["days_late_at_most"]
        assert row["customer_ids"].count(",") == row["customers"] - 1
    (booking,) = ask("select known_at from intermediate.int_bookings__judged where customer_id = 'nx-late-booking'")
    (late,) = [row for row in rows if "nx-late-booking" in row["customer_ids"]]
    assert late["known_from_at"] <= booking["known_at"] <= late["known_by_at"]


def test_source_shares_are_those_of_the_users_own_labels(ask, answer):
    users, having, alone = Counter(), Counter(), Counter()
    for user in ask("select * from marts.fct_active_users"):
        group = user["ruleset_id"], user["period_start_on"].replace(day=1)
        users[group] += 1
        labels = user["sources"].split(",")
        for label in labels:
            having[*group, label] += 1
            alone[*group, label] += len(labels) == 1
    rows = answer("source_shares")
    found = {(row["ruleset_id"], row["month_on"], row["source"]): row for row in rows}
    assert {key: row["users_with_source"] for key, row in found.items()} == having
    for key, row in found.items():
        assert (row["active_users"], row["users_with_no_other"]) == (users[key[:2]], alone[key])
        assert row["percent_with_source"] == half_up(Decimal(100 * having[key]) / users[key[:2]], 2)
        assert row["percent_with_no_other"] == half_up(Decimal(100 * alone[key]) / users[key[:2]], 2)


def test_amounts_reconciled_hold_every_line_charge_and_exception(ask, answer):
    rows = answer("amounts_reconciled")
    lines = defaultdict(Decimal)
    for line in ask("select * from marts.fct_billing_lines"):
        month = line["billed_at"].date().replace(day=1)
        lines[line["account_id"], line["line_kind"], month, line["currency"]] += line["amount"]
    key = "account_id", "line_kind", "billed_month_on", "currency"
    found = {tuple(row[name] for name in key): row["billed_amount"] for row in rows}
    assert {group: amount for group, amount in found.items() if group in lines} == lines
    assert not any(amount for group, amount in found.items() if group not in lines)
    # A subscription without a package has no charge that could be held against a line.
    exceptions = "select account_id from marts.billing_exceptions where exception != 'no_package'"
    excepted = {row["account_id"] for row in ask(exceptions)}
    assert {row["account_id"] for row in rows if row["excepted_quantity"]} == excepted
    assert "quantity_differs" not in {row["outcome"] for row in rows}
    packages = {row["outcome"] for row in rows if row["line_kind"] != "active_users"}
    assert packages == {"agrees", "excepted"}


def test_amounts_reconciled_show_a_lost_line_and_a_changed_amount(sample, ask, answer):
    (line,) = ask("select * from marts.fct_billing_lines where line_kind = 'package_raise' order by all limit 1")
    same = f"where billing_line_id = '{line['billing_line_id']}'"

    def outcome(change):
        sample.execute("begin")
        try:
            sample.execute(f"{change} {same}")
            return {
                row["outcome"]
                for row in answer("amounts_reconciled")
                if (row["account_id"], row["line_kind"]) == (line["account_id"], "package_raise")
                and row["billed_month_on"] == line["billed_at"].date().replace(day=1)
            }
        finally:
            sample.execute("rollback")

    assert outcome("update marts.fct_billing_lines set quantity = quantity") == {"agrees"}
    assert outcome("update marts.fct_billing_lines set amount = amount + 0.01") == {"amount_differs"}
    assert outcome("delete from marts.fct_billing_lines") == {"quantity_differs"}


def test_amounts_of_users_agree_with_what_their_counts_cost(answer):
    rows = [row for row in answer("amounts_reconciled") if row["line_kind"] == "active_users"]
    assert {row["outcome"] for row in rows} == {"agrees", "excepted"}
