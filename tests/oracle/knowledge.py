"""Who counts in a period with what is known at another instant, or under another ruleset."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from .counting import Counter
from .periods import Period
from .seeds import Ruleset


class Knowledge:
    """Other verdicts on the periods of a run; each is made once."""

    def __init__(self, counter: Counter):
        self.counter = counter
        self._made: dict[tuple[Period, datetime], frozenset[str]] = {}

    def counted(self, period: Period, k: datetime) -> frozenset[str]:
        """Who counts in a period, by its own ruleset and instant, with what is known at k."""
        if (period, k) not in self._made:
            self._made[period, k] = frozenset(self.counter.verdict(period, k).counted)
        return self._made[period, k]

    def counted_under(self, period: Period, ruleset: Ruleset) -> frozenset[str]:
        """Who would count in a period under a ruleset, with what the period knows."""
        return self.counted(replace(period, ruleset=ruleset), period.k)
