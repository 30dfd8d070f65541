"""The vendor's invoices and the thresholds of the sample, as its scenarios say (F1, F4).

They are read from the warehouse of the sample that other tests read too.
"""

from datetime import date
from decimal import Decimal

import pytest

from headcount.sample import Crossing, Reconciliation, sample_book

pytestmark = pytest.mark.xdist_group("sample")


@pytest.fixture(scope="module")
def expectations() -> list:
    return sample_book(accounts=0, days=1, seed=1).expectations


def test_invoices_are_reconciled_as_the_scenarios_say_and_no_others(sample, expectations):
    """F1: in five currencies, each with the difference of the amounts to the last digit."""
    found = sample.execute(
        "select platform_invoice_id, active_users, explanation, difference_amount, explaining_ruleset_id "
        "from marts.fct_invoice_reconciliation"
    ).fetchall()
    expected = [one for one in expectations if isinstance(one, Reconciliation)]
    assert {row[0]: row[1:] for row in found} == {
        one.platform_invoice_id: (
            one.active_users,
            one.explanation,
            one.difference_amount and Decimal(one.difference_amount),
            one.explaining_ruleset_id,
        )
        for one in expected
    }
    currencies = sample.execute("select count(distinct currency) from marts.fct_invoice_reconciliation").fetchone()
    assert currencies == (5,)
    assert {row[2] for row in found} == {"agrees", "known_later", "other_ruleset", "unexplained", None}


def test_why_the_count_on_the_invoice_is_higher_than_on_the_panel(sample):
    """F1, X16: the reconciliation says that the invoice is right, the live count who of it is not on the panel and why."""
    invoice = sample.execute(
        "select billed_users, active_users, explanation from marts.fct_invoice_reconciliation "
        "where platform_invoice_id = 'pi-panel-10'"
    ).fetchone()
    assert invoice == (5, 5, "agrees")
    panel = sample.execute(
        "select customer_id, counted_invoiced, counted_live, reason from marts.fct_live_vs_invoiced "
        "where account_id = 'nx-panel' order by all"
    ).fetchall()
    assert panel == [
        ("nx-panel-booked", True, False, "last_period_activity_only"),
        ("nx-panel-cancelled", True, False, "contract_cancelled"),
        ("nx-panel-member", True, True, "in_both"),
        ("nx-panel-new", False, True, "new_this_period"),
        ("nx-panel-suspended", True, False, "suspended"),
        ("nx-panel-team", True, False, "team_no_longer_counts"),
    ]
    assert sum(invoiced for _, invoiced, _, _ in panel) == invoice[0]


def test_thresholds_are_reached_as_the_scenarios_say(sample, expectations):
    """F4: base, number, and the local day of the user who makes it."""
    found = sample.execute(
        "select account_id, location_id, period_start_at, measure, percent, base, active_users, crossed_on "
        "from marts.fct_threshold_crossings"
    ).fetchall()
    expected = [one for one in expectations if isinstance(one, Crossing)]
    mine = {one.window.account_id for one in expected}
    assert {row for row in found if row[0] in mine} == {
        (one.window.account_id, one.window.location_id, one.window.start_at, one.measure, one.percent, one.base,
         one.active_users, date.fromisoformat(one.crossed_on))
        for one in expected
    }  # fmt: skip


def test_a_limit_that_was_raised_is_the_base(sample):
    """F4: of the limit in force just before the period is judged: 13 of 25 in September, 26 of 25 in October."""
    found = sample.execute(
        "select period_start_on, percent, base, active_users, crossed_on from marts.fct_threshold_crossings "
        "where account_id = 'nu-over-limit' order by all"
    ).fetchall()
    october = date(2026, 10, 1)
    assert found == [(october, 80, 25, 20, date(2026, 10, 20)), (october, 100, 25, 25, date(2026, 10, 25))]
