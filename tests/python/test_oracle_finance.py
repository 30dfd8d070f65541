"""The oracle around a bill, worked out by hand: adjustments, reconciled invoices, thresholds and holds."""

from __future__ import annotations

import random
import shutil
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import takewhile

import pytest

from tests.oracle import marts
from tests.oracle.proration import round_half_up
from tests.oracle.random_landing import write_random_landing
from tests.oracle.seeds import Prices, Rules
from tests.oracle.small_landing import SEEDS, SmallLanding, at
from tests.support.finance import edit, seeds_with_it

# One user comes to 15.00, two to 25.00, three to 30.01 and four to 34.01.
CARD = """product,currency,valid_from,tier_number,from_user,to_user,unit_price,flat_fee
nexudus,EUR,2020-01-01,1,1,2,10,5
nexudus,EUR,2020-01-01,2,3,,4.005,1
"""
HOLDS = ["hold_id", "product", "measure", "value", "currency", "valid_from"]
THRESHOLDS = ["product", "measure", "percent", "valid_from"]


@pytest.fixture
def seeds(tmp_path):
    """The seeds with the card above and corrections that become money, two periods long; no holds and no thresholds."""
    folder = shutil.copytree(SEEDS, tmp_path / "seeds")
    (folder / "prices" / "example_rate_cards.csv").write_text(CARD, encoding="utf-8")
    for name, columns in (("rule_holds", HOLDS), ("rule_thresholds", THRESHOLDS)):
        (folder / "rules" / f"{name}.csv").write_text(",".join(columns) + "\n", encoding="utf-8")
    correct(folder, "both", 2)
    return folder


def correct(seeds, corrections, periods):
    edit(seeds / "rules" / "rule_rulesets.csv",
         lambda row: row | {"corrections": corrections, "corrections_periods": str(periods)})


def hold(seeds, measure, value="", currency="", valid_from="2020-01-01", product="nexudus"):
    edit(seeds / "rules" / "rule_holds.csv", more=[
        dict(zip(HOLDS, (measure, product, measure, value, currency, valid_from), strict=True))])


def warn(seeds, measure, percent, product="nexudus", valid_from="2020-01-01"):
    edit(seeds / "rules" / "rule_thresholds.csv", more=[
        dict(zip(THRESHOLDS, (product, measure, percent, valid_from), strict=True))])


@pytest.fixture
def place(tmp_path):
    """A location invoiced on the first of five months, with a customer who booked in May; June, July and August close
    on the second of the month after."""
    zone = SmallLanding(tmp_path / "landing").account().location()
    for key in "cdefg":
        zone.customer(key)
    for month in (5, 6, 7, 8, 9):
        zone.invoiced(f"2026-0{month}-01")
    return zone.booking("2026-05-02")


def adjusted(result):
    """(period, settled with, quantity, amount, who) of each adjustment."""
    lines = {(row["period_start_at"], row["billed_at"]): row for row in result["fct_billing_lines"]
             if row["line_kind"] == "adjustment"}
    ends = {row["period_start_at"]: row["period_end_at"] for row in result["dim_billing_periods"]}
    found = []
    for row in result["fct_billing_adjustments"]:
        line = lines.pop((row["period_start_at"], ends[row["settled_period_start_at"]]))
        assert (line["amount"], line["quantity"]) == (row["amount"], row["known_users"] - row["users_before"])
        assert (line["tier_number"], line["unit_price"]) == (None, None)
        assert line["period_end_at"] == ends[row["period_start_at"]]
        who = sorted((user["customer_id"], user["correction"]) for user in result["fct_billing_adjustment_users"]
                     if all(user[name] == row[name] for name in ("period_start_at", "settled_period_start_at")))
        found.append((f"{row['period_start_at']:%m-%d}", f"{row['settled_period_start_at']:%m-%d}", line["quantity"],
                      str(row["amount"]), " ".join(f"{'+' if why == 'late_addition' else '-'}{key}" for key, why in who)))
    assert not lines
    return found


# -- corrections become money ----------------------------------------------------------------


def test_late_usage_is_charged_when_the_next_period_closes(place, seeds):
    place.booking("2026-05-03", key="b2", customer="d", loaded="2026-06-05")
    assert adjusted(place.evaluate(datetime(2026, 7, 1, 23, 59), seeds=seeds)) == []
    assert adjusted(place.evaluate(datetime(2026, 7, 2), seeds=seeds)) == [("05-01", "06-01", 1, "10.00", "+d")]
    assert adjusted(place.evaluate(seeds=seeds)) == [("05-01", "06-01", 1, "10.00", "+d")]


def test_a_step_of_the_tiers_is_that_of_the_lines(place, seeds):
    """From two users to four: 25.00, then 4.005 twice and 1.00, rounded once."""
    place.booking("2026-05-02", key="b2", customer="d")
    for key, who in (("b3", "e"), ("b4", "f")):
        place.booking("2026-05-03", key=key, customer=who, loaded="2026-06-05")
    assert adjusted(place.evaluate(seeds=seeds)) == [("05-01", "06-01", 2, "9.01", "+e +f")]


@pytest.mark.parametrize(("loaded", "settled"), [
    ("2026-06-02T00:00:00Z", None), ("2026-06-02T00:00:00.000001Z", "06-01"), ("2026-07-02T00:00:00Z", "06-01"),
    ("2026-07-02T00:00:00.000001Z", "07-01"), ("2026-08-02T00:00:00.000001Z", None),
])
def test_two_periods_are_two_periods(place, seeds, loaded, settled):
    place.booking("2026-05-03", key="b2", customer="d", loaded=loaded)
    assert [row[1] for row in adjusted(place.evaluate(seeds=seeds))] == ([settled] if settled else [])


def come_and_go(place):
    """Nobody is left of May in June's knowledge, three in July's."""
    place.booking("2026-05-02", loaded="2026-06-10", _deleted=True).booking("2026-05-02", loaded="2026-07-10")
    for key, who in (("b2", "d"), ("b3", "e")):
        place.booking("2026-05-03", key=key, customer=who, loaded="2026-07-10")


def test_both_follows_what_is_known(place, seeds):
    come_and_go(place)
    assert adjusted(place.evaluate(seeds=seeds)) == [
        ("05-01", "06-01", -1, "-15.00", "-c"), ("05-01", "07-01", 3, "30.01", "+d +e")]


def test_credit_gives_back_and_takes_no_more_than_it_gave(place, seeds):
    correct(seeds, "credit", 2)
    come_and_go(place)
    assert adjusted(place.evaluate(seeds=seeds)) == [
        ("05-01", "06-01", -1, "-15.00", "-c"), ("05-01", "07-01", 3, "15.00", "+d +e")]


@pytest.mark.parametrize(("corrections", "periods"), [("credit", 3), ("show", 3), ("", "")])
def test_late_usage_is_free_unless_the_ruleset_says_both(place, seeds, corrections, periods):
    correct(seeds, corrections, periods)
    place.booking("2026-05-03", key="b2", customer="d", loaded="2026-06-05")
    result = place.evaluate(seeds=seeds)
    assert adjusted(result) == []
    assert [row["correction"] for row in result["fct_active_user_corrections"]] == ["late_addition"]


def test_three_periods_where_the_ruleset_says_no_number(place, seeds):
    correct(seeds, "both", "")
    place.booking("2026-05-03", key="b2", customer="d", loaded="2026-08-05")
    place.booking("2026-04-03", key="b3", customer="d", loaded="2026-08-05")
    assert [row[:2] for row in adjusted(place.evaluate(seeds=seeds))] == [("05-01", "08-01")]


def test_another_person_for_one_is_no_adjustment(place, seeds):
    place.booking("2026-05-02", customer="d", loaded="2026-06-10")
    assert adjusted(place.evaluate(seeds=seeds)) == []


def test_a_period_that_could_not_be_billed_is_not_adjusted(place, seeds):
    (seeds / "prices" / "example_rate_cards.csv").write_text(CARD.replace("2020-01-01", "2026-07-01"), encoding="utf-8")
    place.booking("2026-05-03", key="b2", customer="d", loaded="2026-06-05")
    result = place.evaluate(seeds=seeds)
    assert adjusted(result) == []
    assert [row["exception"] for row in result["billing_exceptions"]] == ["no_rate_card"]


def test_what_closes_before_its_predecessor_waits_for_it(place, seeds):
    """June is split on the 10th by an invoice that was known when it had nearly closed: its first part closes last."""
    place.invoiced("2026-06-10", loaded="2026-07-01T18:00:00Z")
    place.booking("2026-05-03", key="b2", customer="d", loaded="2026-07-02")
    place.booking("2026-05-04", key="b3", customer="e", loaded="2026-07-02T12:00:00Z")
    assert adjusted(place.evaluate(datetime(2026, 7, 2, 17), seeds=seeds)) == []
    assert adjusted(place.evaluate(datetime(2026, 7, 2, 18), seeds=seeds)) == [
        ("05-01", "06-01", 2, "15.01", "+d +e"), ("05-01", "06-10", -1, "-5.01", "+d")]


def due(seeds, row, users, day):
    """What a number of users comes to on the card of a day, by the seeds alone."""
    prices, minor_units = Prices(seeds), Rules(seeds).minor_units[row["currency"]]
    total = Decimal(0)
    for tier in prices.tiers("nexudus", row["currency"], day):
        quantity = min(users, tier.to_user or users) - tier.from_user + 1
        if quantity > 0:
            total += round_half_up(Fraction(quantity * tier.unit_price + tier.flat_fee), minor_units)
    return total


@pytest.mark.parametrize("corrections", ["both", "credit"])
def test_lines_and_adjustments_are_what_the_last_closing_would_have_billed(tmp_path, corrections):
    """Held against runs at those closings, of which each says for itself who counts."""
    seeds = seeds_with_it(tmp_path / "seeds", random.Random(5))
    correct(seeds, corrections, 2)
    as_of = write_random_landing(tmp_path / "zone", random.Random(9), "ndjson", 2, is_unsettled=True)[-1]
    result = marts.evaluate(tmp_path / "zone", as_of, seeds)
    currencies = {row["account_id"]: row["currency"] for row in result["dim_accounts"]}
    held = 0
    for place in {row["location_id"] for row in result["fct_billing_adjustments"]}:
        periods = sorted((row for row in result["dim_billing_periods"] if row["location_id"] == place),
                         key=lambda row: row["period_start_at"])
        for number, period in enumerate(periods):
            in_turn = takewhile(lambda row: row["period_status"] == "closed", periods[number:number + 3])
            *_, last = [None, *in_turn]
            if last in (None, period):
                continue
            billed = amount_of(result, period, {"active_users"})
            users = counted_at(marts.evaluate(tmp_path / "zone", last["knowledge_cutoff_at"], seeds), period)
            row = period | {"currency": currencies[period["account_id"]]}
            target = due(seeds, row, users, period["period_end_at"].date())
            expected = min(target, billed) if corrections == "credit" else target
            assert amount_of(result, period, {"active_users", "adjustment"}) == expected
            held += expected != billed
    assert held > 2


def of_period(rows, period):
    return [row for row in rows if all(row[name] == period[name] for name in ("location_id", "period_start_at"))]


def amount_of(result, period, kinds):
    return sum((row["amount"] for row in of_period(result["fct_billing_lines"], period) if row["line_kind"] in kinds), Decimal(0))


def counted_at(result, period):
    """How many count with what is known at the instant of a run, whether the period has closed by then or not."""
    (row,) = of_period(result["fct_active_user_counts"], period)
    corrections = [row["correction"] for row in of_period(result["fct_active_user_corrections"], period)]
    return row["active_users"] + corrections.count("late_addition") - corrections.count("retraction")


# -- the vendor's own invoice ----------------------------------------------------------------


def invoiced(place, key="v", when="2026-06-01", loaded="2026-05-31", **figures):
    """Another platform invoice at the end of May, known first."""
    return place.add("platform_invoices", platform_invoice_id=key, account_id="a", location_id="l",
                     invoiced_at=at(when), _loaded_at=at(loaded), **figures)


def reconciled(result, key="v"):
    (row,) = [row for row in result["fct_invoice_reconciliation"] if row["platform_invoice_id"] == key]
    return row


@pytest.mark.parametrize(("users", "explanation", "ruleset_id"), [
    ("1", "agrees", None), ("2", "known_later", None), ("0", "other_ruleset", "nexudus-2022-11-02"),
    ("3", "unexplained", None), (None, None, None),
])
def test_why_the_vendors_number_is_another(place, seeds, users, explanation, ruleset_id):
    """One is counted, two are known by now; under 2022 nobody counts who is suspended at the end, under 2023 by a booking."""
    place.booking("2026-05-03", key="b2", customer="d", loaded="2026-06-05")
    place.status("2026-05-20", "suspended").status("2026-05-20", "suspended", key="s2", customer="d")
    row = reconciled(invoiced(place, billed_users=users, billed_amount="20").evaluate(seeds=seeds))
    assert (row["explanation"], row["explaining_ruleset_id"]) == (explanation, ruleset_id)
    assert row["difference_users"] == (None if users is None else int(users) - 1)
    assert (row["active_users"], row["periods"], row["is_closed"]) == (1, 1, True)


def test_of_several_rulesets_the_latest_explains(place, seeds):
    """The rules of 2022 and 2023 count an invoiced deposit."""
    when = at("2026-05-04")
    place.add("invoices", invoice_id="i", customer_id="d", location_id="l", issued_at=when, _loaded_at=when)
    place.add("invoice_lines", invoice_line_id="n", invoice_id="i", line_type="deposit", amount="9", _loaded_at=when)
    row = reconciled(invoiced(place, billed_users=2).evaluate(seeds=seeds))
    assert (row["explanation"], row["explaining_ruleset_id"]) == ("other_ruleset", "nexudus-2023-09-04")


@pytest.mark.parametrize(("currency", "difference"), [("EUR", "5.00"), (None, "5.00"), ("USD", None)])
def test_amounts_differ_in_one_currency_only(place, seeds, currency, difference):
    row = reconciled(invoiced(place, billed_amount="20", billed_currency=currency).evaluate(seeds=seeds))
    assert (str(row["computed_amount"]), row["currency"]) == ("15.00", "EUR")
    assert row["difference_amount"] == (difference and Decimal(difference))
    assert row["explanation"] is None


def test_nothing_is_computed_of_a_period_in_grace_or_without_a_card(place, seeds):
    invoiced(place, billed_users=1, billed_amount="20")
    row = reconciled(place.evaluate(datetime(2026, 6, 1, 12), seeds=seeds))
    assert (row["is_closed"], row["computed_amount"], row["difference_amount"], row["explanation"]) == (
        False, None, None, "agrees")
    (seeds / "prices" / "example_rate_cards.csv").write_text(CARD.replace("EUR", "USD"), encoding="utf-8")
    row = reconciled(place.evaluate(seeds=seeds))
    assert (row["is_closed"], row["computed_amount"], row["difference_amount"]) == (True, None, None)


def test_of_invoices_at_one_instant_the_one_known_first_ends_the_period(place, seeds):
    for key, hour in (("z", 12), ("y", 12), ("x", 13)):
        invoiced(place, key, loaded=f"2026-05-31T{hour}:00:00Z", billed_users=4)
    invoiced(place, "silent", loaded="2026-05-31T11:00:00Z", invoice_number="17")
    assert place.evaluate(seeds=seeds)["fct_invoice_reconciliation"] == []  # the first says no figure
    place.tables["platform_invoices"] = [row for row in place.tables["platform_invoices"]
                                         if row["platform_invoice_id"] != "silent"]
    assert [row["platform_invoice_id"] for row in place.evaluate(seeds=seeds)["fct_invoice_reconciliation"]] == ["y"]


def test_an_invoice_to_the_account_ends_a_period_at_each_place(place, seeds):
    place.location("m").booking("2026-05-02", key="b2", location="m")
    place.add("platform_invoices", platform_invoice_id="all", account_id="a", location_id=None, invoiced_at=at("2026-06-01"),
              _loaded_at=at("2026-05-31"), billed_users=2, billed_amount="29.99")
    row = reconciled(place.evaluate(seeds=seeds), "all")
    assert (row["periods"], row["active_users"], row["explanation"]) == (2, 2, "agrees")
    assert str(row["difference_amount"]) == "-0.01"


def test_an_invoice_within_a_closed_period_or_of_an_account_with_months_is_not_reconciled(place, seeds, tmp_path):
    invoiced(place, when="2026-05-10", loaded="2026-07-01", billed_users=1)
    assert place.evaluate(seeds=seeds)["fct_invoice_reconciliation"] == []
    months = SmallLanding(tmp_path / "months").account("nutrium").customer().edit("2026-05-02")
    months.add("platform_invoices", platform_invoice_id="v", account_id="a", invoiced_at=at("2026-06-01"),
               _loaded_at=at("2026-06-01"), billed_users=1)
    assert months.evaluate(seeds=seeds)["fct_invoice_reconciliation"] == []


# -- thresholds ------------------------------------------------------------------------------


def crossed(result, start="2026-05-01"):
    return [(row["measure"], int(row["percent"]), row["base"], row["active_users"], row["crossed_on"].day)
            for row in result["fct_threshold_crossings"] if row["period_start_at"].date().isoformat() == start]


@pytest.mark.parametrize(("percent", "reached"), [
    ("100", [("growth", 100, 2, 2, 3)]), ("101", [("growth", 101, 2, 3, 4)]), ("150", [("growth", 150, 2, 3, 4)]),
    ("151", []), ("40", [("growth", 40, 2, 1, 2)]),
])
def test_the_first_number_that_reaches_it(place, seeds, percent, reached):
    """Two in May; in June one on the 2nd, the 3rd and the 4th, counted in the order of their days."""
    warn(seeds, "growth", percent)
    place.booking("2026-05-02", key="b2", customer="d")
    for day, who in ((4, "c"), (2, "d"), (3, "e")):
        place.booking(f"2026-06-0{day}", key=f"j{day}", customer=who)
    assert crossed(place.evaluate(seeds=seeds), "2026-06-01") == reached


def test_growth_is_over_the_last_closed_period_and_needs_one_with_users(place, seeds):
    warn(seeds, "growth", "50")
    place.booking("2026-07-02", key="b2").booking("2026-08-02", key="b3")
    assert crossed(place.evaluate(seeds=seeds), "2026-05-01") == []  # nobody counted before
    assert crossed(place.evaluate(seeds=seeds), "2026-07-01") == []  # nor in June
    assert crossed(place.evaluate(seeds=seeds), "2026-08-01") == [("growth", 50, 1, 1, 2)]
    place.booking("2026-06-01T08:00:00Z", key="b4")  # while May is in grace nothing has closed with users
    assert crossed(place.evaluate(datetime(2026, 6, 1, 12), seeds=seeds), "2026-06-01") == []
    assert crossed(place.evaluate(datetime(2026, 6, 2), seeds=seeds), "2026-06-01") == [("growth", 50, 1, 1, 1)]


@pytest.mark.parametrize(("limit", "reached"), [(1, [("share_of_limit", 80, 1, 1, 2)]), (2, []), (None, [])])
def test_a_share_of_the_limit_in_force(tmp_path, seeds, limit, reached):
    """The limit is that of the end of the month, though the client was active before it was raised."""
    warn(seeds, "share_of_limit", "80", product="nutrium")
    zone = SmallLanding(tmp_path / "landing").account("nutrium").customer().edit("2026-05-02")
    zone.subscription("2026-04-15").change("2026-04-14", 1)
    if limit != 1:
        zone.change("2026-05-20", limit)
    assert crossed(zone.evaluate(seeds=seeds)) == reached
    if limit == 2:
        assert crossed(zone.evaluate(datetime(2026, 5, 19), seeds=seeds)) == [("share_of_limit", 80, 1, 1, 2)]


def test_a_threshold_is_valid_from_the_day_of_the_instant_of_judgement(place, seeds):
    warn(seeds, "growth", "50", valid_from="2026-07-01")
    place.booking("2026-06-02", key="b2").booking("2026-07-02", key="b3")
    assert crossed(place.evaluate(datetime(2026, 6, 30), seeds=seeds), "2026-06-01") == []
    assert crossed(place.evaluate(seeds=seeds), "2026-06-01") == [("growth", 50, 1, 1, 2)]


# -- holds -----------------------------------------------------------------------------------


def held(result):
    return [(row["line_kind"], row["period_start_at"].date(), row["hold_id"]) for row in result["fct_held_lines"]]


MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)


@pytest.fixture
def three(place):
    """Two users in May, one in June and one in July; of May a third is learnt in June."""
    place.booking("2026-05-02", key="b2", customer="d").booking("2026-05-03", key="b3", customer="e", loaded="2026-06-05")
    return place.booking("2026-06-02", key="b4").booking("2026-07-02", key="b5")


@pytest.mark.parametrize(("measure", "value", "currency", "expected"), [
    ("amount_at_least", "25", "EUR", [MAY]), ("amount_at_least", "25.01", "EUR", []), ("amount_at_least", "15", "USD", []),
    ("amount_at_least", "15", "EUR", [MAY, JUNE, JULY]),
    ("change_percent", "40", "", [MAY, JUNE]), ("change_percent", "40.01", "", [MAY]),
    ("first_bill", "", "", [MAY]), ("first_bill", "", "USD", []),
    ("adjustment", "5.01", "", [MAY]), ("adjustment", "5.02", "", []), ("adjustment", "5.01", "USD", []),
])
def test_what_holds_a_line(three, seeds, measure, value, currency, expected):
    """25.00 in May with no lines before, 15.00 in June and in July; 5.01 more for May."""
    hold(seeds, measure, value, currency)
    kind = "adjustment" if measure == "adjustment" else "active_users"
    assert held(three.evaluate(seeds=seeds)) == [(kind, day, measure) for day in expected]


@pytest.mark.parametrize(("valid_from", "expected"), [("2026-06-01", [MAY, JUNE, JULY]), ("2026-06-02", [JUNE, JULY])])
def test_a_hold_is_valid_from_the_day_a_line_is_billed(three, seeds, valid_from, expected):
    hold(seeds, "amount_at_least", "10", "EUR", valid_from)
    assert [row[1] for row in held(three.evaluate(seeds=seeds))] == expected


def test_every_tier_of_a_changed_period_and_of_a_first_bill_is_held(three, seeds):
    three.booking("2026-06-02", key="t1", customer="d").booking("2026-06-02", key="t2", customer="e")
    hold(seeds, "change_percent", "20")
    hold(seeds, "first_bill", product="nutrium")
    assert held(three.evaluate(seeds=seeds)) == [("active_users", day, "change_percent") for day in (MAY, JUNE, JUNE, JULY)]


def test_credits_are_held_by_their_size(place, seeds):
    hold(seeds, "amount_at_least", "15", "EUR", valid_from="2026-07-01")
    place.booking("2026-05-02", loaded="2026-06-10", _deleted=True)
    assert held(place.evaluate(seeds=seeds)) == [("adjustment", MAY, "amount_at_least")]
