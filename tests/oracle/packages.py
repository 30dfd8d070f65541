"""N5 to N10: the terms of a subscription, what its package costs, and what a raise within a term costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from .judging import BEFORE_EVERYTHING, Judged
from .local_days import add_months, day_end, first_instant, local_day
from .proration import round_half_up, share_of_term
from .seeds import Prices

A_DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Change:
    """A package named for a subscription, with the instant from which the change is reckoned."""

    instant: datetime
    changed_at: datetime
    key: str
    known_at: datetime
    plan: str
    duration: str
    client_limit: int | None

    @property
    def order(self) -> tuple:
        return (self.instant, self.changed_at, self.key)


@dataclass(frozen=True)
class Charge:
    """A term's start or a raise; from its instant to the end of the term its package is in force."""

    subscription_id: str
    charge_number: int
    charge_kind: str
    instant: datetime
    charged_on: date
    term_start_on: date
    term_end_on: date
    term_starts_at: datetime
    term_ends_at: datetime
    plan: str
    duration: str
    client_limit: int | None
    previous_client_limit: int | None
    full_price: Decimal | None
    days_charged: int
    amount: Decimal | None
    is_final: bool


class Subscriptions:
    """The charges of subscriptions as a run at any instant makes them."""

    def __init__(self, judged: Judged, prices: Prices):
        self.judged = judged
        self.prices = prices
        self.rules = judged.rules
        self._changes: dict[str, list] = {}
        for key, event in judged.events["subscription_changes"].items():
            self._changes.setdefault(event.values["subscription_id"], []).append((key, event))

    def of_account(self, account_id: str) -> list[str]:
        """The subscriptions of an account."""
        return [key for key in self.judged.versions["subscriptions"]
                if self.judged.account_of("subscriptions", key) == account_id]

    def landed_at(self, account_id: str) -> datetime:
        """The landing of the account: when it was first known, or its history complete."""
        complete_at = self.judged.first_version("accounts", account_id)["history_complete_at"]
        return max(self.judged.first_known("accounts", account_id), complete_at or BEFORE_EVERYTHING)

    def changes(self, subscription_id: str, as_of: datetime) -> list[Change]:
        """The changes that exist at as_of, in order; one that became known too late is made when it did."""
        landed_at = self.landed_at(self.judged.account_of("subscriptions", subscription_id))
        found = []
        for key, event in self._changes.get(subscription_id, ()):
            values, known_at = event.values, event.known_at
            is_late = known_at - A_DAY > max(values["changed_at"], landed_at)
            instant = known_at if is_late else values["changed_at"]
            if known_at <= as_of and instant <= as_of:
                found.append(Change(instant, values["changed_at"], key, known_at, values["plan"], values["duration"],
                                    values["client_limit"]))
        return sorted(found, key=lambda change: change.order)

    def charges(self, subscription_id: str, as_of: datetime) -> list[Charge]:
        """Every charge up to the local day of as_of, in order."""
        known_at = self.judged.first_known("subscriptions", subscription_id)
        changes = self.changes(subscription_id, as_of)
        if known_at is None or known_at > as_of or not changes:
            return []
        subscription = self.judged.first_version("subscriptions", subscription_id)
        account = self.judged.first_version("accounts", subscription["account_id"])
        zone = account["timezone"]
        landing_known = self.landed_at(subscription["account_id"]) + A_DAY
        anchor = max(subscription["started_on"], local_day(zone, changes[0].instant))
        charges: list[Charge] = []
        months, start_on = 0, anchor
        while start_on <= local_day(zone, as_of):
            starts_at = first_instant(zone, start_on)
            settled = starts_at if charges else day_end(zone, start_on)
            final_at = max(settled + A_DAY, landing_known)
            package = self._package_at_start(subscription_id, changes, zone, start_on, min(final_at, as_of),
                                             is_first=not charges)
            if package is None:
                break
            months += self.rules.months[package.duration]
            end_on = add_months(anchor, months)
            charges += self._term(subscription_id, account, changes, package, start_on, end_on, final_at, as_of,
                                  charges[-1] if charges else None)
            start_on = end_on
        return charges

    def _package_at_start(self, subscription_id: str, changes: list[Change], zone: str, start_on: date, k: datetime,
                          is_first: bool) -> Change | None:
        """The package a term starts with, with what is known at k; None when it does not start."""
        subscription = self.judged.in_force("subscriptions", subscription_id, k)
        if subscription is None:
            return None
        if subscription["cancelled_on"] is not None and start_on >= subscription["cancelled_on"]:
            return None
        known = [change for change in changes if change.known_at <= k]
        before = [change for change in known if change.instant < first_instant(zone, start_on)]
        if before:
            return before[-1]
        on_that_day = [change for change in known if change.instant < day_end(zone, start_on)]
        return on_that_day[0] if is_first and on_that_day else None

    def _term(self, subscription_id: str, account: dict, changes: list[Change], package: Change, start_on: date,
              end_on: date, final_at: datetime, as_of: datetime, previous: Charge | None) -> list[Charge]:
        """The charge at the start of a term, and those of the raises within it."""
        zone, product, currency = account["timezone"], account["product"], account["currency"]
        minor_units = self.rules.minor_units[currency]
        term = {"subscription_id": subscription_id, "term_start_on": start_on, "term_end_on": end_on,
                "term_starts_at": first_instant(zone, start_on), "term_ends_at": first_instant(zone, end_on),
                "duration": package.duration}

        def price(plan: str, limit: int | None, day: date) -> Decimal | None:
            return self.prices.price(product, currency, plan, package.duration, limit, day)

        in_force = price(package.plan, package.client_limit, start_on)
        charges = [Charge(
            **term, charge_number=previous.charge_number + 1 if previous else 1,
            charge_kind="renewal" if previous else "start", instant=term["term_starts_at"], charged_on=start_on,
            plan=package.plan, client_limit=package.client_limit,
            previous_client_limit=previous.client_limit if previous else None,
            full_price=in_force, days_charged=(end_on - start_on).days,
            amount=None if in_force is None else round_half_up(Fraction(in_force), minor_units),
            is_final=as_of >= final_at,
        )]
        for change in changes:
            if not term["term_starts_at"] <= change.instant < term["term_ends_at"] or change.order <= package.order:
                continue
            raise_final_at = max(change.instant + A_DAY, final_at)
            k = min(raise_final_at, as_of)
            if change.known_at > k or self.judged.in_force("subscriptions", subscription_id, k) is None:
                continue
            last, changed_on = charges[-1], local_day(zone, change.instant)
            new = price(change.plan, change.client_limit, start_on)
            if new is None:
                new = price(change.plan, change.client_limit, changed_on)
            if not self._is_raise(last, change, in_force, new):
                continue
            amount = None
            if new is not None and in_force is not None:
                method = self.rules.in_force(product, zone, change.instant).proration
                share = share_of_term(method, zone, start_on, end_on, self.rules.months[package.duration],
                                      change.instant, changed_on)
                amount = round_half_up(Fraction(max(new - in_force, Decimal(0))) * share, minor_units)
            charges.append(Charge(
                **term, charge_number=last.charge_number + 1, charge_kind="raise", instant=change.instant,
                charged_on=changed_on, plan=change.plan, client_limit=change.client_limit,
                previous_client_limit=last.client_limit, full_price=new, days_charged=(end_on - changed_on).days,
                amount=amount, is_final=as_of >= raise_final_at,
            ))
            in_force = new if new is not None else in_force
        return charges

    @staticmethod
    def _is_raise(last: Charge, change: Change, in_force: Decimal | None, new: Decimal | None) -> bool:
        """A higher limit, or the same with a plan of a higher price; empty is the highest limit."""
        if change.client_limit == last.client_limit:
            is_dearer = new is not None and in_force is not None and new > in_force
            return change.plan != last.plan and is_dearer
        if last.client_limit is None:
            return False
        return change.client_limit is None or change.client_limit > last.client_limit

    def package_just_before(self, account_id: str, instant: datetime, as_of: datetime) -> Charge | None:
        """The package in force just before an instant, as a run at as_of shows it.

        Of several running terms the one that started last, then the greatest subscription.
        """
        running = []
        for subscription_id in self.of_account(account_id):
            in_force = [charge for charge in self.charges(subscription_id, as_of)
                        if charge.instant < instant <= charge.term_ends_at]
            running += in_force[-1:]
        return max(running, key=lambda charge: (charge.term_starts_at, charge.subscription_id), default=None)
