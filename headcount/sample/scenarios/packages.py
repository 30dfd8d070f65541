"""Subscriptions: terms, raises, lowerings, and what they are charged for."""

from ..book import Book
from ..clock import at
from .registry import scenario
from .stages import client, month

NUP = "nu-packages"

DURATIONS = ("monthly", "quarterly", "biannual", "annual")
PLANS = ("Meal Plan", "Follow Up")
LIMITS = (10, 25, 75, None)


def _account(book: Book, account: str, name: str, timezone="Europe/Lisbon", currency="EUR", opened="2026-04-01 09:00"):
    book.account(account, "nutrium", timezone, currency, opened, name)
    return account


def _subscribe(book: Book, name: str, started: str, limit, plan="Meal Plan", duration="monthly", account=NUP, **other):
    """A subscription `sub-<name>` of `nu-packages` with its first package at 09:00 of its first day."""
    book.subscription(f"sub-{name}", account, started, **other)
    book.change(f"sc-{name}-1", f"sub-{name}", f"{started} 09:00", limit, plan, duration)


@scenario
def the_example_of_the_article(book: Book) -> None:
    """Monthly for 10 clients from 15 April, raised to 25 on 11 May: 4 of 30 days; the day before: 5 (N5, N7, N9).

    The count of clients goes back to zero on 1 May, the subscription is renewed on 15 May.
    """
    _account(book, "nu-article", "Green Spoon Nutrition")
    for name, raised, days in (("article", "2026-05-11 10:00", 4), ("article-10-may", "2026-05-10 10:00", 5)):
        _subscribe(book, name, "2026-04-15", 10, account="nu-article")
        book.change(f"sc-{name}-2", f"sub-{name}", raised, 25)
        book.charges(f"sub-{name}", "start", "2026-04-15", 10, 30, 30)
        book.charges(f"sub-{name}", "raise", raised[:10], 25, days, 30)
        book.charges(f"sub-{name}", "renewal", "2026-05-15", 25, 31, 31)
    who = client(book, "nu-article-client", "2026-04-16 10:00", "nu-article")
    book.edit("ed-article", "nu-article", who, "2026-04-20 10:00")
    book.counts(who, month("2026-04", "nu-article", "2026-03-31 23:00"), "edit")
    book.does_not_count(who, month("2026-05", "nu-article", "2026-04-30 23:00"))


@scenario
def every_package_on_the_price_list(book: Book) -> None:
    """Two plans, four durations, four limits, since August (N5)."""
    _account(book, "nu-catalogue", "The Whole Menu")
    for plan in PLANS:
        for duration in DURATIONS:
            for limit in LIMITS:
                name = f"{plan.lower().replace(' ', '-')}-{duration}-{limit or 'unlimited'}"
                _subscribe(book, name, "2026-08-01", limit, plan, duration, "nu-catalogue")


@scenario
def subscriptions_for_raises_and_lowerings(book: Book) -> None:
    """An account with a subscription for each way a package can change (N6)."""
    _account(book, NUP, "Saffron & Sage Clinic")


@scenario
def a_raise_bills_the_difference_at_once(book: Book) -> None:
    """To more clients, to unlimited, to the dearer plan, twice in a term, on the first and the last day (N6, N7)."""
    for name, first, changes in (
        ("raise-unlimited", (10, "Meal Plan"), [("2026-09-21 10:00", None, "Meal Plan", 10)]),
        ("raise-plan", (25, "Meal Plan"), [("2026-09-21 10:00", 25, "Follow Up", 10)]),
        (
            "raise-twice",
            (10, "Meal Plan"),
            [("2026-09-11 10:00", 25, "Meal Plan", 20), ("2026-09-21 10:00", 75, "Meal Plan", 10)],
        ),
        ("raise-first-day", (10, "Meal Plan"), [("2026-09-01 15:00", 25, "Meal Plan", 30)]),
        ("raise-last-day", (10, "Meal Plan"), [("2026-09-30 15:00", 25, "Meal Plan", 1)]),
    ):
        _subscribe(book, name, "2026-09-01", *first)
        book.charges(f"sub-{name}", "start", "2026-09-01", first[0], 30, 30)
        for number, (changed, limit, plan, days) in enumerate(changes, 2):
            book.change(f"sc-{name}-{number}", f"sub-{name}", changed, limit, plan)
            book.charges(f"sub-{name}", "raise", changed[:10], limit, days, 30)
        book.charges(f"sub-{name}", "renewal", "2026-10-01", changes[-1][1], 31, 31)


@scenario
def a_raise_within_a_long_term_runs_to_its_renewal(book: Book) -> None:
    """Annual from 15 January, raised on 15 July: 184 of 365 days (N7)."""
    _account(book, "nu-annual", "Clinic of the Long Year", opened="2026-01-10 09:00")
    _subscribe(book, "raise-annual", "2026-01-15", 25, "Follow Up", "annual", "nu-annual")
    book.change("sc-raise-annual-2", "sub-raise-annual", "2026-07-15 10:00", 75, "Follow Up", "annual")
    book.charges("sub-raise-annual", "start", "2026-01-15", 25, 365, 365)
    book.charges("sub-raise-annual", "raise", "2026-07-15", 75, 184, 365)


@scenario
def a_lowered_limit_waits_for_the_renewal(book: Book) -> None:
    """Nothing is paid back; lowered and raised again before the renewal is no raise (N6, N10)."""
    _subscribe(book, "lower", "2026-09-01", 75)
    book.change("sc-lower-2", "sub-lower", "2026-09-11 10:00", 25)
    book.charges("sub-lower", "start", "2026-09-01", 75, 30, 30)
    book.charges("sub-lower", "renewal", "2026-10-01", 25, 31, 31)
    _subscribe(book, "lower-and-back", "2026-09-01", 75)
    book.change("sc-lower-and-back-2", "sub-lower-and-back", "2026-09-11 10:00", 25)
    book.change("sc-lower-and-back-3", "sub-lower-and-back", "2026-09-21 10:00", 75)
    book.charges("sub-lower-and-back", "start", "2026-09-01", 75, 30, 30)
    book.charges("sub-lower-and-back", "renewal", "2026-10-01", 75, 31, 31)
    _subscribe(book, "same-package", "2026-09-01", 25)
    book.change("sc-same-package-2", "sub-same-package", "2026-09-11 10:00", 25)
    book.charges("sub-same-package", "start", "2026-09-01", 25, 30, 30)
    book.charges("sub-same-package", "renewal", "2026-10-01", 25, 31, 31)


@scenario
def a_duration_changes_at_the_renewal(book: Book) -> None:
    """Monthly to annual in September: annual from October; quarterly to monthly: after its three months (N8)."""
    _subscribe(book, "to-annual", "2026-09-01", 25)
    book.change("sc-to-annual-2", "sub-to-annual", "2026-09-11 10:00", 25, duration="annual")
    book.charges("sub-to-annual", "start", "2026-09-01", 25, 30, 30)
    book.charges("sub-to-annual", "renewal", "2026-10-01", 25, 365, 365)
    _subscribe(book, "to-monthly", "2026-07-01", 25, duration="quarterly")
    book.change("sc-to-monthly-2", "sub-to-monthly", "2026-07-11 10:00", 25)
    book.charges("sub-to-monthly", "start", "2026-07-01", 25, 92, 92)
    book.charges("sub-to-monthly", "renewal", "2026-10-01", 25, 31, 31)
    _subscribe(book, "raise-and-annual", "2026-09-01", 10)
    book.change("sc-raise-and-annual-2", "sub-raise-and-annual", "2026-09-21 10:00", 25, duration="annual")
    book.charges("sub-raise-and-annual", "start", "2026-09-01", 10, 30, 30)
    book.charges("sub-raise-and-annual", "raise", "2026-09-21", 25, 10, 30)
    book.charges("sub-raise-and-annual", "renewal", "2026-10-01", 25, 365, 365)


@scenario
def terms_count_from_the_anchor_and_stay_in_their_month(book: Book) -> None:
    """From 31 January: 28 February, 31 March, 30 April; a year from 29 February 2024 (N5, N9)."""
    account = "nu-month-end"
    _account(book, account, "Month's End Dietetics", opened="2026-01-31 08:00")
    _subscribe(book, "jan-31", "2026-01-31", 10, account=account)
    days = ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30", "2026-07-31"]
    for number, (day, length) in enumerate(zip(days, (28, 31, 30, 31, 30, 31, 31))):
        book.charges("sub-jan-31", "renewal" if number else "start", day, 10, length, length)
    _subscribe(book, "may-31-quarterly", "2026-05-31", 10, duration="quarterly", account=account)
    book.charges("sub-may-31-quarterly", "start", "2026-05-31", 10, 92, 92)
    book.charges("sub-may-31-quarterly", "renewal", "2026-08-31", 10, 91, 91)
    with book.loading_at(at("2025-09-28 03:00")):
        leap = _account(book, "nu-leap-day", "Twenty-Ninth Clinic", opened="2024-02-29 09:00")
        _subscribe(book, "leap-day", "2024-02-29", 25, duration="annual", account=leap)
    for number, (day, length) in enumerate((("2024-02-29", 365), ("2025-02-28", 365), ("2026-02-28", 365))):
        book.charges("sub-leap-day", "renewal" if number else "start", day, 25, length, length)


@scenario
def a_cancelled_subscription_runs_to_the_end_of_its_term(book: Book) -> None:
    """Cancelled within a term, on a renewal day, on its first day, and too late to matter (N8)."""
    for name, cancelled, known, renewals in (
        ("cancelled-within", "2026-09-15", "2026-09-16 01:14", ("2026-09-01",)),
        ("cancelled-on-renewal", "2026-09-01", "2026-08-30 01:14", ()),
        ("cancelled-at-once", "2026-08-01", "2026-08-02 09:00", None),
        ("cancelled-late", "2026-08-15", "2026-10-20 01:14", ("2026-09-01", "2026-10-01")),
    ):
        _subscribe(book, name, "2026-08-01", 10)
        book.subscription(f"sub-{name}", NUP, "2026-08-01", cancelled, loaded=at(known))
        if renewals is not None:
            book.charges(f"sub-{name}", "start", "2026-08-01", 10, 31, 31)
            for day in renewals:
                length = 30 if day == "2026-09-01" else 31
                book.charges(f"sub-{name}", "renewal", day, 10, length, length)


@scenario
def a_change_known_late_takes_effect_when_it_is_known(book: Book) -> None:
    """Made on 10 September, known on the 21st: the past is never billed again (N7)."""
    _subscribe(book, "late-change", "2026-09-01", 10)
    book.change("sc-late-change-2", "sub-late-change", "2026-09-10 10:00", 25, loaded=at("2026-09-21 01:15"))
    book.charges("sub-late-change", "start", "2026-09-01", 10, 30, 30)
    book.charges("sub-late-change", "raise", "2026-09-21", 25, 10, 30)
    book.charges("sub-late-change", "renewal", "2026-10-01", 25, 31, 31)


@scenario
def the_anchor_is_the_later_of_the_start_and_the_first_change(book: Book) -> None:
    """A package chosen before the subscription starts, one chosen after, and none at all (N9)."""
    book.subscription("sub-chosen-before", NUP, "2026-08-10", known="2026-08-05 12:00")
    book.change("sc-chosen-before-1", "sub-chosen-before", "2026-08-05 09:00", 25)
    book.charges("sub-chosen-before", "start", "2026-08-10", 25, 31, 31)
    book.subscription("sub-chosen-after", NUP, "2026-08-10")
    book.change("sc-chosen-after-1", "sub-chosen-after", "2026-08-15 09:00", 25)
    book.charges("sub-chosen-after", "start", "2026-08-15", 25, 31, 31)
    book.subscription("sub-no-package", NUP, "2026-08-10")


@scenario
def a_package_without_a_price_is_an_exception(book: Book) -> None:
    """A plan that is on no price list: its terms run and cannot be billed (N5)."""
    _account(book, "nu-no-price", "Off the List Dietetics")
    _subscribe(book, "no-price", "2026-08-01", 25, plan="Corporate Wellness", account="nu-no-price")


@scenario
def packages_in_every_currency(book: Book) -> None:
    """Yen without minor digits, dinars with three, dollars and pounds with two; each raised within a term (N7)."""
    for account, timezone, currency, name in (
        ("nu-jpy", "Asia/Tokyo", "JPY", "Kaede Nutrition Room"),
        ("nu-kwd", "Asia/Kuwait", "KWD", "Palm Shade Nutrition"),
        ("nu-usd", "America/Chicago", "USD", "Prairie Table Clinic"),
        ("nu-gbp", "Europe/London", "GBP", "Bramble & Oat"),
    ):
        _account(book, account, name, timezone, currency)
        subscription = account.replace("nu-", "sub-")
        book.subscription(subscription, account, "2026-08-01")
        book.change(f"{account}-1", subscription, "2026-08-01 12:00", 10)
        book.change(f"{account}-2", subscription, "2026-09-12 12:00", 25)
        book.charges(subscription, "start", "2026-08-01", 10, 31, 31)
        book.charges(subscription, "renewal", "2026-09-01", 10, 30, 30)
        book.charges(subscription, "raise", "2026-09-12", 25, 19, 30)
        book.charges(subscription, "renewal", "2026-10-01", 25, 31, 31)


@scenario
def a_limit_is_exceeded_on_a_day_and_then_raised(book: Book) -> None:
    """Ten are allowed, the eleventh is active on 12 September, the limit is 25 from the 20th (N3, N6, N7)."""
    account = _account(book, "nu-over-limit", "Pumpkin Lane Practice", opened="2026-08-25 09:00")
    _subscribe(book, "over-limit", "2026-09-01", 10, account=account)
    for number in range(1, 14):
        who = client(book, f"nu-over-limit-{number:02}", "2026-08-26 10:00", account)
        book.edit(f"ed-over-limit-{number:02}", account, who, f"2026-09-{number + 1:02} 10:00")
        book.counts(who, month("2026-09", account, "2026-08-31 23:00"), "edit")
    book.change("sc-over-limit-2", "sub-over-limit", "2026-09-20 10:00", 25)
    book.charges("sub-over-limit", "raise", "2026-09-20", 25, 11, 30)
    # In October nobody raises it again, and 26 clients are edited: over the limit at the end of the month.
    for number in range(1, 27):
        who = f"nu-over-limit-{number:02}"
        if number > 13:
            client(book, who, "2026-10-01 10:00", account)
        book.edit(f"ed-over-limit-october-{number:02}", account, who, f"2026-10-{number:02} 12:00")
