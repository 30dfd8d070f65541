"""`headcount whatif` says what all periods come to and shows the greatest differences; with --all everything (run.md)."""

import duckdb
import pytest

from headcount import whatif
from headcount.cli import main
from headcount.spelling import money

pytestmark = pytest.mark.xdist_group("sample")
RULESET = "nexudus-2023-09-04"


@pytest.fixture
def said(sample_warehouse, capsys):
    def lines(*words: str) -> list[str]:
        assert main(["whatif", "--warehouse", str(sample_warehouse), "--ruleset", RULESET, *words]) == 0
        return capsys.readouterr().out.splitlines()

    return lines


@pytest.fixture
def ask(sample_warehouse):
    def rows(sql: str) -> list[tuple]:
        with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    return rows


def test_everything_has_each_period_and_everybody_who_moves(said, ask):
    lines = said("--all")
    ((periods, moves),) = ask(
        f"select (select count(*) from marts.fct_whatif_counts where ruleset_id = '{RULESET}'), "
        f"(select count(*) from marts.fct_whatif_moves where ruleset_id = '{RULESET}')"
    )
    assert sum(" active users" in line and line.startswith("  ") for line in lines) == periods
    assert sum(line.startswith(("    added ", "    removed ")) for line in lines) == moves
    assert periods > whatif.PERIODS


def test_a_long_list_begins_with_the_greatest_differences_and_says_that_it_is_cut(said, ask):
    lines = said()
    differences = ask(
        "select abs(active_users - billed_active_users) from marts.fct_whatif_counts "
        f"where ruleset_id = '{RULESET}' order by 1 desc"
    )
    heads = [line.split(": ")[1].split(" active")[0].split(" -> ") for line in lines if line.startswith("  ") and "->" in line]
    shown = [abs(int(other) - int(billed)) for billed, other in heads]
    assert shown == [difference for (difference,) in differences[: whatif.PERIODS]]
    more = len(differences) - whatif.PERIODS
    assert lines[-1] == f"and {more:,} more periods, with smaller differences or none; --all shows them"
    assert len(lines) <= 160


def test_the_totals_are_those_of_every_period(said, ask):
    sums = ask(
        "select currency, sum(billed_amount), sum(amount) from marts.fct_whatif_counts "
        f"where ruleset_id = '{RULESET}' and amount is not null group by currency order by currency"
    )
    totals = [f"all of them: {money(billed, one)} -> {money(other, one)}" for one, billed, other in sums]
    (users,) = ask(
        f"select sum(billed_active_users), sum(active_users) from marts.fct_whatif_counts where ruleset_id = '{RULESET}'"
    )
    for lines in (said(), said("--all")):
        assert lines[2].startswith("all of them: {:,} -> {:,} active users, ".format(*map(int, users)))
        assert lines[3 : 3 + len(totals)] == totals


def test_a_short_list_is_given_whole(said, monkeypatch):
    monkeypatch.setattr(whatif, "LINES", 10**6)
    assert said() == said("--all")
