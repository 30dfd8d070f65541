"""Bookings, and counting somewhere, once, by several things."""

from ..book import Book
from ..clock import at
from .registry import scenario
from .stages import ANNEX, AUG, MAIN, OCT, SEP, SEP_ANNEX, person


@scenario
def a_booking_counts_free_or_paid(book: Book) -> None:
    """A booking makes its customer count, whatever it costs (X5)."""
    book.booking("bk-free", person(book, "nx-booking-free"), MAIN, "2026-09-14 09:00", price="0")
    book.booking("bk-paid", person(book, "nx-booking-paid"), MAIN, "2026-09-14 09:30", price="35.50")
    book.counts("nx-booking-free", SEP, "booking")
    book.counts("nx-booking-paid", SEP, "booking")


@scenario
def a_walk_in_makes_nobody_count(book: Book) -> None:
    """A booking without a customer is accepted and counts for nobody (X5)."""
    book.booking("bk-walk-in", None, MAIN, "2026-09-15 10:00")


@scenario
def a_cancelled_booking_still_counts(book: Book) -> None:
    """The booking was made, and that counts (X5)."""
    who = person(book, "nx-booking-cancelled")
    made = dict(starts="2026-09-20 09:00", ends="2026-09-20 11:00")
    book.booking("bk-cancelled", who, MAIN, "2026-09-15 10:00", **made)
    book.booking(
        "bk-cancelled",
        who,
        MAIN,
        "2026-09-15 10:00",
        **made,
        cancelled="2026-09-18 12:00",
        loaded=at("2026-09-19 01:08"),
    )
    book.counts(who, SEP, "booking")


@scenario
def a_booking_counts_when_made_not_when_used(book: Book) -> None:
    """Made in August for a day in September: August's (X5)."""
    who = person(book, "nx-booking-made-before")
    book.booking("bk-made-before", who, MAIN, "2026-08-20 10:00", starts="2026-09-20 09:00", ends="2026-09-20 10:00")
    book.counts(who, AUG, "booking")
    book.does_not_count(who, SEP)


@scenario
def a_boundary_instant_belongs_to_the_later_period(book: Book) -> None:
    """At the very instant of the platform invoice: October. A microsecond before: September (P2)."""
    book.booking("bk-boundary-at", person(book, "nx-boundary-at"), MAIN, "2026-10-05 10:00:00")
    book.booking("bk-boundary-before", person(book, "nx-boundary-before"), MAIN, "2026-10-05 09:59:59.999999")
    book.counts("nx-boundary-at", OCT, "booking")
    book.does_not_count("nx-boundary-at", SEP)
    book.counts("nx-boundary-before", SEP, "booking")
    book.does_not_count("nx-boundary-before", OCT)


@scenario
def a_customer_counts_in_every_location_of_use(book: Book) -> None:
    """Bookings in two locations: counted in both, and their home location does not matter (X1, X8)."""
    who = person(book, "nx-two-locations")
    book.booking("bk-two-main", who, MAIN, "2026-09-14 09:00")
    book.booking("bk-two-annex", who, ANNEX, "2026-09-16 09:00")
    book.counts(who, SEP, "booking")
    book.counts(who, SEP_ANNEX, "booking")
    elsewhere = person(book, "nx-only-annex")
    book.booking("bk-only-annex", elsewhere, ANNEX, "2026-09-16 09:00")
    book.counts(elsewhere, SEP_ANNEX, "booking")
    book.does_not_count(elsewhere, SEP)


@scenario
def many_bookings_count_once(book: Book) -> None:
    """Five bookings in one location: one active user; the earliest is the evidence (X8)."""
    who = person(book, "nx-many-bookings")
    for day in (22, 18, 14, 16, 20):
        book.booking(f"bk-many-{day}", who, MAIN, f"2026-09-{day} 09:00")
    book.counts(who, SEP, "booking")


@scenario
def an_admin_counts_only_by_a_condition(book: Book) -> None:
    """An admin who does nothing does not count, one who books for free does (X13)."""
    person(book, "nx-admin-idle", admin=True)
    book.booking("bk-admin", person(book, "nx-admin-booking", admin=True), MAIN, "2026-09-14 08:00", price="0")
    book.does_not_count("nx-admin-idle", SEP)
    book.counts("nx-admin-booking", SEP, "booking")


@scenario
def each_active_user_shows_all_sources(book: Book) -> None:
    """One customer with every source there is, counted once (X8, X15)."""
    who = person(book, "nx-many-sources")
    payer = person(book, "nx-many-sources-payer")
    book.booking("bk-sources", who, MAIN, "2026-09-14 09:00")
    book.contract("ct-sources", who, MAIN, "2026-09-08 09:00")
    book.sale("sl-sources-recurring", who, MAIN, "2026-09-09 09:00", "15.00", recurring=True)
    book.sale("sl-sources-once", who, MAIN, "2026-09-10 09:00", "9.90", recurring=False, product="Day Pass")
    book.invoice("in-sources", who, MAIN, "2026-09-11 09:00", [("plan", "90.00"), ("booking", "12.00")])
    book.team("tm-sources", "nx-2026", MAIN, payer, "2026-09-06 09:00")
    book.membership("mb-sources", "tm-sources", who, "2026-09-06 10:00")
    book.booking("bk-sources-payer", payer, MAIN, "2026-09-12 09:00")
    book.counts(who, SEP, "booking,contract,invoice,one_off_product,recurring_product,team")
    book.counts(payer, SEP, "booking")


@scenario
def last_periods_activity_does_not_carry_over(book: Book) -> None:
    """After the platform invoice the live count starts again: four ways to be only invoiced, two not to be (X16)."""
    book.booking("bk-last-only", person(book, "nx-last-period-only"), MAIN, "2026-09-14 09:00")
    book.counts("nx-last-period-only", SEP, "booking")
    book.does_not_count("nx-last-period-only", OCT)

    who = person(book, "nx-contract-cancelled-since")
    book.contract("ct-cancelled-since", who, MAIN, "2026-07-01 09:00", cancelled="2026-09-30 18:00")
    book.counts(who, SEP, "contract")
    book.does_not_count(who, OCT)

    who = person(book, "nx-suspended-since")
    book.contract("ct-suspended-since", who, MAIN, "2026-07-01 09:00")
    book.status("st-suspended-since", who, "suspended", "2026-09-28 09:00")
    book.counts(who, SEP, "contract")
    book.does_not_count(who, OCT, "suspended")

    payer, who = person(book, "nx-team-gone-payer"), person(book, "nx-team-gone-since")
    book.contract("ct-team-gone", payer, MAIN, "2026-07-01 09:00")
    book.team("tm-gone", "nx-2026", MAIN, payer, "2026-07-01 10:00")
    book.membership("mb-gone", "tm-gone", who, "2026-07-02 10:00", left="2026-09-25 17:00")
    book.counts(who, SEP, "team")
    book.does_not_count(who, OCT)

    who = person(book, "nx-both-periods")
    book.booking("bk-both-1", who, MAIN, "2026-09-14 09:00")
    book.booking("bk-both-2", who, MAIN, "2026-10-14 09:00")
    book.counts(who, SEP, "booking")
    book.counts(who, OCT, "booking")

    book.booking("bk-new", person(book, "nx-new-this-period"), MAIN, "2026-10-14 09:00")
    book.does_not_count("nx-new-this-period", SEP)
    book.counts("nx-new-this-period", OCT, "booking")
