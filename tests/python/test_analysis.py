"""`headcount analysis` answers on a warehouse that stays as it is, also while others read it. About 20 s, most of them dbt's."""

import csv

import duckdb
import pytest

from headcount import analysis
from headcount.cli import main
from headcount.project import PROJECT

pytestmark = pytest.mark.xdist_group("sample")


def test_a_question_is_answered_while_others_read_and_nothing_is_written(sample_warehouse, tmp_path, capsys):
    """The views of staging keep their rows: dbt would have made them anew, empty."""
    before = sample_warehouse.read_bytes()
    file = tmp_path / "dispute.csv"
    words = ["--warehouse", str(sample_warehouse), "customer_dispute", "--customer", "nx-growth-10-20-1", "--csv", str(file)]
    with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
        assert main(["analysis", *words]) == 0
        (explained,) = connection.execute(
            "select count(*) from marts.active_user_explanations where customer_id = 'nx-growth-10-20-1'"
        ).fetchone()
    with open(file, encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert "bk-nx-growth-10-20-1" in {row["evidence_id"] for row in rows}
    assert len(rows) >= explained > 0
    assert capsys.readouterr().out == f"{len(rows)} rows written to {file}\n"
    assert sample_warehouse.read_bytes() == before


def test_an_amount_has_the_digits_of_its_currency(sample_warehouse, monkeypatch, capsys):
    monkeypatch.setattr(analysis, "_sql", lambda *_: "select 5.10::decimal(18, 6) as amount, 7.5 as percent, 'EUR' as currency")
    assert main(["analysis", "--warehouse", str(sample_warehouse), "source_shares"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].split() == ["5.10", "7.5", "EUR"]


def test_without_a_name_the_questions_are_listed(tmp_path, capsys):
    assert main(["analysis", "--warehouse", str(tmp_path / "none.duckdb")]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert names == sorted(path.stem for path in (PROJECT / "analyses").glob("*.sql"))


@pytest.mark.parametrize(("words", "saying"), [
    (["nothing"], "analysis 'nothing' is not one of accounts_under_other_rulesets, "),
    (["source_shares", "--customer", "c"], "is not about one customer"),
    (["source_shares", "--csv", "none/file.csv"], "no such folder"),
])  # fmt: skip
def test_what_cannot_be_asked_is_one_line(sample_warehouse, words, saying, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["analysis", "--warehouse", str(sample_warehouse), *words]) == 2
    assert saying in capsys.readouterr().err
