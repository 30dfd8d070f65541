"""Edits, and the months they are counted in."""

from ..book import Book
from ..clock import at
from .registry import scenario
from .stages import MAIN, NU, NX26, SEP, client, month, person


@scenario
def four_kinds_of_edit_make_a_client_active(book: Book) -> None:
    """Information, measurements, recommendations, food plan; an appointment does not (N1)."""
    for kind in ("information", "measurement", "recommendation", "food_plan", "appointment"):
        who = client(book, f"nu-edit-{kind.replace('_', '-')}")
        book.edit(f"ed-{kind}", NU, who, "2026-09-10 10:00", kind)
        if kind == "appointment":
            book.does_not_count(who, month("2026-09"), "kind_does_not_count")
        else:
            book.counts(who, month("2026-09"), "edit")


@scenario
def active_until_the_month_ends(book: Book) -> None:
    """Edited on 4 April: active in April, inactive from 1 May (N2)."""
    who = client(book, "nu-april-4")
    book.edit("ed-april-4", NU, who, "2026-04-04 09:00")
    book.does_not_count(who, month("2026-03"))
    book.counts(who, month("2026-04"), "edit")
    book.does_not_count(who, month("2026-05"))


@scenario
def many_edits_count_once_and_start_again_each_month(book: Book) -> None:
    """Six edits of one client in two months: one each; the running count only rises within a month (N2, N3)."""
    who = client(book, "nu-many-edits")
    for number, day in enumerate(("08-03", "08-10", "08-28", "09-01", "09-15", "09-29")):
        book.edit(f"ed-many-{number}", NU, who, f"2026-{day} 10:00", "measurement")
    book.counts(who, month("2026-08"), "edit")
    book.counts(who, month("2026-09"), "edit")
    book.does_not_count(who, month("2026-10"))


@scenario
def registered_clients_do_not_count(book: Book) -> None:
    """Registered and never edited (N4)."""
    client(book, "nu-registered-only")
    book.does_not_count("nu-registered-only", month("2026-09"))


@scenario
def a_month_begins_at_local_midnight(book: Book) -> None:
    """Summer time in Lisbon: April begins at 23:00 UTC of 31 March (P1)."""
    book.edit("ed-last-second", NU, client(book, "nu-month-last-second"), "2026-03-31 22:59:59")
    book.edit("ed-first-instant", NU, client(book, "nu-month-first-instant"), "2026-03-31 23:00:00")
    book.counts("nu-month-last-second", month("2026-03"), "edit")
    book.does_not_count("nu-month-last-second", month("2026-04"))
    book.counts("nu-month-first-instant", month("2026-04"), "edit")
    book.does_not_count("nu-month-first-instant", month("2026-03"))


@scenario
def months_and_days_where_clocks_change(book: Book) -> None:
    """Cairo skips a midnight, Havana lives one twice, Chatham is 45 minutes off, New York is behind (P1, N2).

    In Cairo 24 April 2026 begins at 01:00 (22:00 UTC). In Havana 1 November 2026 has two midnights: October ends
    at the first (04:00 UTC). In the Chathams April 2026 begins at 10:15 UTC, in New York November 2025 at 04:00.
    """
    for place, timezone, currency, name in (
        ("cairo", "Africa/Cairo", "USD", "Lotus Court Nutrition"),
        ("havana", "America/Havana", "USD", "Casa Guayaba"),
        ("chatham", "Pacific/Chatham", "USD", "Far Shore Dietetics"),
        ("new-york", "America/New_York", "USD", "Hudson Pantry Clinic"),
    ):
        account = f"nu-dst-{place}"
        book.account(account, "nutrium", timezone, currency, "2025-10-02 12:00", name)
        for side in ("before", "after"):
            client(book, f"{account}-{side}", "2025-10-02 12:00", account)

    def edit(place: str, side: str, edited: str) -> str:
        account = f"nu-dst-{place}"
        book.edit(f"ed-{place}-{side}", account, f"{account}-{side}", edited)
        return account

    for side, edited in (("before", "2026-04-23 21:59:59"), ("after", "2026-04-23 22:00:00")):
        account = edit("cairo", side, edited)
        book.counts(f"{account}-{side}", month("2026-04", account, "2026-03-31 22:00"), "edit")
    for side, edited in (("before", "2026-10-30 03:59:59"), ("after", "2026-10-30 04:00:00")):
        account = edit("havana", side, edited)
        book.counts(f"{account}-{side}", month("2026-10", account, "2026-10-01 04:00"), "edit")
    for place, side, edited, name, start in (
        ("chatham", "before", "2026-03-31 10:14:59", "2026-03", "2026-02-28 10:15"),
        ("chatham", "after", "2026-03-31 10:15:00", "2026-04", "2026-03-31 10:15"),
        ("new-york", "before", "2025-11-01 03:59:59", "2025-10", "2025-10-01 04:00"),
        ("new-york", "after", "2025-11-01 04:00:00", "2025-11", "2025-11-01 04:00"),
    ):
        account = edit(place, side, edited)
        book.counts(f"{account}-{side}", month(name, account, start), "edit")


@scenario
def a_late_edit_does_not_change_a_closed_month(book: Book) -> None:
    """Edited on 29 September, known on 1 October and on 15 October (P4)."""
    who = client(book, "nu-edit-in-grace")
    book.edit("ed-in-grace", NU, who, "2026-09-29 10:00", loaded=at("2026-10-01 01:13"))
    book.counts(who, month("2026-09"), "edit")
    who = client(book, "nu-edit-late")
    book.edit("ed-late", NU, who, "2026-09-29 10:00", loaded=at("2026-10-15 01:13"))
    book.does_not_count(who, month("2026-09"))
    book.corrects(who, month("2026-09"), "late_addition")
    book.does_not_count(who, month("2026-10"))


@scenario
def an_account_counted_by_month_has_one_location(book: Book) -> None:
    """It lands two locations and bookings: accepted, counted nowhere; its edits count at the account (N1, P1)."""
    account = "nu-with-locations"
    book.account(account, "nutrium", "Europe/London", "GBP", "2026-07-01 09:00", "Rowan & Rye Nutrition")
    for place, name in (("north", "Rowan & Rye North"), ("south", "Rowan & Rye South")):
        book.location(f"{account}-{place}", account, "Europe/London", "2026-07-01 09:00", name)
    client(book, "nu-booker", "2026-07-02 09:00", account)
    client(book, "nu-booker-edited", "2026-07-02 09:00", account)
    for who, place in (("nu-booker", "north"), ("nu-booker-edited", "south")):
        book.booking(f"bk-{who}", who, f"{account}-{place}", "2026-09-10 09:00", resource="Consultation")
    book.edit("ed-booker", account, "nu-booker-edited", "2026-09-10 10:00")
    september = month("2026-09", account, "2026-08-31 23:00")
    book.does_not_count("nu-booker", september, "kind_does_not_count")
    book.counts("nu-booker-edited", september, "edit")


@scenario
def edits_of_an_account_counted_by_location_have_no_effect(book: Book) -> None:
    """An edit of a customer of `nx-2026` is accepted and makes nobody count (N1, X1)."""
    who = person(book, "nx-edited-only")
    book.edit("ed-of-nexudus", NX26, who, "2026-09-14 10:00")
    book.does_not_count(who, SEP)
    book.booking("bk-edited-too", person(book, "nx-edited-and-booked"), MAIN, "2026-09-14 10:00")
    book.edit("ed-of-nexudus-too", NX26, "nx-edited-and-booked", "2026-09-14 10:00")
    book.counts("nx-edited-and-booked", SEP, "booking")


@scenario
def suspension_does_not_matter_where_the_rules_do_not_name_it(book: Book) -> None:
    """A suspended client who is edited counts (N1)."""
    who = client(book, "nu-suspended")
    book.status("st-nu-suspended", who, "suspended", "2026-08-10 09:00")
    book.edit("ed-suspended", NU, who, "2026-09-10 10:00")
    book.counts(who, month("2026-09"), "edit")
