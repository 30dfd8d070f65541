"""P7: corrections become money where a ruleset says so. Random landing zones, and the sample in five currencies under rulesets
that bill corrections and that pay them back. About 50 s of one core.

`python -m tests.adjusted` goes on for as long as one likes.
"""

import os
from collections import Counter
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from headcount.cli import main
from headcount.exports.job import Export
from headcount.landing import inspect
from headcount.metrics import Metrics
from headcount.nightly.summary import summary
from headcount.sample import SAMPLE_AS_OF, write_sample
from tests.adjusted import disagreements, made_of, wrong
from tests.fuzz import spelled
from tests.oracle.small_landing import SEEDS
from tests.support.corrected import corrected_seeds
from tests.support.warehouse import DATABASE, build

pytestmark = pytest.mark.xdist_group("adjustments")

JULY, AUGUST, SEPTEMBER, OCTOBER = (datetime(2026, month, 5, 10) for month in (7, 8, 9, 10))
# Under `both` one user more at the end of July, two fewer than before at that of August, one more at that of September: the
# eleventh in euros is the first of a tier with a fee of its own. Under `credit` what July adds is not billed.
BILLED = {
    "EUR": ("7.95", "-11.13", "3.18"),
    "GBP": ("2.80", "-5.60", "2.80"),
    "JPY": ("509", "-1018", "509"),
    "KWD": ("1.065", "-2.130", "1.065"),
    "USD": ("3.50", "-7.00", "3.50"),
}
PAID_BACK = {"EUR": ("-3.18", "3.18"), "GBP": ("-2.80", "2.80"), "JPY": ("-509", "509"), "KWD": ("-1.065", "1.065"),
             "USD": ("-3.50", "3.50")}  # fmt: skip


def test_a_period_comes_to_what_its_last_closing_knew(compiled, tmp_path):
    """A random landing zone in which some periods are adjusted, counted by the oracle at two instants."""
    seen = Counter()
    assert disagreements(compiled, tmp_path, 0, 4, seen) == []
    assert seen["lines"]


def test_what_is_wrong_is_seen():
    key = ("hub", "desk", datetime(2026, 6, 5))
    due = [Decimal(40), Decimal(40), Decimal(25)]
    both, credit = {key: ("both", Decimal(30), due)}, {key: ("credit", Decimal(30), due)}
    up_and_down, down = {key: (Decimal(30), [Decimal(10), Decimal(-15)])}, {key: (Decimal(30), [Decimal(-5)])}
    assert wrong(both, up_and_down, Counter()) == wrong(credit, down, Counter()) == []
    assert len(wrong(both, down, Counter())) == len(wrong(both, {}, Counter())) == len(wrong({}, down, Counter())) == 1
    assert len(wrong(credit, {key: (Decimal(30), [Decimal(10)])}, Counter())) == 2


# -- the sample ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def landing(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("adjustments") / "landing"
    write_sample(folder, accounts=0, days=1)
    return folder


@pytest.fixture(scope="module")
def under(compiled, landing, tmp_path_factory):
    """The warehouse of the sample under rulesets that all have this word."""
    built: dict[str, Path] = {}

    def warehouse(word: str) -> Path:
        if word not in built:
            folder = tmp_path_factory.mktemp(word)
            seeds = corrected_seeds(SEEDS, folder / "seeds", {"*": (word, "")})
            built[word] = folder / f"{DATABASE}.duckdb"
            build(compiled, landing, spelled(SAMPLE_AS_OF), seeds=seeds, file=built[word]).close()
        return built[word]

    return warehouse


def ask(warehouse: Path, sql: str, *values) -> list[tuple]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(sql, values).fetchall()


def amounts(warehouse: Path, account: str) -> list[tuple]:
    return ask(
        warehouse,
        "select billed_at, amount, quantity, unit_price, tier_number, period_start_at, currency, ruleset_id "
        "from marts.fct_billing_lines where line_kind = 'adjustment' and account_id = ? order by billed_at", account,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("word", "wanted", "billed_at", "quantities"),
    [
        ("both", BILLED, (AUGUST, SEPTEMBER, OCTOBER), (1, -2, 1)),
        ("credit", PAID_BACK, (SEPTEMBER, OCTOBER), (-1, 1)),
    ],
)
def test_june_is_settled_in_five_currencies(under, word, wanted, billed_at, quantities):
    for currency, each in wanted.items():
        june = datetime(2026, 6, 5, 10)
        assert amounts(under(word), f"nx-settled-{currency.lower()}") == [
            (at, Decimal(amount), quantity, None, None, june, currency, "nexudus-2026-04-21")
            for at, amount, quantity in zip(billed_at, each, quantities, strict=True)
        ]


def test_where_rulesets_show_nothing_becomes_money(under):
    """The shipped state: no judgement of a later closing is made, and every line is as it is under `both` without these."""
    later = "intermediate.int_judgements where settled_period_start_at is not null"
    assert ask(under("show"), f"select count(*) from {later}") == [(0,)]
    assert ask(under("show"), "select count(*) from marts.fct_corrections_at_closings") == [(0,)]
    lines = "select * from marts.fct_billing_lines where line_kind != 'adjustment' order by billing_line_id"
    assert ask(under("show"), lines.replace("where line_kind != 'adjustment' ", "")) == ask(under("both"), lines)


def test_nothing_else_that_was_billed_or_counted_changes(under):
    for mart in ("active_users", "active_user_counts", "active_user_corrections", "live_vs_invoiced", "whatif_counts"):
        rows = f"select * from marts.fct_{mart} order by all"
        assert ask(under("both"), rows) == ask(under("credit"), rows) == ask(under("show"), rows)


def test_who_is_behind_each_line_is_named(under):
    """Everyone known otherwise than billed, closing by closing; who comes in October is settled by none."""
    found = ask(
        under("both"),
        "select settled_period_start_at, customer_id, correction from marts.fct_billing_adjustment_users "
        "where account_id = 'nx-settled-usd' order by all",
    )  # fmt: skip
    late = [("nx-settled-usd-in-july", "late_addition")]
    back = [("nx-settled-usd-01", "retraction"), ("nx-settled-usd-02", "retraction")]
    more = [("nx-settled-usd-in-september", "late_addition")]
    assert found == [
        *((JULY, *who) for who in late),
        *((AUGUST, *who) for who in sorted(back + late)),
        *((SEPTEMBER, *who) for who in sorted(back + late + more)),
    ]
    assert ask(
        under("credit"),
        "select billed_users, known_users, users_before from marts.fct_billing_adjustments "
        "where account_id = 'nx-settled-eur' order by settled_period_start_at",
    ) == [(10, 9, 10), (10, 10, 9)]  # fmt: skip


def test_a_place_without_a_rate_card_has_an_exception_and_no_adjustment(under):
    assert ask(under("both"), "select count(*) from marts.billing_exceptions where exception = 'no_rate_card'") != [(0,)]
    assert ask(
        under("both"),
        "select count(*) from marts.fct_billing_adjustments "
        "inner join marts.billing_exceptions using (account_id, location_id, period_start_at)",
    ) == [(0,)]  # fmt: skip


def test_every_line_has_its_local_days(under):
    rows = ask(
        under("both"),
        "select period_start_on, billed_on, amount from marts.fct_billed_amounts "
        "where line_kind = 'adjustment' and account_id = 'nx-settled-jpy' order by billed_on",
    )  # fmt: skip
    assert [(f"{start:%m-%d}", f"{billed:%m-%d}", amount) for start, billed, amount in rows] == [
        ("06-05", "08-05", 509), ("06-05", "09-05", -1018), ("06-05", "10-05", 509)
    ]  # fmt: skip
    with duckdb.connect(str(under("both")), read_only=True) as connection:
        assert len(made_of(connection)) > 20
        (without,) = connection.execute(
            "select count(*) from marts.fct_billing_lines anti join marts.fct_billed_amounts using (billing_line_id, amount)"
        ).fetchone()
    assert without == 0


# -- what people read ------------------------------------------------------------------------


def test_explain_says_adjustments_in_words(under, capsys):
    june = ("explain", "--warehouse", str(under("both")), "--period", "2026-06-20", "--customer")
    assert main([*june, "nx-settled-eur-in-july"]) == 0
    said = capsys.readouterr().out.splitlines()
    (first, *_) = [line for line in said if "known later" in line]
    assert first.startswith(
        "    counts by what was known later: among the users of the adjustment billed at 2026-08-05 10:00:00 UTC (line "
    )
    (paid,) = [line for line in said if line.startswith("    later paid back ")]
    assert paid.startswith(
        "    later paid back 11.13 EUR: Adjustment of the period from 2026-06-05 until 2026-07-05: 9 active users known as the "
        "period from 2026-08-05 until 2026-09-05 closed, 11 before, 10 billed (line "
    )
    assert main([*june, "nx-settled-eur-01"]) == 0
    taken_back = "    does not count by what was known later: taken back with the adjustment billed at 2026-09-05"
    assert taken_back in capsys.readouterr().out
    assert main([*june[:3], "--period", "2026-08-20", "--customer", "nx-settled-eur-01"]) == 0
    assert "    with this period paid back 11.13 EUR: Adjustment of the period from 2026-06-05" in capsys.readouterr().out


def test_the_summary_says_what_corrections_have_come_to(under, landing, tmp_path):
    export = Export(tmp_path / "none", 0, totals={})
    lines = summary(under("both"), export, [], inspect(landing), under("both")).splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("adjusted "))
    assert lines[first].endswith("lines of corrections to closed periods; see marts.fct_billing_adjustments")
    said = [line.strip() for line in lines[first + 1 : first + 6]]
    assert [line.split()[1] for line in said] == ["EUR", "GBP", "JPY", "KWD", "USD"]
    assert said[2] == "1018 JPY billed and 1018 JPY paid back, in 3 lines"
    assert "adjusted" not in summary(under("show"), export, [], inspect(landing), under("show"))


def test_metrics_of_adjustments_say_what_the_lines_say(under, semantic_manifest, tmp_path):
    beside = tmp_path / f"{DATABASE}.duckdb.state" / "dbt"
    beside.mkdir(parents=True)
    os.link(under("credit"), tmp_path / f"{DATABASE}.duckdb")
    (beside / "semantic_manifest.json").write_bytes(semantic_manifest.read_bytes())
    metrics = Metrics(tmp_path / f"{DATABASE}.duckdb")
    groups = ["account", "billing_line__currency"]
    columns, rows = metrics.ask(metrics=["amount_adjusted", "adjustments"], group_by=groups)
    said = {row[columns.index("account")]: row for row in rows}
    plain = ask(
        under("credit"),
        "select account_id, sum(amount), count(*) from marts.fct_billing_lines "
        "where line_kind = 'adjustment' group by account_id",
    )  # fmt: skip
    assert len(plain) >= 5
    for account, amount, number in plain:
        row = said[account]
        assert (row[columns.index("amount_adjusted")], row[columns.index("adjustments")]) == (amount, number)
