"""Seeds with all of finance.md switched on, and the project with them."""

import argparse
import csv
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from headcount.project import SEEDS
from tests.support.recipe import copy_project, environment

# Tiers that change by a user, with prices that have to be rounded. The shipped ones stay for USD.
_TIERS = {
    "EUR": (("1", "1", "2.505", "20"), ("2", "2", "0.005", "1"), ("3", "", "1.995", "0")),
    "JPY": (("1", "2", "350.5", "0"), ("3", "3", "99.5", "1000"), ("4", "", "250", "0.5")),
    "KWD": (("1", "1", "1.2345", "0"), ("2", "4", "0.0005", "0.125"), ("5", "", "1", "0")),
}
_VALID_FROM = ("2016-01-01", "2026-01-02")
_HOLDS: tuple[dict[str, Any], ...] = (
    {"hold_id": "eur-26", "product": "nexudus", "measure": "amount_at_least", "value": "21", "currency": "EUR"},
    {"hold_id": "jpy-1000", "product": "nexudus", "measure": "amount_at_least", "value": "1000", "currency": "JPY"},
    {"hold_id": "package-49", "product": "nutrium", "measure": "amount_at_least", "value": "49.00", "currency": "USD"},
    {"hold_id": "changed-by-half", "product": "nexudus", "measure": "change_percent", "value": "50"},
    {"hold_id": "changed-at-all", "product": "nexudus", "measure": "change_percent", "value": "0.5", "currency": "KWD"},
    {"hold_id": "first-nexudus", "product": "nexudus", "measure": "first_bill"},
    {"hold_id": "first-nutrium", "product": "nutrium", "measure": "first_bill"},
    {"hold_id": "adjusted-eur", "product": "nexudus", "measure": "adjustment", "value": "2", "currency": "EUR"},
    {"hold_id": "adjusted-kwd", "product": "nexudus", "measure": "adjustment", "value": "0.001", "currency": "KWD"},
    {"hold_id": "adjusted-usd", "product": "nexudus", "measure": "adjustment", "value": "3.30", "currency": "USD"},
)
_THRESHOLDS = {"nutrium": ("share_of_limit", (33, 50, 99, 101, 150)), "nexudus": ("growth", (50, 100, 101, 150, 200))}
_DAYS = ("2010-01-01", "2010-01-01", "2026-04-25", "2023-09-10", "2022-11-05")


def switch_on(seeds: Path, draw: random.Random) -> Path:
    """Edit seeds, a copy of the project's: corrections that become money, holds of every measure, more thresholds."""
    edit(seeds / "rules" / "rule_rulesets.csv", lambda row: row | {
        "corrections": draw.choice(["both", "both", "credit", "credit", "show"]),
        "corrections_periods": draw.choice(["", "1", "2", "3", "5"]),
    })  # fmt: skip
    cards = [
        {"product": "nexudus", "currency": currency, "valid_from": day, "tier_number": str(number),
         "from_user": first, "to_user": last, "unit_price": price, "flat_fee": fee}
        for currency, tiers in _TIERS.items() for day in _VALID_FROM
        for number, (first, last, price, fee) in enumerate(tiers, 1)
    ]  # fmt: skip
    edit(seeds / "prices" / "example_rate_cards.csv", more=cards)
    holds = [{"value": "", "currency": ""} | hold | {"valid_from": draw.choice(_DAYS)} for hold in _HOLDS if draw.random() < 0.7]
    columns = ["hold_id", "product", "measure", "value", "currency", "valid_from"]
    edit(seeds / "rules" / "rule_holds.csv", more=holds, columns=columns)
    thresholds = [
        {"product": product, "measure": measure, "percent": str(percent), "valid_from": draw.choice(_DAYS)}
        for product, (measure, percents) in _THRESHOLDS.items() for percent in percents
    ]  # fmt: skip
    edit(seeds / "rules" / "rule_thresholds.csv", more=thresholds, columns=["product", "measure", "percent", "valid_from"])
    return seeds


def edit(seed: Path, change=lambda row: row, more: Sequence[dict[str, Any]] = (), columns: Sequence[str] = ()) -> None:
    """Write a seed again, each row changed and others after them."""
    rows = []
    if seed.exists():
        with open(seed, newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            columns, rows = list(reader.fieldnames or columns), [change(row) for row in reader]
    columns = list(dict.fromkeys([*columns, *(name for row in rows[:1] for name in row)]))
    with open(seed, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows([*rows, *more])


def seeds_with_it(folder: Path, draw: random.Random) -> Path:
    """A copy of the seeds with all of it switched on."""
    return switch_on(shutil.copytree(SEEDS, folder), draw)


def in_a_copy(module: str, chosen: argparse.Namespace, more: Sequence[str] = ()) -> int:
    """Run a module of the tests, with the options it was given, with code and seeds of a copy of the project in which all
    of it is switched on as the number of `--finance` draws it; its exit code."""
    words = [word for name, value in vars(chosen).items() if name != "finance" and value for word in _option(name, value)]
    with tempfile.TemporaryDirectory() as made:
        project = copy_project(Path(made) / "project")
        switch_on(project / "seeds", random.Random(chosen.finance))
        code = subprocess.run([sys.executable, "-m", module, *words, *more], cwd=project, env=environment(project)).returncode
    print(f"with all of it switched on: --finance {chosen.finance}")
    return code


def _option(name: str, value: Any) -> list[str]:
    return [f"--{name}"] if value is True else [f"--{name}", str(value.absolute() if isinstance(value, Path) else value)]
