"""What is promised of package charges whatever lands: final ones never change, numbers have no gap, terms no hole."""

import pytest

from tests.support.package_story import Story
from tests.support.warehouse import build

CHARGES = (
    "subscription_id, charge_number, charge_kind, charged_at, charged_on, term_start_on, term_end_on, plan, duration, "
    "client_limit, previous_client_limit, full_price, days_charged, days_in_term, amount, currency, final_at"
)
INSTANTS = [
    "2026-01-31T09:30:00Z",
    "2026-02-28T00:00:00Z",
    "2026-03-01T12:00:00Z",
    "2026-03-31T11:00:00Z",
    "2026-07-02T00:00:00Z",
    "2027-01-15T00:00:00Z",
]


@pytest.fixture(scope="module", params=[1, 2])
def runs(request, compiled, tmp_path_factory):
    """The warehouse of one random story at each instant, in order."""
    landing = Story(request.param).write(tmp_path_factory.mktemp("landing"))
    return [build(compiled, landing, instant) for instant in INSTANTS]


def found(run, sql):
    return set(run.execute(sql).fetchall())


@pytest.mark.parametrize(
    "rows",
    [
        f"select {CHARGES} from marts.fct_package_charges where is_final",
        "select * from marts.fct_billing_lines",
        "select usage.* from marts.fct_package_usage as usage inner join marts.dim_billing_periods as periods "
        "using (account_id, period_start_at) where periods.period_status = 'closed'",
    ],
    ids=["final charges", "billing lines", "usage of closed periods"],
)
def test_what_is_settled_never_changes(runs, rows):
    for earlier, later in zip(runs, runs[1:], strict=False):
        assert found(earlier, rows) - found(later, rows) == set()
    assert len(found(runs[-1], rows)) > 100


def test_final_charges_come_before_all_others(runs):
    for run in runs:
        assert not found(
            run,
            "select subscription_id from marts.fct_package_charges group by subscription_id "
            "having max(charge_number) != count(*) "
            "or max(charge_number) filter (where is_final) > min(charge_number) filter (where not is_final)",
        )


def test_terms_follow_each_other_without_a_hole(runs):
    for run in runs:
        assert not found(
            run,
            "select * from (select *, lead(term_start_at) over (partition by subscription_id order by charge_number) "
            "as next_start_at from marts.fct_package_charges) "
            "where next_start_at not in (term_start_at, term_end_at) or charged_at < term_start_at "
            "or charged_at >= term_end_at",
        )


def test_every_final_charge_is_a_line_or_an_exception(runs):
    for run in runs:
        assert found(
            run, "select count(*), sum(amount) from marts.fct_package_charges where is_final and amount is not null"
        ) == found(run, "select count(*), sum(amount) from marts.fct_billing_lines where line_kind != 'active_users'")
        assert found(
            run, "select subscription_id, charge_number from marts.fct_package_charges where amount is null"
        ) == found(
            run,
            "select subscription_id, charge_number from marts.billing_exceptions where exception = 'no_package_price'",
        )
