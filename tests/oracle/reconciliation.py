"""The vendor's own invoices held against the count of the periods that they ended."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .billing import Rows
from .judging import Delivery, Judged
from .knowledge import Knowledge
from .periods import Period, Place, invoices_naming


class Reconciliation:
    """The platform invoices of a run that say what they bill, with the periods each has ended."""

    def __init__(self, judged: Judged, periods: dict[Place, list[Period]], knowledge: Knowledge):
        self.judged = judged
        self.rules = judged.rules
        self.knowledge = knowledge
        self.ended: dict[str, list[Period]] = {}
        for place, its_periods in periods.items():
            if self.rules.period_kind(place.product) == "since_last_invoice":
                for period in its_periods:
                    if period.end is not None:
                        self.ended.setdefault(self._ended_by(place, period).key, []).append(period)

    def _ended_by(self, place: Place, period: Period) -> Delivery:
        """The invoice that ended a period: of several at its end the one known first, then the smallest id."""
        at_its_end = [invoice for invoice in invoices_naming(self.judged, place)
                      if invoice.values["invoiced_at"] == period.end]
        return min(at_its_end, key=lambda invoice: (invoice.known_at, invoice.key))

    def fct_invoice_reconciliation(self, lines: Rows, exceptions: Rows) -> Rows:
        """One row for each platform invoice that names users or an amount and has ended a period."""
        rows = []
        for key, periods in self.ended.items():
            invoice = self.judged.events["platform_invoices"][key].values
            if invoice["billed_users"] is not None or invoice["billed_amount"] is not None:
                rows.append(self._row(invoice, periods, lines, exceptions))
        return rows

    def _row(self, invoice: dict[str, Any], periods: list[Period], lines: Rows, exceptions: Rows) -> dict[str, Any]:
        users, amount = invoice["billed_users"], invoice["billed_amount"]
        currency = periods[0].place.currency
        active_users = sum(len(self.knowledge.counted(period, period.k)) for period in periods)
        computed = _computed_amount(periods, lines, exceptions)
        is_comparable = amount is not None and computed is not None and invoice["billed_currency"] in (None, currency)
        explanation, ruleset_id = self._explanation(users, periods, active_users)
        return {
            "platform_invoice_id": invoice["platform_invoice_id"], "account_id": invoice["account_id"],
            "invoice_number": invoice["invoice_number"], "invoiced_at": invoice["invoiced_at"],
            "periods": len(periods), "is_closed": all(period.status == "closed" for period in periods),
            "billed_users": users, "active_users": active_users,
            "difference_users": None if users is None else users - active_users,
            "billed_amount": amount, "computed_amount": computed, "currency": currency,
            "difference_amount": amount - computed if is_comparable else None,
            "explanation": explanation, "explaining_ruleset_id": ruleset_id,
        }

    def _explanation(self, users: int | None, periods: list[Period], active_users: int) -> tuple[str | None, str | None]:
        """The first explanation that applies, with the ruleset when it is one."""
        if users is None:
            return None, None
        if users == active_users:
            return "agrees", None
        if users == sum(len(self.knowledge.counted(period, self.judged.as_of)) for period in periods):
            return "known_later", None
        for ruleset in reversed(self.rules.of_product(periods[0].place.product)):
            if users == sum(len(self.knowledge.counted_under(period, ruleset)) for period in periods):
                return "other_ruleset", ruleset.ruleset_id
        return "unexplained", None


def _computed_amount(periods: list[Period], lines: Rows, exceptions: Rows) -> Decimal | None:
    """The lines of active users of some periods together, when all are closed and each could be billed."""
    keys = {(period.place.location_id, period.start) for period in periods}
    if any(period.status != "closed" for period in periods):
        return None
    if any((row["location_id"], row["period_start_at"]) in keys for row in exceptions):
        return None
    return sum((row["amount"] for row in lines if row["line_kind"] == "active_users"
                and (row["location_id"], row["period_start_at"]) in keys), Decimal(0))
