"""Who counts at a place in `[S, T)` with what is known at k, by what, and who does not and why."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .judging import Judged
from .periods import Period, Place
from .seeds import Ruleset

POINTS = {
    # table: instant it happened at
    "bookings": "booked_at",
    "product_sales": "sold_at",
    "event_tickets": "purchased_at",
    "edits": "edited_at",
}
FOREVER = datetime.max


@dataclass(frozen=True)
class Activity:
    """Something a customer did, or that lasts for them; `start` and `end` only for what lasts."""

    customer_id: str
    activity_type: str
    price_kind: str
    evidence_id: str
    at: datetime | None = None
    start: datetime | None = None
    end: datetime | None = None
    is_valid_invoice: bool = True
    is_cancelled: bool = False


@dataclass(frozen=True)
class Evidence:
    """Why a customer counts: sorted by when, then by key."""

    evidence_at: datetime
    evidence_id: str
    activity_type: str
    is_paid: bool | None
    payer_customer_id: str | None = None

    @property
    def order(self) -> tuple:
        return (self.evidence_at, self.evidence_id, self.activity_type)


@dataclass
class Verdict:
    """The answer for a period: evidence by customer and source; (customer, activity, reason) of the others."""

    counted: dict[str, dict[str, Evidence]]
    uncounted: set[tuple[str, str, str]]

    def first_active_at(self, customer_id: str) -> datetime:
        return min(evidence.evidence_at for evidence in self.counted[customer_id].values())


def overlaps(start: datetime, end: datetime, first: datetime, last: datetime) -> bool:
    """Whether the half-open spans `[start, end)` and `[first, last)` share an instant."""
    return max(start, first) < min(end, last)


class Counter:
    """Counts over a judged landing zone; keeps lists of what may matter at a place, and reads each as known at k."""

    def __init__(self, judged: Judged):
        self.judged = judged
        self.rules = judged.rules
        self._points: dict[tuple[str, str], list[tuple[datetime, str]]] = defaultdict(list)
        self._lasting: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._lines: dict[str, set[str]] = defaultdict(set)
        self._statuses: dict[str, list] = defaultdict(list)
        self._index()

    # -- where things are --------------------------------------------------------------------

    def place_of(self, location_id: str) -> str:
        """The place at which activity of a location counts: the account, when its product counts by account."""
        account_id = self.judged.account_of("locations", location_id)
        return account_id if self._is_by_account(account_id) else location_id

    def _is_by_account(self, account_id: str) -> bool:
        product = self.judged.first_version("accounts", account_id)["product"]
        return self.rules.counted_by(product) == "account"

    def _place_of_fact(self, table: str, values: dict[str, Any]) -> str | None:
        """Edits happen at the account, and have no effect in one that is counted by location."""
        if table == "edits":
            return values["account_id"] if self._is_by_account(values["account_id"]) else None
        return self.place_of(values["location_id"])

    def _index(self) -> None:
        """What any version ever said: candidates only, each is read again as known at k."""
        judged = self.judged
        for table, happened_at in (*POINTS.items(), ("invoices", "issued_at")):
            found: dict[tuple[str, str], set] = defaultdict(set)
            for key, values in judged.said(table):
                place = self._place_of_fact(table, values)
                if place is not None:
                    found[table, place].add((values[happened_at], key))
            for where, instants in found.items():
                self._points[where] = sorted(instants)
        for key, values in judged.said("contracts"):
            self._lasting["contracts", self.place_of(values["location_id"])].add(key)
        for key, values in judged.said("teams"):
            self._lasting["teams", values["account_id"]].add(key)
        for key, values in judged.said("team_memberships"):
            self._lasting["team_memberships", judged.account_of("teams", values["team_id"])].add(key)
        for key, values in judged.said("invoice_lines"):
            self._lines[values["invoice_id"]].add(key)
        for key, change in judged.events["customer_status_changes"].items():
            values = change.values
            self._statuses[values["customer_id"]].append((values["changed_at"], change.known_at, key, values["status"]))

    # -- status ------------------------------------------------------------------------------

    def _changes(self, customer_id: str, k: datetime) -> list[tuple[datetime, str]]:
        """(changed_at, status) in order; of two at one instant the later known wins, then the greater key."""
        last = {}
        for changed_at, known_at, _, status in sorted(self._statuses[customer_id]):
            if known_at <= k:
                last[changed_at] = status
        return sorted(last.items())

    def status(self, customer_id: str, k: datetime, before: datetime | None = None,
               until: datetime | None = None) -> str:
        """The status just before an instant, or at one."""
        status = "active"
        for changed_at, changed_to in self._changes(customer_id, k):
            if (before is not None and changed_at < before) or (until is not None and changed_at <= until):
                status = changed_to
        return status

    def first_unsuspended(self, customer_id: str, k: datetime, start: datetime, end: datetime) -> datetime | None:
        """The first instant in `[start, end)` at which the customer is not suspended."""
        changes = [(datetime.min, "active"), *self._changes(customer_id, k)]
        ends = [changed_at for changed_at, _ in changes[1:]] + [FOREVER]
        for (changed_at, status), next_change in zip(changes, ends, strict=True):
            if status != "suspended" and overlaps(changed_at, next_change, start, end):
                return max(changed_at, start)
        return None

    # -- activity ----------------------------------------------------------------------------

    def _candidates(self, table: str, place: str, start: datetime, end: datetime) -> set[str]:
        """Keys of which some version happened in `[start, end)` at the place."""
        instants = self._points[table, place]
        low, high = bisect_left(instants, (start, "")), bisect_left(instants, (end, ""))
        return {key for _, key in instants[low:high]}

    def activities(self, place: Place, ruleset: Ruleset, start: datetime, end: datetime,
                   k: datetime) -> Iterator[Activity]:
        """Everything customers did themselves in `[start, end)`, or that lasted then, teams aside."""
        where = place.location_id
        for table, happened_at in POINTS.items():
            for key in self._candidates(table, where, start, end):
                values = self.judged.fact(table, key, k)
                if values is None or self._place_of_fact(table, values) != where or values["customer_id"] is None:
                    continue
                if start <= values[happened_at] < end:
                    yield self._point(table, key, values, end)
        for invoice_id in self._candidates("invoices", where, start, end):
            invoice = self.judged.in_force("invoices", invoice_id, k)
            if invoice is None or self.place_of(invoice["location_id"]) != where:
                continue
            if start <= invoice["issued_at"] < end:
                yield from self._lines_of(invoice_id, invoice, k)
        for key in self._lasting["contracts", where]:
            values = self.judged.in_force("contracts", key, k)
            if values is None or self.place_of(values["location_id"]) != where:
                continue
            lasts_from = values["starts_at"] if ruleset.contract_from == "starts_at" else values["created_at"]
            lasts_to = values["cancelled_at"] or FOREVER
            if overlaps(lasts_from, lasts_to, start, end):
                yield Activity(values["customer_id"], "contract", _price_kind(values["price"]), key,
                               start=lasts_from, end=lasts_to)

    def _point(self, table: str, key: str, values: dict[str, Any], end: datetime) -> Activity:
        """An edit, booking, sale or ticket."""
        at = values[POINTS[table]]
        if table == "edits":
            return Activity(values["customer_id"], f"edit:{values['edit_kind']}", "free", key, at)
        activity_type = {"bookings": "booking", "event_tickets": "event_ticket"}.get(table)
        if table == "product_sales":
            activity_type = "recurring_product" if values["is_recurring"] else "one_off_product"
        cancelled_at = values.get("cancelled_at")
        return Activity(values["customer_id"], activity_type, _price_kind(values["price"]), key, at,
                        is_cancelled=cancelled_at is not None and cancelled_at < end)

    def _lines_of(self, invoice_id: str, invoice: dict[str, Any], k: datetime) -> Iterator[Activity]:
        """The lines of an invoice that are not credits."""
        is_valid = not (invoice["is_draft"] or invoice["is_credit_note"] or invoice["voided_at"])
        for key in self._lines[invoice_id]:
            line = self.judged.in_force("invoice_lines", key, k)
            if line is None or line["invoice_id"] != invoice_id or line["amount"] < 0:
                continue
            yield Activity(invoice["customer_id"], f"invoice_line:{line['line_type']}", _price_kind(line["amount"]),
                           key, invoice["issued_at"], is_valid_invoice=is_valid)

    # -- who counts --------------------------------------------------------------------------

    def verdict(self, period: Period, k: datetime | None = None) -> Verdict:
        """Who counts in a period with what is known at k (by default the period's own)."""
        start, end, ruleset = period.start, period.judged_at, period.ruleset
        k = period.k if k is None else k
        counted: dict[str, dict[str, Evidence]] = defaultdict(dict)
        uncounted: set[tuple[str, str, str]] = set()
        if start >= end:
            return Verdict({}, set())
        for activity in self.activities(period.place, ruleset, start, end, k):
            reason = self._why_not(activity, ruleset, start, end, k)
            if reason:
                uncounted.add((activity.customer_id, activity.activity_type, reason))
                continue
            evidence = Evidence(self._counts_from(activity, ruleset, start, end, k), activity.evidence_id,
                                activity.activity_type, activity.price_kind == "paid")
            source = self.rules.condition(ruleset, activity.activity_type, activity.price_kind).source
            _keep_earliest(counted, activity.customer_id, source, evidence)
        own = {customer: min(evidence.evidence_at for evidence in sources.values())
               for customer, sources in counted.items()}
        for customer_id, evidence, reason in self._team_members(period.place, ruleset, start, end, k, own):
            if reason:
                uncounted.add((customer_id, "team", reason))
            else:
                source = self.rules.condition(ruleset, "team", "any").source
                _keep_earliest(counted, customer_id, source, evidence)
        return Verdict(dict(counted), {row for row in uncounted if row[0] not in counted})

    def _why_not(self, activity: Activity, ruleset: Ruleset, start: datetime, end: datetime,
                 k: datetime) -> str | None:
        """The first reason for which an activity does not count, or None when it does."""
        row = self.rules.condition(ruleset, activity.activity_type, activity.price_kind)
        if row is None or not row.counts:
            twin = self.rules.condition(ruleset, activity.activity_type, "paid")
            if activity.price_kind == "free" and twin is not None and twin.counts:
                return "free_does_not_count"
            return "kind_does_not_count"
        if not activity.is_valid_invoice:
            return "invoice_not_valid"
        if activity.is_cancelled and ruleset.cancelled_bookings != "count":
            return "cancelled_booking"
        if self._is_suspended(activity, ruleset, start, end, k):
            return "suspended"
        must_be_open = activity.activity_type == "contract" and ruleset.contract_condition == "open_at_end"
        if must_be_open and not activity.start < end <= activity.end:
            return "contract_not_open_at_end"
        return None

    def _is_suspended(self, activity: Activity, ruleset: Ruleset, start: datetime, end: datetime,
                      k: datetime) -> bool:
        """X11: whether suspension takes the effect of an activity, by ruleset."""
        customer_id = activity.customer_id
        if ruleset.suspension == "excluded_if_suspended_at_end":
            return self.status(customer_id, k, before=end) == "suspended"
        if ruleset.suspension == "excluded_if_suspended_or_archived_at_end":
            return self.status(customer_id, k, before=end) in ("suspended", "archived")
        if ruleset.suspension == "contract_void_if_suspended_at_end":
            return activity.activity_type == "contract" and self.status(customer_id, k, before=end) == "suspended"
        if ruleset.suspension == "standing_void_while_suspended" and activity.start is not None:
            first, last = max(activity.start, start), min(activity.end, end)
            return self.first_unsuspended(customer_id, k, first, last) is None
        return False

    def _counts_from(self, activity: Activity, ruleset: Ruleset, start: datetime, end: datetime,
                     k: datetime) -> datetime:
        """The first instant in `[start, end)` at which an activity counts."""
        if activity.at is not None:
            return activity.at
        first, last = max(activity.start, start), min(activity.end, end)
        if ruleset.suspension == "standing_void_while_suspended":
            return self.first_unsuspended(activity.customer_id, k, first, last)
        return first

    # -- teams -------------------------------------------------------------------------------

    def _memberships(self, place: Place, k: datetime) -> Iterator[tuple[Activity, dict[str, Any], bool]]:
        """(membership, team, whether it is the payer's own) of the account's teams with merged invoicing."""
        for key in self._lasting["team_memberships", place.account_id]:
            membership = self.judged.in_force("team_memberships", key, k)
            team = membership and self.judged.in_force("teams", membership["team_id"], k)
            if team and team["has_merged_invoicing"]:
                yield Activity(membership["customer_id"], "team", "any", key, start=membership["joined_at"],
                               end=membership["left_at"] or FOREVER), team, False
        for key in self._lasting["teams", place.account_id]:
            team = self.judged.in_force("teams", key, k)
            if team and team["has_merged_invoicing"]:
                yield Activity(team["paying_customer_id"], "team", "any", key, start=team["created_at"],
                               end=FOREVER), team, True

    def _team_members(self, place: Place, ruleset: Ruleset, start: datetime, end: datetime, k: datetime,
                      own: dict[str, datetime]) -> Iterator[tuple[str, Evidence | None, str | None]]:
        """X7: (customer, evidence, None) of each membership that counts here, (customer, None, reason) of the others.

        `own` holds who counts here by a condition of their own, with the earliest instant.
        """
        for membership, team, is_payers_own in self._memberships(place, k):
            member, payer = membership.customer_id, team["paying_customer_id"]
            is_here = self.place_of(team["location_id"]) == place.location_id
            if not overlaps(membership.start, membership.end, start, end):
                continue
            by_payer = ruleset.team_condition == "payer_counts"
            if by_payer and (is_payers_own or member == payer):
                continue
            if not is_here and not (by_payer and payer in own):
                continue
            row = self.rules.condition(ruleset, "team", "any")
            if row is None or not row.counts or ruleset.team_condition is None:
                if is_here:
                    yield member, None, "kind_does_not_count"
            elif self._is_suspended(membership, ruleset, start, end, k):
                yield member, None, "suspended"
            elif by_payer and payer not in own:
                yield member, None, "payer_not_counted"
            else:
                counts_from = self._counts_from(membership, ruleset, start, end, k)
                if by_payer:
                    counts_from = max(counts_from, own[payer])
                yield member, Evidence(counts_from, membership.evidence_id, "team", None, payer), None


def _price_kind(price: Any) -> str:
    return "paid" if price > 0 else "free"


def _keep_earliest(counted: dict[str, dict[str, Evidence]], customer_id: str, source: str, evidence: Evidence) -> None:
    held = counted[customer_id].get(source)
    if held is None or evidence.order < held.order:
        counted[customer_id][source] = evidence
