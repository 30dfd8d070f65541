"""What the vendor's own invoices say in a random landing zone, and what is learnt about periods that have closed.

Drawn apart from the rest of a story, which is the same with and without it.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .local_days import DAY, HOUR
from .random_words import CURRENCIES, Unspelled

if TYPE_CHECKING:
    from .random_story import Account, Story

GRACE = 24 * HOUR
MOMENT = timedelta(microseconds=1)
SAID = ("invoice_number", "billed_users", "billed_amount", "billed_currency")
WRONG = (("billed_users", -1), ("billed_currency", "Euro"))
UNREADABLE = (("billed_users", Unspelled("2.5")), ("billed_amount", Unspelled("1,200")), ("billed_currency", Unspelled(" eur")))
AMOUNTS = [Decimal(text) for text in ("0", "23", "26", "32.50", "-3", "99.999999", "1200")]


def aside(story: Story) -> random.Random:
    """Draws that leave those of the story as they were."""
    draw = random.Random()
    draw.setstate(story.rng.getstate())
    return draw


# -- the vendor's own invoices ---------------------------------------------------------------


def name_figures(story: Story) -> None:
    """Users and amounts on most platform invoices: right by chance, off by one, in another currency or unreadable.

    Equal deliveries stay equal; another delivery of an invoice may differ in these columns alone.
    """
    draw, said = aside(story), {}
    currencies = {row["account_id"]: row["currency"] for row in story.rows["accounts"]}
    for row in story.rows["platform_invoices"]:
        delivery = repr(row)
        if delivery not in said:
            said[delivery] = _figures(draw, currencies.get(row["account_id"]), story.allows_garbage)
        row.update({name: value for name, value in said[delivery].items() if row[name] is None})


def _figures(draw: random.Random, currency: str | None, allows_garbage: bool) -> dict[str, Any]:
    users = draw.choice([0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 6])
    figures = {
        "invoice_number": draw.choice([None, f"INV-{users:04}", "0012", "Invoice \"1\", March"]),
        "billed_users": users, "billed_amount": draw.choice(AMOUNTS),
        "billed_currency": draw.choice([currency, currency, currency, None, draw.choice(CURRENCIES)]),
    }
    for name in draw.choice([(), (), (), ("billed_users",), ("billed_amount",), ("billed_users", "billed_amount"), SAID]):
        figures[name] = None
    if draw.random() < 0.03:
        wrong = WRONG + (UNREADABLE if allows_garbage else ())
        figures |= dict([draw.choice(wrong)])
    return figures


# -- what is learnt late ---------------------------------------------------------------------


def unsettle(story: Story) -> None:
    """For every place with platform invoices: bookings that come or go when their periods have closed."""
    draw = aside(story)
    for account in story.accounts:
        if account.product == "nutrium":
            _invoice_months(story, draw, account)
        for location_id in account.locations if account.product == "nexudus" else ():
            ends = _ends(story, account, location_id)
            for start, end in zip(ends, ends[1:], strict=False):
                for _ in range(draw.choice([0, 1, 2, 2, 3])):
                    draw.choice([_come, _come, _go, _move])(story, draw, account, location_id, start, end, ends)
                if draw.random() < 0.25:
                    _split(story, draw, account, location_id, start, end)


def _ends(story: Story, account: Account, location_id: str) -> list[datetime]:
    """The instants of the platform invoices that name a place, as far as they can be read."""
    named = (row["invoiced_at"] for row in story.rows["platform_invoices"]
             if row["account_id"] == account.account_id and row["location_id"] in (None, location_id))
    return sorted({instant for instant in named if isinstance(instant, datetime)})


def _learnt_at(draw: random.Random, end: datetime, ends: list[datetime]) -> datetime:
    """An instant at or after which a period or one of the next few closes, at times to the microsecond."""
    closing = [other for other in ends if other >= end][: draw.choice([1, 2, 3, 5])]
    return draw.choice(closing) + GRACE + draw.choice([-DAY, -MOMENT, 0 * DAY, MOMENT, HOUR, 2 * DAY, 9 * DAY])


def _booking(story: Story, draw: random.Random, account: Account, location_id: str, start: datetime,
             end: datetime) -> dict[str, Any]:
    """A booking somewhere in a period, loaded when it was made."""
    at = (start + (end - start) * draw.choice([0.0, 0.3, 0.5, 0.9])).replace(microsecond=0)
    row = story.add(account, "bookings", at, booking_id=story.key("late-"), customer_id=draw.choice(account.customers),
                    location_id=location_id, price=Decimal(draw.choice([0, 5])), booked_at=at, starts_at=at, ends_at=at)
    row["_loaded_at"] = at
    return row


def _come(story: Story, draw: random.Random, account: Account, location_id: str, start: datetime, end: datetime,
          ends: list[datetime]) -> None:
    """A booking that is learnt late; at times it goes again."""
    row = _booking(story, draw, account, location_id, start, end)
    row["_loaded_at"] = _learnt_at(draw, end, ends)
    if draw.random() < 0.3:
        later = row["_loaded_at"] + draw.choice([HOUR, 3 * DAY, 20 * DAY])
        story.rows["bookings"].append({**row, "_loaded_at": later, "_deleted": True})


def _go(story: Story, draw: random.Random, account: Account, location_id: str, start: datetime, end: datetime,
        ends: list[datetime]) -> None:
    """A booking that is taken back late; at times it comes again."""
    row = _booking(story, draw, account, location_id, start, end)
    gone = {**row, "_loaded_at": _learnt_at(draw, end, ends), "_deleted": True}
    story.rows["bookings"].append(gone)
    if draw.random() < 0.3:
        later = gone["_loaded_at"] + draw.choice([HOUR, 3 * DAY, 20 * DAY])
        story.rows["bookings"].append({**row, "_loaded_at": later})


def _move(story: Story, draw: random.Random, account: Account, location_id: str, start: datetime, end: datetime,
          ends: list[datetime]) -> None:
    """A booking of which is learnt late that it was somebody else's, elsewhere or at another time."""
    row = _booking(story, draw, account, location_id, start, end)
    change = draw.choice([
        {"customer_id": draw.choice(account.customers)}, {"location_id": draw.choice(account.locations)},
        {"booked_at": draw.choice(ends)},
    ])  # fmt: skip
    story.rows["bookings"].append({**row, **change, "_loaded_at": _learnt_at(draw, end, ends)})


def _split(story: Story, draw: random.Random, account: Account, location_id: str, start: datetime, end: datetime) -> None:
    """A platform invoice within a period that is known when that has nearly closed: its first part closes after its
    second. What is learnt in between is known to one of them."""
    middle = (start + (end - start) / 2).replace(microsecond=0)
    row = story.add(account, "platform_invoices", middle, platform_invoice_id=story.key("split-"),
                    account_id=account.account_id, location_id=location_id, invoiced_at=middle)
    row["_loaded_at"] = end + draw.choice([12, 18, 23, 24]) * HOUR
    for begins, ends in ((start - (end - start), start), (start, middle), (middle, end)):
        booking = _booking(story, draw, account, location_id, begins, ends)
        booking["_loaded_at"] = max(booking["_loaded_at"], end + draw.choice([20, 24, 30, 40]) * HOUR)


def _invoice_months(story: Story, draw: random.Random, account: Account) -> None:
    """Platform invoices of an account whose periods are months, at their very boundaries: they end none."""
    for mark in draw.sample(account.marks, min(len(account.marks), 2)):
        row = story.add(account, "platform_invoices", mark, platform_invoice_id=story.key("month-"),
                        account_id=account.account_id, invoiced_at=mark, billed_users=draw.randrange(4))
        row["_loaded_at"] = mark
