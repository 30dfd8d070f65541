"""`headcount explain` says why a customer counts or not, and names no person (run.md). About 15 s of one core."""

from datetime import datetime

import duckdb
import pytest

from headcount.cli import main
from headcount.sample import SAMPLE_AS_OF, write_sample
from headcount.words import codes, sentence
from tests.fuzz import spelled
from tests.support.warehouse import build

pytestmark = pytest.mark.xdist_group("explain")


@pytest.fixture(scope="module")
def warehouse(compiled, tmp_path_factory):
    folder = tmp_path_factory.mktemp("explain")
    write_sample(folder / "landing", accounts=1, days=60)
    build(compiled, folder / "landing", spelled(SAMPLE_AS_OF), file=folder / "headcount.duckdb").close()
    return folder / "headcount.duckdb"


@pytest.fixture(scope="module")
def ask(warehouse):
    """Rows of the warehouse."""

    def asked(sql, *values):
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            return connection.execute(sql, values).fetchall()

    return asked


@pytest.fixture
def explain(warehouse, capsys):
    """Runs the command; gives its exit code and the lines on both streams."""

    def explained(customer, *words):
        code = main(["explain", "--warehouse", str(warehouse), "--customer", customer, *words])
        said = capsys.readouterr()
        return code, said.out.splitlines(), said.err.splitlines()

    return explained


def of_period(lines, location, start):
    """The lines about one period: its headline and what is indented below it."""
    head = next(n for n, line in enumerate(lines) if f"  {location} from {start:%Y-%m-%d %H:%M:%S} UTC" in line)
    below = lines[head + 1 :]
    until = next((n for n, line in enumerate(below) if not line.startswith("    ")), len(below))
    return lines[head], below[:until]


@pytest.mark.parametrize("source", ["booking", "contract", "edit", "invoice", "one_off_product", "recurring_product", "team"])
def test_a_customer_who_counts_is_shown_each_source_with_its_evidence_and_rule(ask, explain, source):
    """X15: source, evidence, rule, article."""
    key = "account_id, location_id, period_start_at, customer_id"
    customer, location, start, kind, evidence, at, payer = ask(
        "select customer_id, coalesce(location_name, location_id), period_start_at, activity_type, evidence_id, "
        "evidence_at, payer_customer_id from marts.fct_active_user_sources "
        "left join marts.dim_locations using (location_id) where source = ? order by customer_id, period_start_at limit 1",
        source,
    )[0]
    code, said, errors = explain(customer, "--all")
    assert (code, errors) == (0, [])
    assert said[0].startswith(f"{customer}: ")
    headline, below = of_period(said, location, start)
    assert ": counts, by the " in headline
    shown = f"{source}: {sentence('source', source)} {kind} {evidence} at {at:%Y-%m-%d %H:%M:%S} UTC"
    (line,) = [line for line in below if shown in line]
    assert "(rule " in line
    assert "sentence " in line
    assert (f"paid for by {payer}" in line) == (payer is not None)
    counted = ask(f"select count(distinct ({key})) from marts.fct_active_users where customer_id = ?", customer)[0][0]
    assert sum(": counts, by the " in line for line in said) == counted


# No shipped ruleset leaves out cancelled bookings, and that no condition was met is said in what-ifs.
@pytest.mark.parametrize("reason", sorted({*codes("reason")} - {"cancelled_booking", "no_condition_met"}))
def test_a_customer_who_does_not_count_is_told_why(ask, explain, reason):
    """Every reason of fct_uncounted_activity in words, with the rule where one names the kind."""
    customer, location, start, kind = ask(
        "select customer_id, coalesce(location_name, location_id), period_start_at, activity_type "
        "from marts.fct_uncounted_activity left join marts.dim_locations using (location_id) "
        "where reason = ? order by all limit 1",
        reason,
    )[0]
    code, said, errors = explain(customer, "--all")
    assert (code, errors) == (0, [])
    headline, below = of_period(said, location, start)
    assert ": does not count, by the " in headline
    assert [line for line in below if line.startswith(f"    {kind}: {sentence('reason', reason)} ({reason}; ")]


def test_every_period_of_the_account_is_there(ask, explain):
    """Also those in which the customer did nothing."""
    customer, account = ask("select customer_id, account_id from marts.dim_customers order by 1 limit 1")[0]
    periods = ask("select count(*) from marts.dim_billing_periods where account_id = ?", account)[0][0]
    _, said, _ = explain(customer, "--all")
    assert sum(" from " in line and "count" in line and ", by the " in line for line in said) == periods


def test_a_date_shows_the_periods_that_hold_it_and_what_they_were_billed(ask, explain):
    customer, account, location, start, on, name = ask(
        "select users.customer_id, periods.account_id, periods.location_id, periods.period_start_at, "
        "periods.period_start_on + 1, coalesce(places.location_name, periods.location_id) "
        "from marts.fct_active_users as users "
        "inner join marts.dim_billing_periods as periods using (account_id, location_id, period_start_at) "
        "inner join marts.fct_billing_lines as lines using (account_id, location_id, period_start_at) "
        "left join marts.dim_locations as places using (location_id) "
        "where lines.line_kind = 'active_users' and lines.amount > 0 "
        "and periods.period_end_at > periods.period_start_at + interval 3 day order by all limit 1"
    )[0]
    code, said, errors = explain(customer, "--period", f"{on}")
    assert (code, errors) == (0, [])
    _, below = of_period(said, name, start)
    lines = ask(
        "select billing_line_id, amount, currency, minor_units from marts.fct_billing_lines "
        "inner join seeds.map_currencies using (currency) "
        "where account_id = ? and location_id = ? and period_start_at = ?", account, location, start)  # fmt: skip
    billed = [line for line in below if line.startswith("    billed ")]
    assert len(billed) == len(lines)
    for line_id, amount, currency, digits in lines:
        assert [line for line in billed if f"(line {line_id})" in line and f" {amount:.{digits}f} {currency}: " in line]
    _, everything, _ = explain(customer, "--all")
    assert sum(", by the " in line for line in said) < sum(", by the " in line for line in everything)


def test_a_date_outside_every_period_says_so(ask, explain):
    ((customer,),) = ask("select customer_id from marts.dim_customers order by 1 limit 1")
    code, said, errors = explain(customer, "--period", "1999-01-01")
    assert (code, errors) == (0, [])
    assert said[1:] == ["  no billing period holds 1999-01-01"]


def test_late_additions_and_retractions_are_told(ask, explain):
    for correction in ("late_addition", "retraction"):
        customer = ask("select min(customer_id) from marts.fct_active_user_corrections where correction = ?", correction)[0][0]
        _, said, _ = explain(customer, "--all")
        assert [line for line in said if line == f"    {sentence('correction', correction)} ({correction})"]


def test_without_a_date_the_last_period_that_has_ended_is_told_and_the_others_are_named(ask, explain):
    """What people ask about, at the places where there is something of the customer; a line for each other."""
    code, said, errors = explain("nx-many-sources")
    assert (code, errors) == (0, [])
    start, place = ask(
        "select period_start_at, location_name from marts.fct_active_users inner join marts.dim_billing_periods "
        "using (account_id, location_id, period_start_at) inner join marts.dim_locations using (location_id) "
        "where customer_id = 'nx-many-sources' and period_status = 'closed'"
    )[0]
    headline, below = of_period(said, place, start)
    assert "(closed): counts, by the rules of Nexudus from 2026-04-21 on (nexudus-2026-04-21)" in headline
    assert len(below) == 6
    assert said[-3] == "in other periods:"
    assert said[-2].endswith(" (open): counts by contract")
    assert said[-1].startswith("--period DATE shows the periods of a day")
    _, everything, _ = explain("nx-many-sources", "--all")
    assert len(said) < len(everything) / 2
    assert explain("nx-many-sources", "--all", "--period", "2026-09-10")[0] == 2


def test_whoever_is_in_no_recent_period_is_shown_where_there_is_something(ask, explain):
    """And whoever is in none at all by a period of the place."""
    customer, start = ask(
        "select customer_id, max(period_start_at) from marts.active_user_explanations "
        "where customer_id not in (select customer_id from marts.fct_active_user_corrections) "
        "group by customer_id order by 2, 1 limit 1"
    )[0]
    _, said, _ = explain(customer)
    assert f" from {start:%Y-%m-%d %H:%M:%S} UTC" in said[1]
    (nobody,) = ask(
        "select min(customer_id) from marts.dim_customers where customer_id not in "
        "(select customer_id from marts.active_user_explanations union select customer_id from marts.fct_active_user_corrections)"
    )[0]
    _, said, _ = explain(nobody)
    assert said[2] == "    no activity of this customer is known there and then"
    assert len(said) == 4


@pytest.mark.parametrize(("words", "saying"), [
    (["nobody-at-all"], "customer 'nobody-at-all' is not in the warehouse"),
    (["'; drop table marts.runs; --"], "is not in the warehouse"),
    (["nobody", "--period", "31/03/2026"], "period '31/03/2026' is not a date"),
])  # fmt: skip
def test_an_unknown_customer_or_date_is_refused_in_one_line(explain, words, saying):
    code, said, errors = explain(*words)
    assert (code, said, len(errors)) == (2, [], 1)
    assert errors[0].startswith("headcount: ")
    assert saying in errors[0]


def test_a_warehouse_that_is_not_there_is_refused_in_one_line(tmp_path, capsys):
    assert main(["explain", "--warehouse", str(tmp_path / "none.duckdb"), "--customer", "c"]) == 2
    (tmp_path / "rotten.duckdb").write_text("?" * 5000)
    assert main(["explain", "--warehouse", str(tmp_path / "rotten.duckdb"), "--customer", "c"]) == 2
    assert [line[:11] for line in capsys.readouterr().err.splitlines()] == ["headcount: "] * 2
    assert not (tmp_path / "none.duckdb").exists()


def test_no_display_name_is_shown(ask, explain):
    """display_name is personal data; an explanation names ids."""
    names = {name for (name,) in ask("select display_name from marts.dim_customers where display_name is not null")}
    assert len(names) > 20
    for (customer,) in ask("select customer_id from marts.dim_customers using sample 25 rows (reservoir, 1)"):
        _, said, _ = explain(customer, "--all")
        assert [name for name in names if name in "\n".join(said)] == []


def test_nothing_is_written(warehouse, explain, ask):
    before = warehouse.read_bytes()
    explain("nobody")
    assert warehouse.read_bytes() == before
    assert ask("select max(as_of_at) from marts.runs") == [(datetime(2026, 11, 1),)]


@pytest.mark.parametrize(("customer", "on", "words"), [
    ("nu-near-eur-3", "2026-10-08", "80 % of the limit of 10 with 8 active users on 2026-10-13 (2026-10-13 12:00:00 UTC;"),
    ("nx-growth-10-20-1", "2026-10-21",
     "120 % of the 5 active users of the last closed period before with 6 active users on 2026-10-20 (2026-10-20 11:00:00"),
])  # fmt: skip
def test_the_thresholds_that_the_place_has_reached_are_said(explain, customer, on, words):
    """F4: of the period asked for, whoever is asked about."""
    code, said, _ = explain(customer, "--period", on)
    assert code == 0
    assert [line for line in said if line.startswith(f"    the place reached {words}")]
