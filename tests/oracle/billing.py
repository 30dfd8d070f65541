"""What packages and active users are billed: usage, charges, lines, and what could not be billed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from .counting import Verdict
from .judging import Judged
from .local_days import TICK, day_end, days_between, first_instant, local_day
from .packages import Charge, Subscriptions
from .periods import Period
from .proration import round_half_up
from .seeds import Prices, Tier

Rows = list[dict[str, Any]]


class Billing:
    """The billing marts of a run."""

    def __init__(self, judged: Judged, verdicts: dict[Period, Verdict], prices: Prices):
        self.judged = judged
        self.rules = judged.rules
        self.verdicts = verdicts
        self.prices = prices
        self.subscriptions = Subscriptions(judged, prices)
        self.package_just_before = lru_cache(maxsize=None)(self.subscriptions.package_just_before)

    def _charges(self) -> list[tuple[dict[str, Any], Charge]]:
        """Every charge with the account it is of."""
        found = []
        for subscription_id in self.judged.versions["subscriptions"]:
            account_id = self.judged.account_of("subscriptions", subscription_id)
            if account_id is not None:
                account = self.judged.first_version("accounts", account_id)
                found += [(account, charge)
                          for charge in self.subscriptions.charges(subscription_id, self.judged.as_of)]
        return found

    def fct_package_charges(self) -> Rows:
        """One row for each charge of each subscription."""
        names = ("subscription_id", "charge_number", "charge_kind", "charged_on", "term_start_on", "term_end_on",
                 "plan", "duration", "client_limit", "previous_client_limit", "full_price", "days_charged", "amount",
                 "is_final")
        return [{**{name: getattr(charge, name) for name in names}, "account_id": account["account_id"],
                 "currency": account["currency"],
                 "days_in_term": (charge.term_end_on - charge.term_start_on).days}
                for account, charge in self._charges()]

    # -- usage -------------------------------------------------------------------------------

    def fct_package_usage(self) -> Rows:
        """One row for each period of an account whose product has packages: the count against the limit."""
        return [self._usage(period, verdict) for period, verdict in self.verdicts.items()
                if period.place.product in self.prices.products_with_packages
                and period.place.location_id == period.place.account_id]

    def _usage(self, period: Period, verdict: Verdict) -> dict[str, Any]:
        place = period.place
        package = self.package_just_before(place.account_id, period.judged_at, period.k)
        users = len(verdict.counted)
        over = [day for day in days_between(place.zone, period.start, period.judged_at)
                if self._is_over_on(period, verdict, day)]
        return {
            "account_id": place.account_id, "period_start_at": period.start, "active_clients": users,
            "plan": package and package.plan, "duration": package and package.duration,
            "client_limit": package and package.client_limit,
            "is_unlimited": package and package.client_limit is None,
            "is_over_limit": _is_over(users, package),
            "limit_exceeded_on": over[0] if over else None, "days_over_limit": len(over),
            "smallest_sufficient_limit": package and self._smallest_limit(period, package, users),
        }

    def _is_over_on(self, period: Period, verdict: Verdict, day: Any) -> bool:
        """Whether the running count at the end of a day, or at T, is above the limit in force then."""
        place = period.place
        end = min(day_end(place.zone, day), period.judged_at)
        to_date = sum(verdict.first_active_at(customer_id) < end for customer_id in verdict.counted)
        return _is_over(to_date, self.package_just_before(place.account_id, end, period.k))

    def _smallest_limit(self, period: Period, package: Charge, users: int) -> int | None:
        """The smallest limit on sale just before T that holds the count; None is unlimited."""
        place = period.place
        day = local_day(place.zone, period.judged_at - TICK)
        limits = self.prices.limits(place.product, place.currency, package.plan, package.duration, day)
        return min((limit for limit in limits if limit is not None and limit >= users), default=None)

    # -- lines -------------------------------------------------------------------------------

    def fct_billing_lines(self) -> Rows:
        """One row for each billed line: a tier of a closed period, or a final charge."""
        rows = []
        for period, verdict in self.verdicts.items():
            if period.status == "closed":
                rows += self._lines_of_users(period, len(verdict.counted))
        for account, charge in self._charges():
            if charge.is_final and charge.amount is not None:
                rows.append(self._line_of_charge(account, charge))
        return rows

    def tiers(self, period: Period) -> list[Tier]:
        """The rate card valid on the local date of the end of a period."""
        place = period.place
        return self.prices.tiers(place.product, place.currency, local_day(place.zone, period.end))

    def rated(self, period: Period, users: int) -> list[tuple[Tier, int, Decimal]]:
        """(tier, users in it, amount) of each tier that a number of users takes on the rate card of a period."""
        found = []
        minor_units = self.rules.minor_units[period.place.currency]
        for tier in self.tiers(period):
            last = users if tier.to_user is None else min(users, tier.to_user)
            quantity = last - tier.from_user + 1
            if quantity > 0:
                amount = round_half_up(Fraction(quantity * tier.unit_price + tier.flat_fee), minor_units)
                found.append((tier, quantity, amount))
        return found

    def _lines_of_users(self, period: Period, users: int) -> Rows:
        place = period.place
        return [line(place.account_id, place.location_id, "active_users", period.start, period.end, period.end,
                     tier.tier_number, quantity, tier.unit_price, amount, place.currency, period.ruleset.ruleset_id)
                for tier, quantity, amount in self.rated(period, users)]

    def _line_of_charge(self, account: dict[str, Any], charge: Charge) -> dict[str, Any]:
        ruleset = self.rules.in_force(account["product"], account["timezone"], charge.instant)
        return line(account["account_id"], account["account_id"], f"package_{charge.charge_kind}",
                    charge.term_starts_at, charge.term_ends_at, charge.instant, None, 1, charge.amount, charge.amount,
                    account["currency"], ruleset.ruleset_id)

    def billing_exceptions(self) -> Rows:
        """One row for each thing that should have been billed and could not be."""
        rows = []
        for period, verdict in self.verdicts.items():
            product = period.place.product
            is_billed_by_user = (product in self.prices.products_with_cards
                                 or product not in self.prices.products_with_packages)
            if period.status == "closed" and verdict.counted and is_billed_by_user and not self.tiers(period):
                rows.append(_exception(period.place.account_id, period.place.location_id, period.start, None, None,
                                       "no_rate_card"))
        for account, charge in self._charges():
            if charge.amount is None:
                rows.append(_exception(account["account_id"], account["account_id"], charge.term_starts_at,
                                       charge.subscription_id, charge.charge_number, "no_package_price"))
        rows += [_exception(account["account_id"], account["account_id"], started_at, subscription_id, None, "no_package")
                 for account, subscription_id, started_at in self._without_package()]
        return rows

    def _without_package(self) -> list[tuple[dict[str, Any], str, datetime]]:
        """(account, subscription, start) of those that have started and of which no accepted change names a package."""
        judged, found = self.judged, []
        named = {event.values["subscription_id"] for event in judged.events["subscription_changes"].values()}
        for key in judged.versions["subscriptions"]:
            subscription = judged.in_force("subscriptions", key, judged.as_of)
            if subscription is None or key in named:
                continue
            account = judged.first_version("accounts", subscription["account_id"])
            started_on, cancelled_on = subscription["started_on"], subscription["cancelled_on"]
            started_at = first_instant(account["timezone"], started_on)
            if started_at <= judged.as_of and (cancelled_on is None or cancelled_on > started_on):
                found.append((account, key, started_at))
        return found


def _is_over(users: int, package: Charge | None) -> bool:
    return package is not None and package.client_limit is not None and users > package.client_limit


def line(account_id: str, location_id: str, line_kind: str, start: datetime, end: datetime, billed_at: datetime,
         tier_number: int | None, quantity: int, unit_price: Decimal | None, amount: Decimal, currency: str,
         ruleset_id: str) -> dict[str, Any]:
    """A billing line."""
    return {"account_id": account_id, "location_id": location_id, "line_kind": line_kind, "period_start_at": start,
            "period_end_at": end, "billed_at": billed_at, "tier_number": tier_number, "quantity": quantity,
            "unit_price": unit_price, "amount": amount, "currency": currency, "ruleset_id": ruleset_id}


def _exception(account_id: str, location_id: str, start: datetime, subscription_id: str | None,
               charge_number: int | None, exception: str) -> dict[str, Any]:
    return {"account_id": account_id, "location_id": location_id, "period_start_at": start,
            "subscription_id": subscription_id, "charge_number": charge_number, "exception": exception}
