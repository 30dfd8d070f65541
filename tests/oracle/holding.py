"""Which billing lines are held, and by which hold."""

from __future__ import annotations

from typing import Any

from .billing import Rows
from .judging import Judged
from .local_days import local_day
from .periods import Period, Place
from .seeds import Hold


class Holding:
    """The lines of a run beside the holds."""

    def __init__(self, judged: Judged, periods: dict[Place, list[Period]], lines: Rows, holds: list[Hold]):
        self.judged = judged
        self.places = {place.location_id: place for place in periods}
        self.periods = periods
        self.lines = lines
        self.holds = holds

    def fct_held_lines(self) -> Rows:
        """One row for each line and hold that holds it; the line stands for its id."""
        return [{"hold_id": hold.hold_id, **line} for line in self.lines for hold in self.holds
                if self._applies(hold, line) and self._holds(hold, line)]

    def _applies(self, hold: Hold, line: dict[str, Any]) -> bool:
        """Of its product, its currency if it names one, and from its day on."""
        account = self.judged.first_version("accounts", line["account_id"])
        place = self.places.get(line["location_id"])  # package lines are the account's, which need not be a place
        zone = place.zone if place else account["timezone"]
        return (hold.product == account["product"] and hold.currency in (None, line["currency"])
                and local_day(zone, line["billed_at"]) >= hold.valid_from)

    def _holds(self, hold: Hold, line: dict[str, Any]) -> bool:
        if hold.measure == "amount_at_least":
            return abs(line["amount"]) >= hold.value
        if hold.measure == "adjustment":
            return line["line_kind"] == "adjustment" and abs(line["amount"]) >= hold.value
        if hold.measure == "first_bill":
            return not any(other["account_id"] == line["account_id"] and other["billed_at"] < line["billed_at"]
                           for other in self.lines)
        return line["line_kind"] == "active_users" and self._has_changed(hold, line)

    def _has_changed(self, hold: Hold, line: dict[str, Any]) -> bool:
        """Whether the lines of a period differ by so much from those of the place's period before, or there were none."""
        place = self.places[line["location_id"]]
        starts = [period.start for period in self.periods[place] if period.start < line["period_start_at"]]
        before = self._amounts_of_users(line["location_id"], starts[-1]) if starts else []
        if not before:
            return True
        difference = abs(sum(self._amounts_of_users(line["location_id"], line["period_start_at"])) - sum(before))
        if difference == 0:
            return hold.value == 0
        return difference * 100 >= hold.value * sum(before)

    def _amounts_of_users(self, location_id: str, start: Any) -> list[Any]:
        return [line["amount"] for line in self.lines if line["line_kind"] == "active_users"
                and line["location_id"] == location_id and line["period_start_at"] == start]
