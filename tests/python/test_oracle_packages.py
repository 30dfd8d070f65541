"""The oracle's terms, raises and billing lines, worked out by hand against a price list of round figures."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.oracle.proration import round_half_up, share_of_term
from tests.oracle.small_landing import SEEDS, SmallLanding

PRICES = """product,plan,duration,client_limit,currency,valid_from,price
nutrium,Meal Plan,monthly,10,EUR,2020-01-01,30
nutrium,Meal Plan,monthly,25,EUR,2020-01-01,60
nutrium,Meal Plan,monthly,,EUR,2020-01-01,90
nutrium,Meal Plan,monthly,10,EUR,2026-05-20,40
nutrium,Meal Plan,quarterly,10,EUR,2020-01-01,75
nutrium,Follow Up,monthly,10,EUR,2020-01-01,50
"""
CARDS = """product,currency,valid_from,tier_number,from_user,to_user,unit_price,flat_fee
nexudus,EUR,2026-05-15,1,1,1,2.5,1
nexudus,EUR,2026-05-15,2,2,,0.005,0
"""


@pytest.fixture
def evaluated(tmp_path):
    """Evaluates a landing zone with the price list above."""
    seeds = tmp_path / "seeds"
    for folder in ("rules", "maps"):
        shutil.copytree(SEEDS / folder, seeds / folder)
    (seeds / "prices").mkdir()
    (seeds / "prices" / "example_package_prices.csv").write_text(PRICES, encoding="utf-8")
    (seeds / "prices" / "example_rate_cards.csv").write_text(CARDS, encoding="utf-8")
    return lambda landing, as_of: landing.evaluate(as_of, seeds=seeds)


@pytest.fixture
def subscribed(tmp_path):
    """The article's account: monthly, 10 clients, from 15 April 2026."""
    landing = SmallLanding(tmp_path / "landing").account("nutrium", "Europe/Lisbon")
    return landing.subscription("2026-04-15").change("2026-04-14T23:00:00Z")


def charges(result):
    return [(row["charge_kind"], row["charged_on"].isoformat(), row["client_limit"], row["previous_client_limit"],
             None if row["amount"] is None else str(row["amount"]), row["is_final"])
            for row in result["fct_package_charges"]]


@pytest.mark.parametrize(("day", "amount"), [("2026-05-11", "4.00"), ("2026-05-10", "5.00")])
def test_the_example_of_the_article(subscribed, evaluated, day, amount):
    subscribed.change(f"{day}T12:00:00Z", 25)
    assert charges(evaluated(subscribed, datetime(2026, 5, 15, 12))) == [
        ("start", "2026-04-15", 10, None, "30.00", True), ("raise", day, 25, 10, amount, True),
        ("renewal", "2026-05-15", 25, 25, "60.00", False)]


def test_a_lower_limit_and_another_duration_wait_for_the_renewal(subscribed, evaluated):
    subscribed.change("2026-05-01", 25).change("2026-05-03", 10, duration="quarterly")
    result = evaluated(subscribed, datetime(2026, 6, 20))
    assert charges(result)[1:] == [("raise", "2026-05-01", 25, 10, "14.00", True),
                                   ("renewal", "2026-05-15", 10, 25, "75.00", True)]
    assert result["fct_package_charges"][2]["term_end_on"] == date(2026, 8, 15)


def test_a_dearer_plan_is_a_raise_and_the_same_package_is_none(subscribed, evaluated):
    subscribed.change("2026-04-20").change("2026-04-30T12:00:00Z", plan="Follow Up").change("2026-05-02")
    assert charges(evaluated(subscribed, datetime(2026, 5, 10)))[1:] == [("raise", "2026-04-30", 10, 10, "10.00", True)]


def test_terms_are_counted_from_the_anchor(tmp_path, evaluated):
    landing = SmallLanding(tmp_path / "landing").account("nutrium").subscription("2026-01-31", "2026-04-30")
    landing.change("2026-01-31T08:00:00Z", None)
    rows = evaluated(landing, datetime(2026, 9, 1))["fct_package_charges"]
    assert [row["term_end_on"].isoformat() for row in rows] == ["2026-02-28", "2026-03-31", "2026-04-30"]


def test_the_past_is_never_billed_again(subscribed, evaluated):
    subscribed.change("2026-05-01", 25, loaded="2026-05-10T12:00:00Z")
    assert charges(evaluated(subscribed, datetime(2026, 5, 14)))[1:] == [
        ("raise", "2026-05-10", 25, 10, "5.00", True)]


def test_a_package_without_a_price_is_an_exception_and_its_limit_stands(subscribed, evaluated):
    subscribed.change("2026-05-01", 12).change("2026-05-05T00:00:00+01:00", 25)
    result = evaluated(subscribed, datetime(2026, 5, 12))
    assert charges(result)[1:] == [("raise", "2026-05-01", 12, 10, None, True),
                                   ("raise", "2026-05-05", 25, 12, "10.00", True)]
    assert [(row["charge_number"], row["exception"]) for row in result["billing_exceptions"]] == [
        (2, "no_package_price")]


def test_a_new_price_list_bills_nobody_within_a_term(subscribed, evaluated):
    subscribed.change("2026-05-25", 25)
    assert charges(evaluated(subscribed, datetime(2026, 6, 20)))[1:] == [
        ("renewal", "2026-05-15", 10, 10, "30.00", True), ("raise", "2026-05-25", 25, 10, "20.32", True),
        ("renewal", "2026-06-15", 25, 25, "60.00", True)]


@pytest.mark.parametrize(("deleted", "raised"), [("2026-05-12T12:00:00Z", False), ("2026-05-12T12:00:01Z", True)])
def test_a_subscription_known_to_be_deleted_a_day_after_the_change_is_not_raised(subscribed, evaluated, deleted, raised):
    subscribed.change("2026-05-11T12:00:00Z", 25)
    subscribed.add("subscriptions", subscription_id="u", _deleted="true", _loaded_at=deleted)
    made = [("raise", "2026-05-11", 25, 10, "4.00", True)] if raised else []
    assert charges(evaluated(subscribed, datetime(2026, 5, 20)))[1:] == made


def test_package_lines_are_final_charges_at_local_midnights(subscribed, evaluated):
    (line,) = evaluated(subscribed, datetime(2026, 5, 15, 12))["fct_billing_lines"]
    assert (line["line_kind"], line["period_start_at"], line["period_end_at"], line["billed_at"]) == (
        "package_start", datetime(2026, 4, 14, 23), datetime(2026, 5, 14, 23), datetime(2026, 4, 14, 23))


def test_usage_holds_the_running_count_against_the_limit_of_each_day(tmp_path, evaluated):
    landing = SmallLanding(tmp_path / "landing").account("nutrium").customer().customer("d")
    landing.subscription("2026-05-01").change("2026-05-01", 1).change("2026-05-20", 10)
    for number, (day, customer) in enumerate((("2026-05-02", "c"), ("2026-05-10", "d"))):
        landing.add("edits", edit_id=f"e{number}", account_id="a", customer_id=customer, edit_kind="food_plan",
                    edited_at=f"{day}T00:00:00Z", _loaded_at=f"{day}T00:00:00Z")
    usage = evaluated(landing, datetime(2026, 6, 20))["fct_package_usage"]
    (row,) = [row for row in usage if row["period_start_at"] == datetime(2026, 5, 1)]
    assert (row["active_clients"], row["client_limit"], row["is_over_limit"], row["limit_exceeded_on"],
            row["days_over_limit"], row["smallest_sufficient_limit"]) == (2, 10, False, date(2026, 5, 10), 10, 10)


def test_each_tier_used_is_a_line_and_a_period_without_a_card_an_exception(tmp_path, evaluated):
    landing = SmallLanding(tmp_path / "landing").account().location().customer().customer("d").customer("e")
    landing.invoiced("2026-05-01").invoiced("2026-06-01").booking("2026-04-02", key="b0")
    for customer in "cde":
        landing.booking("2026-05-02", key=f"b-{customer}", customer=customer)
    result = evaluated(landing, datetime(2026, 6, 20))
    assert [(row["tier_number"], row["quantity"], str(row["amount"])) for row in result["fct_billing_lines"]] == [
        (1, 1, "3.50"), (2, 2, "0.01")]
    assert [(row["exception"], row["period_start_at"].year) for row in result["billing_exceptions"]] == [
        ("no_rate_card", 2020)]


@pytest.mark.parametrize(("method", "share"), [
    ("day", Fraction(61, 92)), ("second", Fraction(121, 184)), ("full_difference", 1), ("whole_months", Fraction(2, 3)),
])
def test_the_share_of_a_term_that_is_left(method, share):
    # A quarter from 1 May to 1 August, changed at noon on 1 June.
    assert share_of_term(method, "UTC", date(2026, 5, 1), date(2026, 8, 1), 3, datetime(2026, 6, 1, 12),
                         date(2026, 6, 1)) == share


@pytest.mark.parametrize(("amount", "minor_units", "rounded"), [
    (Fraction(5, 1000), 2, "0.01"), (Fraction(-5, 1000), 2, "-0.01"), (Fraction(1, 2), 0, "1"),
    (Fraction(4999, 10000), 0, "0"), (Fraction(10**12), 3, "1000000000000.000"),
])
def test_halves_go_away_from_zero(amount, minor_units, rounded):
    assert round_half_up(amount, minor_units) == Decimal(rounded)
