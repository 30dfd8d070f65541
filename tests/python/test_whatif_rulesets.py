"""X11, X12, P6: the two rulesets without a date. They are never in force, and say the same as the ruleset beside them but of
suspension. Each takes a customer away whom that one counts, and keeps another in the same case but for one thing."""

import duckdb
import pytest
from starlette.testclient import TestClient

from headcount.dashboard.application import application
from headcount.seeds import rows
from tests.support.warehouse import build

pytestmark = pytest.mark.xdist_group("sample")
# The ruleset beside it, the word that it says of suspension, and of the sample's people who is out under it and who is not.
OF_2022, OF_2024 = "nexudus-2022-11-02-archived", "nexudus-2024-01-23"
BESIDE = {OF_2022: "nexudus-2022-11-02", OF_2024: "nexudus-2026-04-21"}
WORDS = {OF_2022: "excluded_if_suspended_or_archived_at_end", OF_2024: "contract_void_if_suspended_at_end"}


def ruleset(ruleset_id: str) -> dict[str, str]:
    (found,) = [row for row in rows("rules/rule_rulesets.csv") if row["ruleset_id"] == ruleset_id]
    return found


def conditions(ruleset_id: str) -> list[dict[str, str]]:
    found = [row for row in rows("rules/rule_conditions.csv") if row["ruleset_id"] == ruleset_id]
    return [row | {"ruleset_id": ""} for row in found]


@pytest.fixture
def ask(sample_warehouse):
    """Rows of the sample warehouse."""

    def rows_of(sql: str, *values: str) -> list[tuple]:
        with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
            return connection.execute(sql, values).fetchall()

    return rows_of


def moves(ask, ruleset_id: str, customer: str) -> list[tuple]:
    """What becomes of a customer in September 2026 under a ruleset, beside as billed."""
    return ask(
        "select move, why from marts.fct_whatif_moves where ruleset_id = $1 and customer_id = $2 and period_start_on = $3",
        ruleset_id, customer, "2026-09-05",
    )  # fmt: skip


@pytest.mark.parametrize("what_if", BESIDE)
def test_it_differs_from_the_one_beside_it_by_one_word_and_has_no_date(what_if):
    changed = {"ruleset_id", "effective_from", "suspension", "reason"}
    mine, other = ruleset(what_if), ruleset(BESIDE[what_if])
    assert {name for name in mine if mine[name] != other[name]} == changed
    assert (mine["effective_from"], mine["suspension"]) == ("", WORDS[what_if])
    assert conditions(what_if) == conditions(BESIDE[what_if])
    assert len(conditions(what_if)) >= 15


def test_who_is_archived_is_out_where_that_is_read_as_suspended(ask):
    """X11, X12: by an open contract they count under 2022; archived, they count no more under that reading. Who had a
    contract that was only paused counts under both, and who is suspended under none."""
    assert moves(ask, BESIDE[OF_2022], "nx-archived") == []
    assert moves(ask, OF_2022, "nx-archived") == [("removed", "suspended")]
    for what_if in (BESIDE[OF_2022], OF_2022):
        assert moves(ask, what_if, "nx-contract-paused") == []
        assert moves(ask, what_if, "nx-suspended-mid") == [("removed", "suspended")]


def test_who_is_suspended_within_the_period_keeps_no_contract_by_the_words_of_2023(ask):
    """X11: suspended on the 15th of September they count under 2026, as they did before, and not under what stood between; a
    booking made while suspended counts under both."""
    assert moves(ask, OF_2024, "nx-suspended-mid") == [("removed", "suspended")]
    assert moves(ask, OF_2024, "nx-suspended-booking") == []
    assert moves(ask, OF_2024, "nx-archived") == []


def test_neither_bills_any_period_or_explains_a_bill(ask):
    """P6, F1: they are in force never, and the vendor's invoice is explained by none."""
    for mart, column in (
        ("dim_billing_periods", "ruleset_id"), ("fct_billing_lines", "ruleset_id"),
        ("fct_invoice_reconciliation", "explaining_ruleset_id"),
    ):  # fmt: skip
        found = {one for (one,) in ask(f"select distinct {column} from marts.{mart}")}
        assert found & set(BESIDE) == set(), mart
        assert len(found) > 1
    asked = {one for (one,) in ask("select distinct ruleset_id from marts.fct_whatif_counts")}
    assert set(BESIDE) < asked


def test_a_run_under_one_of_them_judges_every_period_by_it(compiled, tmp_path):
    """P6: `--ruleset` takes one without a date too."""
    (tmp_path / "landing").mkdir()
    with build(compiled, tmp_path / "landing", "2026-11-01T00:00:00Z", ruleset=OF_2024, only=["int_rulesets__in_force"]) as made:
        found = made.execute(
            "select distinct product, ruleset_id, in_force_from_at, in_force_until_at from intermediate.int_rulesets__in_force "
            "where product = 'nexudus' and timezone = 'Asia/Tokyo'"
        ).fetchall()
    assert [(product, one, start.year, end.year) for product, one, start, end in found] == [("nexudus", OF_2024, 1, 9999)]


def test_the_page_of_the_rules_says_that_neither_bills(sample_warehouse):
    page = TestClient(application(sample_warehouse), base_url="http://127.0.0.1").get("/rules").text
    assert page.count("It is never billed.") == len(BESIDE)
    assert all(f"What-if {what_if}" in page for what_if in BESIDE)
