"""Calendars: whose platform invoice ends what, and what a closed period knew."""

from ..book import Book
from ..clock import SAMPLE_AS_OF, at
from ..expectations import Window
from .registry import scenario
from .stages import MAIN, NX26, OCT, SEP, person


@scenario
def each_location_has_its_own_calendar(book: Book) -> None:
    """Platform invoices of one location, of another, of the whole account, and of none that counts (X2, P2).

    The loft opens after the account's invoice, so that one makes no period of it; an invoice at the very
    instant the account opens makes none anywhere; two at one instant make one boundary.
    """
    account, opened = "nx-places", "2026-06-01 08:00"
    book.account(account, "nexudus", "Europe/Berlin", "EUR", opened, "Lantern Row Offices")
    for place, created in (("harbour", opened), ("mill", opened), ("loft", "2026-09-25 08:00")):
        book.location(f"nx-places-{place}", account, "Europe/Berlin", created, f"Lantern Row {place.title()}")
    book.platform_invoice("pi-places-opening", account, opened)
    for number in (7, 8, 9, 10):
        book.platform_invoice(f"pi-harbour-{number:02}", account, f"2026-{number:02}-01 12:00", "nx-places-harbour")
    book.platform_invoice("pi-mill-08", account, "2026-08-15 12:00", "nx-places-mill")
    book.platform_invoice("pi-places-09", account, "2026-09-20 12:00")
    book.platform_invoice("pi-harbour-same-instant", account, "2026-09-20 12:00", "nx-places-harbour")
    book.customer("nx-places-roamer", account, "2026-06-02 09:00")
    for place, day, start in (
        ("harbour", "2026-09-10", "2026-09-01 12:00"),
        ("mill", "2026-09-10", "2026-08-15 12:00"),
        ("harbour", "2026-09-25", "2026-09-20 12:00"),
        ("mill", "2026-09-25", "2026-09-20 12:00"),
        ("loft", "2026-09-26", "2026-09-25 08:00"),
    ):
        book.booking(f"bk-{place}-{day[-2:]}", "nx-places-roamer", f"nx-places-{place}", f"{day} 14:00")
        book.counts("nx-places-roamer", Window(account, f"nx-places-{place}", at(start)), "booking")


@scenario
def a_period_that_ended_yesterday_is_in_grace(book: Book) -> None:
    """Invoiced on 30 October, known on the 31st: not closed for another day (P3, P4)."""
    book.account("nx-grace", "nexudus", "Europe/Vienna", "EUR", "2026-09-01 08:00", "Clocktower Commons")
    book.location("nx-grace-tower", "nx-grace", "Europe/Vienna", "2026-09-01 08:00", "Clocktower")
    book.platform_invoice("pi-grace-09", "nx-grace", "2026-09-30 12:00")
    book.platform_invoice("pi-grace-10", "nx-grace", "2026-10-30 12:00")
    book.customer("nx-grace-booking", "nx-grace", "2026-09-02 09:00")
    book.booking("bk-grace", "nx-grace-booking", "nx-grace-tower", "2026-10-15 09:00")
    book.counts("nx-grace-booking", Window("nx-grace", "nx-grace-tower", at("2026-09-30 12:00")), "booking")


@scenario
def nobody_counts_in_a_period_that_has_just_begun(book: Book) -> None:
    """The account opens at the very instant the sample is made for, with a contract (P5)."""
    with book.loading_at(at("2026-10-31 12:00")):
        book.account("nx-starts-now", "nexudus", "Europe/Madrid", "EUR", SAMPLE_AS_OF, "First Light Studios")
        book.location("nx-starts-now-studio", "nx-starts-now", "Europe/Madrid", SAMPLE_AS_OF, "First Light")
        book.customer("nx-starts-now-member", "nx-starts-now", "2026-10-30 12:00")
        book.contract("ct-starts-now", "nx-starts-now-member", "nx-starts-now-studio", "2026-10-30 12:00")
    book.does_not_count("nx-starts-now-member", Window("nx-starts-now", "nx-starts-now-studio", SAMPLE_AS_OF))


@scenario
def what_lands_in_the_grace_counts(book: Book) -> None:
    """September ends on 5 October, its invoice lands the night after, and a day later it knows no more (P4)."""
    closes = at("2026-10-07 01:12")
    for name, loaded, counts in (
        ("in-grace", at("2026-10-06 22:00"), True),
        ("at-close", closes, True),
        ("after-close", closes.replace(second=1), False),
    ):
        who = person(book, f"nx-{name}")
        book.booking(f"bk-{name}", who, MAIN, "2026-10-04 09:00", loaded=loaded)
        if counts:
            book.counts(who, SEP, "booking")
        else:
            book.does_not_count(who, SEP)
            book.corrects(who, SEP, "late_addition")


@scenario
def what_lands_after_the_close_is_a_late_addition(book: Book) -> None:
    """A booking, a contract, and a booking whose customer lands late (P4)."""
    late = at("2026-10-20 03:00")
    who = person(book, "nx-late-booking")
    book.booking("bk-late", who, MAIN, "2026-09-20 09:00", loaded=late)
    book.does_not_count(who, OCT)
    who = person(book, "nx-late-contract")
    book.contract("ct-late", who, MAIN, "2026-09-25 09:00", loaded=late)
    book.counts(who, OCT, "contract")
    who = person(book, "nx-late-customer", loaded=late)
    book.booking("bk-early-for-customer", who, MAIN, "2026-09-20 09:00")
    for customer in ("nx-late-booking", "nx-late-contract", "nx-late-customer"):
        book.does_not_count(customer, SEP)
        book.corrects(customer, SEP, "late_addition")


@scenario
def what_is_taken_back_after_the_close_is_a_retraction(book: Book) -> None:
    """Deleted, voided, cancelled or suspended in hindsight: September stands as it was closed (P4)."""
    late = at("2026-10-20 03:00")
    who = person(book, "nx-retracted-booking")
    book.booking("bk-retracted", who, MAIN, "2026-09-20 09:00")
    book.add("bookings", booking_id="bk-retracted", _deleted=True, loaded=late)
    book.counts(who, SEP, "booking")
    who = person(book, "nx-retracted-invoice")
    book.invoice("in-retracted", who, MAIN, "2026-09-20 09:00", [("plan", "90.00")])
    book.invoice("in-retracted", who, MAIN, "2026-09-20 09:00", voided_at=at("2026-10-19 09:00"), loaded=late)
    book.counts(who, SEP, "invoice")
    who = person(book, "nx-retracted-contract")
    book.contract("ct-retracted", who, MAIN, "2026-07-01 09:00")
    book.contract("ct-retracted", who, MAIN, "2026-07-01 09:00", cancelled="2026-09-01 09:00", loaded=late)
    book.counts(who, SEP, "contract")
    who = person(book, "nx-retracted-suspended")
    book.contract("ct-retracted-suspended", who, MAIN, "2026-07-01 09:00")
    book.status("st-retracted", who, "suspended", "2026-08-10 09:00", loaded=late)
    book.counts(who, SEP, "contract")
    for kind in ("booking", "invoice", "contract", "suspended"):
        book.corrects(f"nx-retracted-{kind}", SEP, "retraction")


@scenario
def a_platform_invoice_too_late_for_a_closed_period_is_rejected(book: Book) -> None:
    """It would split September, which is closed; one at the instant of a boundary changes nothing (P2, P4)."""
    book.platform_invoice("pi-too-late", NX26, "2026-09-20 10:00", MAIN, loaded=at("2026-10-20 01:12"))
    book.rejects("platform_invoices", "pi-too-late", "period_already_closed")
    book.platform_invoice("pi-late-same-instant", NX26, "2026-10-05 10:00", loaded=at("2026-10-25 01:12"))


@scenario
def a_late_platform_invoice_makes_a_boundary_where_it_can(book: Book) -> None:
    """Too late for the east wing, in time for the west wing, which no later one had ended (P2, P4)."""
    account, opened = "nx-late-invoice", "2026-08-01 08:00"
    book.account(account, "nexudus", "Europe/Zurich", "EUR", opened, "Weathervane House")
    for wing in ("east", "west"):
        book.location(f"nx-late-invoice-{wing}", account, "Europe/Zurich", opened, f"Weathervane {wing.title()} Wing")
    book.platform_invoice("pi-east-10", account, "2026-10-05 12:00", "nx-late-invoice-east")
    book.platform_invoice("pi-late-at-one", account, "2026-09-20 12:00", loaded=at("2026-10-20 01:12"))
    book.customer("nx-late-invoice-regular", account, "2026-08-02 09:00")
    for wing, start in (("east", opened), ("west", "2026-09-20 12:00")):
        location = f"nx-late-invoice-{wing}"
        book.booking(f"bk-{wing}", "nx-late-invoice-regular", location, "2026-09-25 09:00")
        book.counts("nx-late-invoice-regular", Window(account, location, at(start)), "booking")


@scenario
def a_period_ends_where_a_late_invoice_says_and_closes_a_day_after_it_is_known(book: Book) -> None:
    """Invoiced on the 15th, known on the 22nd: what landed until the 23rd counts (P2, P4)."""
    account, opened = "nx-slow-invoice", "2026-09-10 08:00"
    book.account(account, "nexudus", "Europe/Dublin", "EUR", opened, "Millrace Offices")
    book.location("nx-slow-invoice-yard", account, "Europe/Dublin", opened, "Millrace Yard")
    book.platform_invoice("pi-slow", account, "2026-10-15 12:00", loaded=at("2026-10-22 01:12"))
    book.customer("nx-slow-invoice-booking", account, "2026-09-11 09:00")
    book.booking("bk-slow", "nx-slow-invoice-booking", "nx-slow-invoice-yard", "2026-10-14 09:00", loaded=at("2026-10-22 20:00"))
    book.counts("nx-slow-invoice-booking", Window(account, "nx-slow-invoice-yard", at(opened)), "booking")


@scenario
def what_lands_tomorrow_does_not_exist_today(book: Book) -> None:
    """Happened yesterday, lands an hour after the instant the sample is made for (P4)."""
    who = person(book, "nx-tomorrow")
    book.booking("bk-tomorrow", who, MAIN, "2026-10-31 09:00")
    book.does_not_count(who, OCT)


@scenario
def a_location_in_a_currency_without_a_rate_card_is_an_exception(book: Book) -> None:
    """Francs are on no rate card: the active user counts and cannot be billed (X1)."""
    account, location = "nx-no-rate-card", "nx-no-rate-card-quay"
    book.account(account, "nexudus", "Europe/Zurich", "CHF", "2026-08-01 08:00", "Lakeside Quay Offices")
    book.location(location, account, "Europe/Zurich", "2026-08-01 08:00", "Lakeside Quay")
    book.platform_invoice("pi-no-rate-card", account, "2026-10-01 08:00")
    book.customer("nx-unbilled", account, "2026-08-02 08:00")
    book.booking("bk-unbilled", "nx-unbilled", location, "2026-09-10 09:00")
    book.counts("nx-unbilled", Window(account, location, at("2026-08-01 08:00")), "booking")
