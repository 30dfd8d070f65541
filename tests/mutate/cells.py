"""The one-cell changes of the rule seeds."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from headcount.project import SEEDS

# Where a cell has one of a few words, it becomes each of the others.
_WORDS = {
    "counts": ("true", "false"),
    "price_kind": ("free", "paid", "any"),
    "period": ("calendar_month", "since_last_invoice"),
    "counted_by": ("account", "location"),
    "contract_condition": ("open_at_any_time", "open_at_end", ""),
    "contract_from": ("created_at", "starts_at"),
    "suspension": ("excluded_if_suspended_at_end", "contract_void_if_suspended_at_end", "standing_void_while_suspended", ""),
    "team_condition": ("payer_counts", "membership", ""),
    "cancelled_bookings": ("count", "ignore"),
    "proration": ("day", "second", "full_difference", "whole_months", ""),
    "corrections": ("show", "credit", "both"),
    "measure": ("share_of_limit", "growth"),
    "product": ("nexudus", "nutrium"),
}


@dataclass(frozen=True)
class Cell:
    """A seed with one cell written otherwise."""

    path: str
    line: int
    column: str
    was: str
    becomes: str
    kind: str = "cell"

    @property
    def key(self) -> str:
        return f"{self.path}:{self.line}:{self.column}:{self.was}->{self.becomes}"

    @property
    def change(self) -> str:
        row = rows(self.path)[self.line - 2]
        return f"{','.join(list(row.values())[:3])}: {self.column}   [{self.was or 'empty'} -> {self.becomes or 'empty'}]"

    def rows(self) -> list[dict[str, str]]:
        """The seed's rows with the change."""
        changed = rows(self.path)
        changed[self.line - 2][self.column] = self.becomes
        return changed

    def write(self, folder: Path) -> Path:
        """All seeds, this one with the change, in a new folder."""
        shutil.copytree(SEEDS, folder)
        changed = self.rows()
        with open(folder / Path(self.path).relative_to("seeds"), "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(changed[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(changed)
        return folder


def rows(path: str) -> list[dict[str, str]]:
    """The rows of a seed as texts."""
    with open(SEEDS.parent / path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def cells() -> list[Cell]:
    """Each cell of the rule seeds flipped, in order."""
    names = [f"seeds/rules/{path.name}" for path in sorted((SEEDS / "rules").glob("*.csv"))]
    return [
        Cell(name, line, column, was, becomes)
        for name in names
        for line, row in enumerate(rows(name), 2)
        for column, was in row.items()
        for becomes in _flipped(column, was)
    ]  # fmt: skip


def _flipped(column: str, was: str) -> list[str]:
    if column in _WORDS:
        return [word for word in _WORDS[column] if word != was]
    if not was:
        return ["1"] if column == "corrections_periods" else ["2020-01-01"] if column.endswith("_on") else ["something"]
    if was.isdigit():
        return [str(int(was) + 1)]
    try:
        return [str(date.fromisoformat(was) + timedelta(days=1))]
    except ValueError:
        return [f"{was}~"]
