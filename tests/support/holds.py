"""Seeds in which billing lines are held, by every measure and in several currencies; the shipped ones hold nothing."""

import shutil
from pathlib import Path

from headcount.project import SEEDS

HOLDS = """large,nexudus,amount_at_least,100,EUR,2020-01-01
yen,nexudus,amount_at_least,5000,JPY,2020-01-01
jump,nexudus,change_percent,25,,2026-01-01
first,nutrium,first_bill,,,2020-01-01
adjusted,nexudus,adjustment,0,,2020-01-01
"""


def add_holds(seeds: Path, rows: str = HOLDS) -> Path:
    """Add the rows to a folder of seeds."""
    with open(seeds / "rules" / "rule_holds.csv", "a", encoding="utf-8") as file:
        file.write(rows)
    return seeds


def seeds_with_holds(folder: Path) -> Path:
    """A copy of the seeds, with the rows added."""
    return add_holds(Path(shutil.copytree(SEEDS, folder)))
