"""Corrections become money: what is learnt about a closed period when later ones close, as charges and credits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile
from typing import Any

from .billing import Billing, Rows, line
from .knowledge import Knowledge
from .periods import Period, Place


@dataclass(frozen=True)
class Adjustment:
    """What period `corrected` is billed more or less for, since `settled` has closed."""

    corrected: Period
    settled: Period
    billed: frozenset[str]
    known: frozenset[str]
    users_before: int
    amount: Decimal

    @property
    def key(self) -> dict[str, Any]:
        place = self.corrected.place
        return {"account_id": place.account_id, "location_id": place.location_id,
                "period_start_at": self.corrected.start, "settled_period_start_at": self.settled.start}


class Adjustments:
    """The adjustments of a run, and the rows they make."""

    def __init__(self, periods: dict[Place, list[Period]], knowledge: Knowledge, billing: Billing):
        self.knowledge = knowledge
        self.billing = billing
        self.made = [adjustment for place, its_periods in periods.items()
                     if place.product in billing.prices.products_with_cards
                     for number, period in enumerate(its_periods) if period.status == "closed"
                     for adjustment in self._of_period(period, its_periods[number + 1:])]

    def _due(self, period: Period, users: int) -> Decimal:
        """What a number of users comes to on the rate card of a period, as lines."""
        return sum((amount for _, _, amount in self.billing.rated(period, users)), Decimal(0))

    def _of_period(self, period: Period, later: list[Period]) -> Iterator[Adjustment]:
        """The adjustments of a closed period, settled with the later ones in turn.

        One may close after its follower, when its invoice became known later: the follower waits, or it would be
        settled anew when the one before it is.
        """
        ruleset = period.ruleset
        if ruleset.corrections == "show" or not self.billing.tiers(period):
            return
        in_turn = takewhile(lambda other: other.status == "closed", later[:ruleset.corrections_periods])
        billed = self.knowledge.counted(period, period.k)
        on_lines = self._due(period, len(billed))
        adjusted, users_before = Decimal(0), len(billed)
        for settled in in_turn:
            known = self.knowledge.counted(period, settled.cutoff)
            target = self._due(period, len(known))
            if ruleset.corrections == "credit":
                target = min(target, on_lines)
            amount = target - on_lines - adjusted
            if amount != 0:
                yield Adjustment(period, settled, billed, known, users_before, amount)
                adjusted, users_before = adjusted + amount, len(known)

    def fct_billing_adjustments(self) -> Rows:
        """One row for each closed period and later one at whose closing it was adjusted."""
        return [{**adjustment.key, "billed_users": len(adjustment.billed), "known_users": len(adjustment.known),
                 "users_before": adjustment.users_before, "amount": adjustment.amount,
                 "currency": adjustment.corrected.place.currency}
                for adjustment in self.made]

    def fct_billing_adjustment_users(self) -> Rows:
        """Who counts at the closing of the later period and did not as billed, and the other way."""
        rows = []
        for adjustment in self.made:
            rows += [{**adjustment.key, "customer_id": customer_id, "correction": "late_addition"}
                     for customer_id in adjustment.known - adjustment.billed]
            rows += [{**adjustment.key, "customer_id": customer_id, "correction": "retraction"}
                     for customer_id in adjustment.billed - adjustment.known]
        return rows

    def lines(self) -> Rows:
        """The billing lines of the adjustments."""
        return [line(adjustment.key["account_id"], adjustment.key["location_id"], "adjustment",
                     adjustment.corrected.start, adjustment.corrected.end, adjustment.settled.end, None,
                     len(adjustment.known) - adjustment.users_before, None, adjustment.amount,
                     adjustment.corrected.place.currency, adjustment.corrected.ruleset.ruleset_id)
                for adjustment in self.made]
