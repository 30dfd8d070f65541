"""Billing periods: P1 to P6, and the platform invoices that came too late to make a boundary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .judging import BEFORE_EVERYTHING, Delivery, Judged
from .local_days import add_months, first_instant, local_day
from .seeds import Ruleset


@dataclass(frozen=True)
class Place:
    """Where users are counted: a location, or the account itself when its product counts by account."""

    account_id: str
    location_id: str
    product: str
    currency: str
    zone: str
    created_at: datetime
    known_at: datetime  # first known_at of account and location, and when its history was complete


@dataclass(frozen=True)
class Period:
    """`[start, end)` at a place; `judged_at` is T and `k` the knowledge it is judged with."""

    place: Place
    start: datetime
    end: datetime | None
    status: str
    ruleset: Ruleset
    cutoff: datetime | None
    judged_at: datetime
    k: datetime


def places(judged: Judged) -> list[Place]:
    """Every place of every account that has been known, deleted or not."""
    found = []
    for account_id in judged.versions["accounts"]:
        known_at = judged.first_known("accounts", account_id)
        if known_at is None:
            continue
        account = judged.first_version("accounts", account_id)
        known_at = max(known_at, account["history_complete_at"] or BEFORE_EVERYTHING)
        product, currency = account["product"], account["currency"]
        if judged.rules.counted_by(product) == "account":
            found.append(Place(account_id, account_id, product, currency, account["timezone"],
                               account["created_at"], known_at))
            continue
        for location_id in judged.versions["locations"]:
            location_known = judged.first_known("locations", location_id)
            if location_known is None or judged.account_of("locations", location_id) != account_id:
                continue
            location = judged.first_version("locations", location_id)
            found.append(Place(account_id, location_id, product, currency, location["timezone"],
                               max(account["created_at"], location["created_at"]), max(known_at, location_known)))
    return found


def ruleset_at(judged: Judged, place: Place, instant: datetime) -> Ruleset:
    """P6: the ruleset in force at an instant at a place."""
    return judged.rules.in_force(place.product, place.zone, instant)


def cutoff(judged: Judged, place: Place, end: datetime, end_known_at: datetime) -> datetime:
    """K of P4 for a period that ends at `end`."""
    grace = timedelta(hours=ruleset_at(judged, place, end).grace_hours)
    return max(end, place.known_at, end_known_at) + grace


def boundaries(judged: Judged, place: Place) -> tuple[dict[datetime, datetime], list[Delivery]]:
    """P2: the boundaries of a place with the known_at of the invoice that made each, and the late invoices.

    The invoices are taken in the order in which they became known: what was a closed period when one
    became known is not split by it.
    """
    known: dict[datetime, datetime] = {}
    late = []
    for invoice in sorted(invoices_naming(judged, place), key=lambda invoice: invoice.known_at):
        instant = invoice.values["invoiced_at"]
        if instant <= place.created_at or instant in known:
            continue
        following = [end for end in known if end > instant]
        if following and invoice.known_at > cutoff(judged, place, min(following), known[min(following)]):
            late.append(invoice)
        else:
            known[instant] = invoice.known_at
    return known, late


def invoices_naming(judged: Judged, place: Place) -> list[Delivery]:
    """The platform invoices for this place or for every location of its account."""
    return [invoice for invoice in judged.events["platform_invoices"].values()
            if invoice.values["account_id"] == place.account_id
            and invoice.values["location_id"] in (None, place.location_id)]


def reject_late_invoices(judged: Judged) -> None:
    """`period_already_closed`: a platform invoice that is late at every location it names."""
    named: dict[int, list[bool]] = {}
    by_id = {}
    for place in places(judged):
        if judged.rules.period_kind(place.product) != "since_last_invoice":
            continue
        late = {id(invoice) for invoice in boundaries(judged, place)[1]}
        for invoice in invoices_naming(judged, place):
            by_id[id(invoice)] = invoice
            named.setdefault(id(invoice), []).append(id(invoice) in late)
    for identity, verdicts in named.items():
        if all(verdicts):
            by_id[identity].reasons.append("period_already_closed")


def _spans(judged: Judged, place: Place) -> Iterator[tuple[datetime, datetime | None, datetime | None]]:
    """(start, end, known_at of the end) of the periods that have started by as_of."""
    if judged.rules.period_kind(place.product) == "calendar_month":
        created = local_day(place.zone, place.created_at)
        month = date(created.year, created.month, 1)
        while first_instant(place.zone, month) <= judged.as_of:
            following = add_months(month, 1)
            yield first_instant(place.zone, month), first_instant(place.zone, following), BEFORE_EVERYTHING
            month = following
        return
    if place.created_at > judged.as_of:
        return
    known = {end: known_at for end, known_at in boundaries(judged, place)[0].items() if end <= judged.as_of}
    start = place.created_at
    for end in sorted(known):
        yield start, end, known[end]
        start = end
    yield start, None, None


def periods_of(judged: Judged, place: Place) -> list[Period]:
    """The periods of a place in order, with status, ruleset, K, T and the knowledge they are judged with."""
    as_of = judged.as_of
    found = []
    for start, end, end_known_at in _spans(judged, place):
        if end is None:
            closes, status = None, "open"
        else:
            closes = cutoff(judged, place, end, end_known_at)
            status = "open" if end > as_of else "grace" if as_of < closes else "closed"
        judged_at = as_of if status == "open" else end
        found.append(Period(place, start, end, status, ruleset_at(judged, place, judged_at), closes, judged_at,
                            closes if status == "closed" else as_of))
    return found
