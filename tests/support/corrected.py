"""Seeds under which corrections become money (P7): the shipped rulesets only show them."""

import csv
import shutil
from pathlib import Path

RULESETS = "rules/rule_rulesets.csv"


def corrected_seeds(seeds: Path, folder: Path, words: dict[str, tuple[str, str]]) -> Path:
    """A copy of a folder of seeds in which rulesets have these `corrections` and `corrections_periods`; `*` names all others."""
    shutil.copytree(seeds, folder)
    correct(folder / RULESETS, words)
    return folder


def correct(path: Path, words: dict[str, tuple[str, str]]) -> None:
    """Put them into a file of rulesets."""
    rows = rulesets(path)
    for row in rows:
        row["corrections"], row["corrections_periods"] = words.get(row["ruleset_id"], words.get("*", ("show", "")))
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def rulesets(path: Path) -> list[dict[str, str]]:
    """The rows of a file of rulesets."""
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
