"""The public macros against exact arithmetic, at their edges."""

import random
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import duckdb
import pytest

from tests.support.macros import CompileError, Compiler

CALLS = {
    "prorate": "headcount.prorate('amount', 'numerator', 'denominator', 'minor_units')",
    "literals": "headcount.prorate('-19.99', 1, 3, 2)",
    "boundary": "headcount.period_boundary('anchor_on', 'months', 'n')",
    "boundary_literals": "headcount.period_boundary(\"date '2024-01-31'\", 1, 1)",
    "months_left": "headcount.months_left('term_start_on', 'term_months', 'day_on')",
    "seconds": "headcount.seconds_between('from_at', 'until_at')",
    "reason": "headcount.reason_in_words('reason')",
    "quotient": "headcount.whole_quotient('dividend', 'divisor')",
    "slices": "headcount.duckdb__create_table_as(false, api.Relation.create(identifier='made'), '{}')".format(
        "with n as (select unnest(range(7)) as n)"
        + " union all".join(f" /* slice */ select n from n where n % 3 = {slice_}" for slice_ in range(3))
    ),
}


@pytest.fixture(scope="module")
def compiler(tmp_path_factory):
    return Compiler(tmp_path_factory.mktemp("macros"))


@pytest.fixture(scope="module")
def sql(compiler):
    return compiler.compiled(CALLS)


@pytest.fixture
def one(sql):
    """Evaluates a call over one row of named SQL values."""

    def evaluate(call, **values):
        row = ", ".join(f"{value} as {name}" for name, value in values.items()) or "1 as nothing"
        return duckdb.sql(f"select {sql[call]} as result from (select {row})").fetchone()[0]

    return evaluate


def prorated(one, amount, numerator, denominator, minor_units):
    return one("prorate", amount=amount, numerator=numerator, denominator=denominator, minor_units=minor_units)


def rounded_once(amount, numerator, denominator, minor_units):
    """Half up, away from zero, from an exact fraction."""
    share = Fraction(amount) * Fraction(numerator) / Fraction(denominator) * 10**minor_units
    units = int(abs(share) + Fraction(1, 2))
    return Decimal(units if share >= 0 else -units).scaleb(-minor_units)


@pytest.mark.parametrize(
    ("amount", "numerator", "denominator", "minor_units", "result"),
    [
        # Ties go away from zero, on both sides of it, in each minor unit.
        ("0.005", 1, 1, 2, "0.01"),
        ("-0.005", 1, 1, 2, "-0.01"),
        ("0.004999", 1, 1, 2, "0"),
        ("1", 1, 2, 0, "1"),
        ("-1", 1, 2, 0, "-1"),
        ("3", 1, 2, 0, "2"),
        ("0.001", 1, 2, 3, "0.001"),
        ("0.05", 1, 1, 1, "0.1"),
        ("123456.78", 1, 2, 1, "61728.4"),
        ("0.123456", 1, 2, 4, "0.0617"),
        ("0.00001", 1, 2, 5, "0.00001"),
        ("0.123456", 1, 2, 5, "0.06173"),
        ("0.000001", 1, 2, 6, "0.000001"),
        ("0.123458", 1, 2, 6, "0.061729"),
        ("2.50", 1, 5, 0, "1"),
        # A tie that a binary float misses: 1.005 is below it there.
        ("1.005", 1, 1, 2, "1.01"),
        ("2.675", 1, 1, 2, "2.68"),
        # Once: rounding to the cent and then to the unit would give 1.
        ("0.49999", 1, 1, 0, "0"),
        # Signs of each argument.
        ("-10", -1, 3, 2, "3.33"),
        ("10", 1, -3, 2, "-3.33"),
        ("0", 5, 7, 2, "0"),
        ("10", 0, 7, 2, "0"),
        # More than the whole.
        ("10", 7, 3, 2, "23.33"),
        # Fractions of a second, and a ratio of nine digits.
        ("100", "0.5", "86400.25", 6, "0.000579"),
        ("249.95", "0.870967742", 1, 2, "217.70"),
    ],
)
def test_prorate_rounds_once_half_up(one, amount, numerator, denominator, minor_units, result):
    assert prorated(one, f"({amount})", f"({numerator})", f"({denominator})", minor_units) == Decimal(result)


def test_prorate_is_exact_for_great_amounts(one):
    most = "cast(999999999999.999999 as decimal(18, 6))"
    assert prorated(one, most, 31536000, 31536000, 6) == Decimal("999999999999.999999")
    assert prorated(one, f"(-{most})", 31535999, 31536000, 6) == rounded_once(
        Decimal("-999999999999.999999"), 31535999, 31536000, 6
    )
    assert prorated(one, "cast(1000000000000 as decimal(19, 6))", 1, 3, 2) == Decimal("333333333333.33")


def test_prorate_equals_exact_fractions(sql):
    chance = random.Random(7)
    cases = []
    for _ in range(3000):
        amount = Decimal(chance.randrange(-(10**18), 10**18)).scaleb(-6) / 10 ** chance.choice([0, 3, 6, 9])
        amount = amount.quantize(Decimal("0.000001"), ROUND_HALF_UP)
        denominator = chance.randrange(1, 10 ** chance.choice([1, 2, 4, 8]))
        cases.append((amount, chance.randrange(0, denominator + 1), denominator, chance.choice([0, 2, 3, 4])))
    connection = duckdb.connect()
    connection.execute(
        "create table cases (amount decimal(18, 6), numerator bigint, denominator bigint, minor_units integer)"
    )
    connection.executemany("insert into cases values (?, ?, ?, ?)", cases)
    results = connection.execute(
        f"select amount, numerator, denominator, minor_units, {sql['prorate']} from cases"
    ).fetchall()
    assert [row for row in results if row[4] != rounded_once(*row[:4])] == []


@pytest.mark.parametrize("missing", ["amount", "numerator", "denominator", "minor_units"])
def test_prorate_of_nothing_is_null(one, missing):
    values = {"amount": "10.0", "numerator": "1", "denominator": "3", "minor_units": "2"} | {
        missing: "cast(null as integer)"
    }
    assert prorated(one, *values.values()) is None


def test_prorate_over_zero_is_null(one):
    assert prorated(one, "10.0", "1", "0", "2") is None
    assert prorated(one, "10.0", "0", "0", "2") is None


def test_prorate_gives_decimal_18_6_and_takes_literals(sql):
    assert duckdb.sql(f"select typeof({sql['literals']}), {sql['literals']}").fetchone() == (
        "DECIMAL(18,6)",
        Decimal("-6.66"),
    )


@pytest.mark.parametrize(
    ("anchor_on", "months", "n", "boundary"),
    [
        # N7, N8: 31 January through a common and a leap year, never drifting.
        ("2026-01-31", 1, 0, "2026-01-31"),
        ("2026-01-31", 1, 1, "2026-02-28"),
        ("2026-01-31", 1, 2, "2026-03-31"),
        ("2026-01-31", 1, 3, "2026-04-30"),
        ("2026-01-31", 1, 25, "2028-02-29"),
        ("2026-01-31", 1, 26, "2028-03-31"),
        ("2024-02-29", 12, 1, "2025-02-28"),
        ("2024-02-29", 12, 4, "2028-02-29"),
        ("2025-11-30", 3, 1, "2026-02-28"),
        ("2025-11-30", 3, 2, "2026-05-30"),
        ("2026-08-31", 6, 1, "2027-02-28"),
        ("2026-03-31", 1, -1, "2026-02-28"),
        ("1900-01-31", 1, 1, "1900-02-28"),
    ],
)
def test_period_boundary_is_clamped_and_never_drifts(one, anchor_on, months, n, boundary):
    assert one("boundary", anchor_on=f"date '{anchor_on}'", months=months, n=n) == date.fromisoformat(boundary)


def test_period_boundary_takes_literals_and_passes_null_on(sql, one):
    assert duckdb.sql(f"select typeof({sql['boundary_literals']})").fetchone() == ("DATE",)
    assert one("boundary_literals") == date(2024, 2, 29)
    assert one("boundary", anchor_on="cast(null as date)", months=1, n=1) is None
    assert one("boundary", anchor_on="date '2026-01-31'", months=1, n="cast(null as integer)") is None


@pytest.mark.parametrize(
    ("term_start_on", "term_months", "day_on", "left"),
    [
        ("2026-01-15", 12, "2026-01-15", 12),
        ("2026-01-15", 12, "2026-02-14", 12),
        ("2026-01-15", 12, "2026-02-15", 11),
        ("2026-01-15", 12, "2027-01-14", 1),
        ("2026-01-15", 36, "2028-02-15", 11),
        ("2026-01-31", 3, "2026-02-27", 3),
        ("2026-01-31", 3, "2026-02-28", 2),
        ("2026-01-31", 3, "2026-03-30", 2),
        ("2026-01-31", 3, "2026-03-31", 1),
        # A term from 28 February to 31 March, whose calendar counts from 31 January, is one month to its end.
        ("2026-02-28", 1, "2026-03-30", 1),
    ],
)
def test_months_left_hold_the_running_one(one, term_start_on, term_months, day_on, left):
    assert (
        one(
            "months_left",
            term_start_on=f"date '{term_start_on}'",
            term_months=term_months,
            day_on=f"date '{day_on}'",
        )
        == left
    )


@pytest.mark.parametrize(("dividend", "divisor", "whole"), [(7, 1, 7), (7, 2, 3), (6, 2, 3), (7, 0, None)])
def test_a_whole_quotient_is_rounded_down_and_of_zero_null(one, dividend, divisor, whole):
    assert one("quotient", dividend=dividend, divisor=divisor) == whole


def test_seconds_are_exact_to_the_microsecond(one):
    assert one(
        "seconds", from_at="timestamp '2026-03-28 23:00:00.000001'", until_at="timestamp '2026-03-29 22:00:00'"
    ) == Decimal("82799.999999")


@pytest.mark.parametrize(
    ("reason", "detail"),
    [
        ("missing:price", "price is required and empty"),
        ("unreadable:price", "price cannot be read as its type"),
        ("not_allowed:status", "status is not one of the values allowed"),
        ("negative:price", "price is below what is allowed"),
        ("unknown:team_id", "team_id refers to a record that has not been accepted yet"),
        ("other_account:team_id", "team_id refers to a record of another account"),
        ("immutable:currency", "currency differs from the first version and may never change"),
        ("ends_before_start", "It ends before it starts"),
        ("in_the_future", "It happened more than 24 hours after it was loaded"),
        ("conflicting_version", "A greater version of the same key and load instant is in force"),
        ("period_already_closed", "It became known after the period it falls into had closed, at every location it names"),
        ("nobody_knows_it", None),
    ],
)
def test_a_reason_is_said_in_words(one, reason, detail):
    assert one("reason", reason=f"'{reason}'") == detail


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            "headcount.prorate('amount', 1, 3, 7)",
            "minor_units must be a whole number of at least 0 and at most 6, not 7",
        ),
        ("headcount.prorate('amount', 1, 3, -1)", "not -1"),
        ("headcount.prorate('amount', 1, 3, 2.5)", "not 2.5"),
        ("headcount.prorate('', 1, 3, 2)", "prorate: amount must be a SQL expression or a number, not"),
        (
            "headcount.prorate('amount', none, 3, 2)",
            "prorate: numerator must be a SQL expression or a number, not null",
        ),
        (
            "headcount.prorate('amount', 1, [3], 2)",
            "prorate: denominator must be a SQL expression or a number, not [3]",
        ),
        ("headcount.period_boundary('2026-01-31', 1, 1)", "write date '2026-01-31'"),
        ("headcount.period_boundary('anchor_on', 0, 1)", "months must be a whole number of at least 1, not 0"),
        ("headcount.period_boundary('anchor_on', 1.5, 1)", "not 1.5"),
        ("headcount.period_boundary('anchor_on', 1, true)", "n must be a SQL expression or a number, not true"),
    ],
)
def test_a_bad_argument_stops_the_compilation_and_is_named(compiler, call, said):
    with pytest.raises(CompileError) as refused:
        compiler.compiled({"call": call})
    assert said in str(refused.value)


def test_each_slice_of_a_table_is_a_statement_of_its_own(sql):
    assert sql["slices"].count("insert into") == 2
    with duckdb.connect() as warehouse:
        warehouse.execute(sql["slices"])
        assert warehouse.sql("select * from made order by n").fetchall() == [(n,) for n in range(7)]
