"""When the users of a period reach a share of a limit, or of the period before."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import Any

from .billing import Billing, Rows
from .counting import Verdict
from .local_days import local_day
from .periods import Period, Place
from .seeds import Threshold


class Crossings:
    """The thresholds that the periods of a run have reached."""

    def __init__(self, periods: dict[Place, list[Period]], verdicts: dict[Period, Verdict], billing: Billing,
                 thresholds: list[Threshold]):
        self.periods = periods
        self.verdicts = verdicts
        self.billing = billing
        self.thresholds = thresholds

    def fct_threshold_crossings(self) -> Rows:
        """One row for each threshold that a period of any status has reached."""
        rows = []
        for period in self.verdicts:
            for threshold in self.thresholds:
                if threshold.product == period.place.product and self._is_valid(threshold, period):
                    base = self._base(threshold, period)
                    if base:
                        rows += self._crossing(period, threshold, base)
        return rows

    @staticmethod
    def _is_valid(threshold: Threshold, period: Period) -> bool:
        """Like a rate card: on the local day of the instant of judgement."""
        return threshold.valid_from <= local_day(period.place.zone, period.judged_at)

    def _base(self, threshold: Threshold, period: Period) -> int | None:
        """What the share is of; None when there is nothing to take a share of."""
        place = period.place
        if threshold.measure == "growth":
            before = self._last_closed_before(period)
            return len(self.verdicts[before].counted) if before else None
        has_limit = (place.product in self.billing.prices.products_with_packages
                     and place.location_id == place.account_id)
        package = self.billing.package_just_before(place.account_id, period.judged_at, period.k) if has_limit else None
        return package and package.client_limit

    def _last_closed_before(self, period: Period) -> Period | None:
        """The last period before it that had closed by the knowledge a period is judged with.

        A closed one goes by its own K: one before that closes after it, as its invoice became known late, changes nothing.
        """
        closed = [other for other in self.periods[period.place]
                  if other.start < period.start and other.status == "closed" and other.cutoff <= period.k]
        return closed[-1] if closed else None

    def _crossing(self, period: Period, threshold: Threshold, base: int) -> Rows:
        """The row of a threshold when it is reached: by the first number of users that reaches it."""
        verdict = self.verdicts[period]
        first_number = ceil(Fraction(threshold.percent) * base / 100)
        in_order = sorted((verdict.first_active_at(customer_id), customer_id) for customer_id in verdict.counted)
        if not 0 < first_number <= len(in_order):
            return []
        crossed_at, _ = in_order[first_number - 1]
        place = period.place
        row: dict[str, Any] = {
            "account_id": place.account_id, "location_id": place.location_id, "period_start_at": period.start,
            "measure": threshold.measure, "percent": threshold.percent, "base": base, "active_users": first_number,
            "crossed_at": crossed_at, "crossed_on": local_day(place.zone, crossed_at),
        }
        return [row]
