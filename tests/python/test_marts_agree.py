"""The assertions that hold two marts against each other: each fires when one row of one mart is broken, and none before.

The rows are broken in the warehouse of the sample, in a transaction that is taken back; no dbt runs. A few seconds.
"""

import json

import pytest

from headcount.project import PROJECT

pytestmark = pytest.mark.xdist_group("sample")

ONE = "rowid = (select min(rowid) from marts.{mart} where {where})"


def change(mart, values, where="true"):
    return f"update marts.{mart} set {values} where {ONE.format(mart=mart, where=where)}"


def drop(mart, where="true"):
    return f"delete from marts.{mart} where {ONE.format(mart=mart, where=where)}"


def leave_one_out(view):
    """An export without its first line."""
    return (f"create temp table kept as select * from exports.{view} order by billing_line_id offset 1; "
            f"create or replace view exports.{view} as select * from temp.kept")  # fmt: skip


UNCOUNTED_USER = """
insert into marts.fct_uncounted_activity
select account_id, location_id, period_start_at, period_start_on, customer_id, 'booking', 'suspended', true, 'one'
from marts.fct_active_users limit 1
"""
LINE_OF_NO_ADJUSTMENT = """
insert into marts.fct_billing_lines select * replace ('adjustment' as line_kind) from marts.fct_billing_lines limit 1
"""
ADJUSTMENT_OF_NOBODY = """
insert into marts.fct_billing_adjustments
select account_id, location_id, period_start_at, period_start_on, period_start_at, period_start_at, 1, 2, 1, 1, 'EUR'
from marts.fct_active_user_counts where period_status = 'closed' limit 1
"""

# fmt: off
# What is broken, and the assertions of which each has to fire.
BROKEN = [
    (change("fct_active_user_counts", "active_users = active_users + 1"), ["counts_are_those_of_the_lists"]),
    (drop("fct_active_user_counts", "active_users = 0"), ["counts_are_those_of_the_lists"]),
    (drop("fct_active_users"), ["counts_are_those_of_the_lists", "users_are_listed_with_their_sources"]),
    (change("fct_active_users", "first_active_at = first_active_at + interval 1 day"),
     ["users_are_listed_with_their_sources"]),
    (drop("fct_active_user_sources"), ["users_are_listed_with_their_sources"]),
    (change("fct_daily_active_users", "active_users_to_date = 1 + active_users_to_date"), ["counts_are_those_of_the_lists"]),
    (change("fct_active_user_movements", "movement = 'lost'", "movement = 'new'"), ["counts_are_those_of_the_lists"]),
    (drop("fct_active_user_movements", "movement = 'lost'"), ["counts_are_those_of_the_lists"]),
    (UNCOUNTED_USER, ["nobody_counts_and_does_not"]),
    (change("fct_active_user_corrections", "correction = 'late_addition'", "correction = 'retraction'"),
     ["corrections_are_of_the_users_billed"]),
    (change("fct_live_vs_invoiced", "counted_live = not counted_live"), ["live_and_invoiced_are_what_was_counted"]),
    (drop("fct_live_vs_invoiced", "counted_invoiced"), ["live_and_invoiced_are_what_was_counted"]),
    (drop("fct_whatif_moves"), ["whatif_moves_come_to_the_whatif_counts"]),
    (change("fct_whatif_counts", "billed_active_users = billed_active_users + 1"), ["whatif_moves_come_to_the_whatif_counts"]),
    (LINE_OF_NO_ADJUSTMENT, ["adjustments_are_lines_of_the_corrections"]),
    (ADJUSTMENT_OF_NOBODY, ["adjustments_are_lines_of_the_corrections", "adjustments_name_their_users"]),
    (change("fct_billed_amounts", "amount = amount + 0.01"), ["billed_amounts_are_those_of_the_lines"]),
    (change("fct_package_usage", "active_clients = active_clients + 1"), ["packages_are_used_by_the_users_counted"]),
    (change("fct_package_usage", "is_over_limit = not is_over_limit"), ["packages_are_used_by_the_users_counted"]),
    (change("fct_invoice_reconciliation", "active_users = active_users + 1"), ["invoices_are_held_against_the_counts"]),
    (drop("fct_invoiced_periods"), ["invoices_are_held_against_the_counts"]),
    (leave_one_out("exported_billing_lines"), ["each_line_has_left_waits_or_leaves"]),
    (change("fct_billing_lines", "quantity = quantity + 1", "line_kind = 'active_users'"),
     ["active_users_are_billed_or_excepted"]),
    (drop("fct_billing_lines", "line_kind like 'package%'"), ["final_charges_are_billed_or_excepted"]),
    (change("fct_threshold_crossings", "base = base + 1"), ["thresholds_are_crossed_where_they_are_reached"]),
    (change("fct_billing_lines", "amount = amount + 1", "line_kind = 'active_users'"),
     ["billed_amounts_are_those_of_the_lines"]),
]
# fmt: on

# These are about seeds, or about what the sample as it is has no row of; others say what breaks them.
ELSEWHERE = {
    "a_longer_duration_costs_less_a_month", "engines_agree_on_what_is_dispatched", "every_rule_cites_its_article",
    "holds_say_what_they_need", "rate_card_tiers_follow_each_other", "rule_words_are_known",
    "rulesets_of_a_product_share_calendar", "corrected_periods_come_to_what_the_last_closing_knew",
}  # fmt: skip


@pytest.fixture(scope="module")
def assertions(compiled_folder) -> dict[str, str]:
    """The SQL of each, by what it says."""
    nodes = json.loads((compiled_folder / "target" / "manifest.json").read_text())["nodes"].values()
    tests = [node for node in nodes if node["resource_type"] == "test" and node["name"].startswith("assert_")]
    return {node["name"].removeprefix("assert_"): node["compiled_code"] for node in tests}


def firing(sample, assertions) -> set[str]:
    return {name for name, sql in assertions.items() if name not in ELSEWHERE and sample.execute(sql).fetchone()}


def test_none_fires_on_the_sample_as_it_is(sample, assertions):
    assert firing(sample, assertions) == set()


@pytest.mark.parametrize(("broken", "fires"), BROKEN)
def test_one_row_broken_fires(sample, assertions, broken, fires):
    sample.begin()
    try:
        sample.execute(broken)
        assert set(fires) <= firing(sample, assertions)
    finally:
        sample.rollback()


def test_every_assertion_has_been_seen_to_fire():
    seen = {name for _, fires in BROKEN for name in fires}
    assert seen | ELSEWHERE == {path.stem.removeprefix("assert_") for path in (PROJECT / "tests/assertions").glob("*.sql")}


