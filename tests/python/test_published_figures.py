"""The macros against figures that other projects and vendors publish: tests/vectors, docs/proration.md."""

import csv
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from headcount.timezones import load_zone
from tests.support.macros import Compiler

VECTORS = Path(__file__).resolve().parent.parent / "vectors"
CALLS = {
    "prorate": "headcount.prorate('amount', 'numerator', 'denominator', 'minor_units')",
    "cycles": "headcount.prorate(1000, 'numerator', 'denominator', 6)",
    "days": "headcount.days_between('from_on', 'until_on')",
    "back": "headcount.period_boundary('anchor_on', 'months', -1)",
    # A calendar of bill days is counted from the December, which has 31 days, before the start.
    "boundary": "headcount.period_boundary('december_on', 1, 'n')",
}
DIFFER = {("DOC-095", "difference"), ("FP-075", "difference")}


def rows(name):
    with (VECTORS / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def sql(tmp_path_factory):
    return Compiler(tmp_path_factory.mktemp("macros")).compiled(CALLS)


@pytest.fixture(scope="module")
def evaluate(sql):
    connection = duckdb.connect()

    def one(call, **values):
        row = ", ".join(f"{value} as {name}" for name, value in values.items())
        return connection.execute(f"select {sql[call]} from (select {row})").fetchone()[0]

    return one


@pytest.fixture(scope="module")
def boundaries(sql):
    """The n-th day of a calendar of bill days for n from the month of the start on."""
    connection = duckdb.connect()

    def dates(start_on, bill_day, months, first=0, last=40):
        return [
            day
            for (day,) in connection.execute(
                f"select {sql['boundary']} from (select make_date(year(start_on) - 1, 12, bill_day) as december_on, "
                "month(start_on) + step * months as n from (select cast(? as date) as start_on, ? as bill_day, "
                "? as months), unnest(generate_series(?, ?)) as steps (step)) order by n",
                [start_on, int(bill_day), int(months), first, last],
            ).fetchall()
        ]

    return dates


@pytest.mark.parametrize("row", rows("prorations.csv"), ids=lambda row: f"{row['vector_id']} {row['part']}")
def test_prorate_gives_the_published_amount(evaluate, row):
    amount = evaluate(
        "prorate",
        amount=f"({row['amount']})",
        numerator=row["numerator"],
        denominator=row["denominator"],
        minor_units=row["minor_units"],
    )
    assert amount == Decimal(row["rounded_once"])
    # A side is the same everywhere; the difference of two sides is not, where each is rounded.
    assert (amount == Decimal(row["published"])) == ((row["vector_id"], row["part"]) not in DIFFER)


@pytest.mark.parametrize(
    "row",
    [row for row in rows("prorations.csv") if row["change_on"]],
    ids=lambda row: f"{row['vector_id']} {row['part']}",
)
def test_the_day_of_the_change_is_paid_and_the_end_is_not(evaluate, row):
    def days(from_on, until_on):
        return evaluate("days", from_on=f"date '{row[from_on]}'", until_on=f"date '{row[until_on]}'")

    assert days("change_on", "segment_end_on") == int(row["numerator"])
    assert days("period_start_on", "period_end_on") == int(row["denominator"])


@pytest.mark.parametrize("row", rows("billing_cycles.csv"), ids=lambda row: row["vector_id"])
def test_billing_cycles_in_advance(evaluate, boundaries, row):
    """Stubs by days of the calendar's own period, whole periods between; each rounded to nine digits of a period."""
    start_on, target_on = (datetime.fromisoformat(row[name]).date() for name in ("start_on", "target_on"))
    end_on = datetime.fromisoformat(row["end_on"]).date() if row["end_on"] else None
    days = boundaries(start_on, row["bill_day"], row["months"], first=-1)
    while days[1] < start_on:
        days = days[1:]
    first_on = days[1]

    def stub(from_on, until_on, period_from_on, period_until_on):
        numerator = evaluate("days", from_on=f"date '{from_on}'", until_on=f"date '{until_on}'")
        denominator = evaluate("days", from_on=f"date '{period_from_on}'", until_on=f"date '{period_until_on}'")
        return evaluate("cycles", numerator=numerator, denominator=denominator) / 1000

    cycles = Decimal(0)
    if start_on < first_on:
        # Kill Bill counts the period of this stub back from its end, so that day 31 clamped to the 28th stays there.
        period_from_on = evaluate("back", anchor_on=f"date '{first_on}'", months=row["months"])
        cycles += stub(start_on, min(first_on, end_on or first_on), period_from_on, first_on)
    for from_on, until_on in zip(days[1:], days[2:], strict=False):
        if from_on > target_on or (end_on and from_on >= end_on):
            break
        if end_on and end_on < until_on:
            cycles += stub(from_on, end_on, from_on, until_on)
        else:
            cycles += 1
    assert cycles == Decimal(row["published_cycles"])


@pytest.mark.parametrize("row", rows("period_boundaries.csv"), ids=lambda row: row["vector_id"])
def test_period_boundaries(evaluate, boundaries, row):
    asks, start, asked = row["asks"], row["start_on"], row["asked"]
    if asks == "calendar_days_between":
        assert evaluate("days", from_on=f"date '{start}'", until_on=f"date '{asked}'") == int(row["expected_value"])
        return
    start_on = datetime.fromisoformat(start).date()
    days = [day for day in boundaries(start, row["bill_day"], row["months"], first=-2) if day >= start_on]
    if asks == "period_containing_date":
        asked_on = max(datetime.fromisoformat(asked).date(), start_on)
        assert str(max([day for day in days if day <= asked_on] or [start_on])) == row["expected_start"]
        if row["expected_end"]:
            assert str(min(day for day in days if day > asked_on)) == row["expected_end"]
    elif asks == "first_bill_date_on_or_after":
        assert str(days[0]) == row["expected_value"]
    elif asks == "next_bill_date":
        assert str(min(day for day in days if str(day) > asked)) == row["expected_value"]
    elif asks == "whole_periods":
        assert sum(str(day) <= asked for day in days) == int(row["expected_value"])
    else:
        assert asks == "period_utc"
        zone = load_zone(row["timezone"])
        local_on = datetime.fromisoformat(asked).astimezone(zone).date()
        month_on = boundaries(local_on.replace(day=1), 1, 1, first=-1)[0]
        midnight_at = datetime(month_on.year, month_on.month, month_on.day, tzinfo=zone).astimezone(UTC)
        assert midnight_at == datetime.fromisoformat(row["expected_start"])


def test_a_part_of_no_length_is_no_amount(evaluate):
    """OpenMeter bills a zero-length period in full, Meteroid nothing; here it is null, and no term has length zero."""
    assert evaluate("prorate", amount="100", numerator="0", denominator="0", minor_units="2") is None
