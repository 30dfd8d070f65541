"""Each cell of the shipped articles, rulesets and thresholds says what was agreed. The conditions have unit tests, in
int_rules__matched, those of a what-if of one switch are the same as in the ruleset that it varies."""

import csv
import shutil
from pathlib import Path

import pytest

from headcount.project import SEEDS
from tests.support.shipped_rules import SAME_CONDITIONS, SHIPPED, unlike_shipped


def test_shipped_rules_say_what_was_agreed():
    assert unlike_shipped() == []


@pytest.mark.parametrize("seed", SHIPPED)
def test_a_cell_that_is_otherwise_is_seen(seed, tmp_path):
    seeds = Path(shutil.copytree(SEEDS / "rules", tmp_path / "rules")).parent
    path = seeds / "rules" / f"{seed}.csv"
    with open(path, newline="", encoding="utf-8") as file:
        header, row, *others = csv.reader(file)
    write(path, [header, [*row[:-1], "other"], *others])
    assert len(unlike_shipped(seeds)) == 1
    write(path, [header, *others])
    assert len(unlike_shipped(seeds)) == 1


@pytest.mark.parametrize("ruleset", [*SAME_CONDITIONS, *SAME_CONDITIONS.values()])
def test_a_condition_that_only_one_of_two_has_is_seen(ruleset, tmp_path):
    seeds = Path(shutil.copytree(SEEDS / "rules", tmp_path / "rules")).parent
    path = seeds / "rules" / "rule_conditions.csv"
    with open(path, newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    first = next(number for number, row in enumerate(rows) if row[0] == ruleset)
    write(path, [header, *rows[:first], *rows[first + 1 :]])
    assert len(unlike_shipped(seeds)) == 1
    write(path, [header, *rows, [ruleset, "gift", *rows[first][2:]]])
    assert len(unlike_shipped(seeds)) == 1


def write(path, lines):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)
