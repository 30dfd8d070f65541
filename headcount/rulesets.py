"""What a ruleset may say of corrections (P7), looked at before anything is built."""

import re
from pathlib import Path

from headcount.errors import UsageError
from headcount.project import SEEDS
from headcount.seeds import rows

NAME = "rules/rule_rulesets.csv"
_WORDS = ("show", "credit", "both")


def forbid_unknown_corrections(folder: Path = SEEDS) -> None:
    """Raises UsageError, one line, for a word that no model knows and for periods that are no whole number."""
    for number, row in enumerate(rows(NAME, folder), 2):
        where = f"seeds/{NAME}: row {number}"
        if row["corrections"] not in _WORDS:
            raise UsageError(f"{where}: corrections {row['corrections']!r} is not one of {', '.join(_WORDS)}")
        if not re.fullmatch("[0-9]{0,3}", row["corrections_periods"], re.ASCII):
            raise UsageError(
                f"{where}: corrections_periods {row['corrections_periods']!r} is no whole number up to 999; leave it empty for 3"
            )
