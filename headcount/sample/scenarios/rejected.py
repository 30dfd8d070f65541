"""Rows that are rejected, one for every reason of the landing contract and each place it can be found in.

Their keys begin with `bad-`. None of them changes any count.
"""

from ..book import Book, Spelled
from ..clock import at
from .registry import scenario
from .stages import MAIN, MAIN23, NU, NX26, SEP, person, person23

NIGHT = at("2026-09-17 01:30")
WHEN = "2026-09-16 11:00"


@scenario
def a_required_value_is_missing(book: Book) -> None:
    """`missing:<column>`: a null, an empty text, blanks; also where the key or the load's instant should be."""
    who = person(book, "nx-rejected")
    book.booking("bad-missing-location", who, None, WHEN)
    book.rejects("bookings", "bad-missing-location", "missing:location_id")
    book.booking("bad-missing-price", who, MAIN, WHEN, price=None)
    book.rejects("bookings", "bad-missing-price", "missing:price")
    book.sale("bad-missing-boolean", who, MAIN, WHEN, "5", recurring=None)
    book.rejects("product_sales", "bad-missing-boolean", "missing:is_recurring")
    book.sale("bad-missing-blanks", Spelled("   "), MAIN, WHEN, "5", recurring=False)
    book.rejects("product_sales", "bad-missing-blanks", "missing:customer_id")
    book.contract("bad-missing-start", who, MAIN, WHEN)["starts_at"] = None
    book.rejects("contracts", "bad-missing-start", "missing:starts_at")
    book.sale(None, who, MAIN, WHEN, "5", recurring=False)
    book.rejects("product_sales", None, "missing:sale_id")
    book.edit("bad-missing-kind", NU, "nu-registered-only", WHEN, kind=None)
    book.rejects("edits", "bad-missing-kind", "missing:edit_kind")
    book.sale("bad-missing-load", who, MAIN, WHEN, "5", recurring=False, loaded=Spelled(""), filed=NIGHT)
    book.rejects("product_sales", "bad-missing-load", "missing:_loaded_at")


@scenario
def a_value_cannot_be_read(book: Book) -> None:
    """`unreadable:<column>`: numbers, instants, dates, booleans, zones."""
    who = "nx-rejected"
    for name, price in (
        ("words", "five"),
        ("comma", "12,50"),
        ("exponent", "1e2"),
        ("nan", "NaN"),
        ("13-digits", "1234567890123"),
        ("7-decimals", "1.1234567"),
    ):
        book.sale(f"bad-number-{name}", who, MAIN, WHEN, Spelled(price), recurring=False)
        book.rejects("product_sales", f"bad-number-{name}", "unreadable:price")
    for name, sold in (
        ("month-13", "2026-13-16T11:00:00Z"),
        ("date-only", "2026-09-16"),
        ("day-first", "16/09/2026 11:00"),
        ("epoch", "1789556400"),
    ):
        book.sale(f"bad-instant-{name}", who, MAIN, Spelled(sold), "5", recurring=False, loaded=NIGHT)
        book.rejects("product_sales", f"bad-instant-{name}", "unreadable:sold_at")
    for name, recurring in (("yes", "yes"), ("one", "1")):
        book.sale(f"bad-boolean-{name}", who, MAIN, WHEN, "5", recurring=Spelled(recurring))
        book.rejects("product_sales", f"bad-boolean-{name}", "unreadable:is_recurring")
    book.customer("bad-customer-boolean", NX26, WHEN, admin=Spelled("maybe"))
    book.rejects("customers", "bad-customer-boolean", "unreadable:is_admin")
    book.customer("bad-customer-load", NX26, WHEN, loaded=Spelled("last night"), filed=NIGHT)
    book.rejects("customers", "bad-customer-load", "unreadable:_loaded_at")
    book.ticket("bad-ticket-price", who, MAIN, WHEN, Spelled("free"))
    book.rejects("event_tickets", "bad-ticket-price", "unreadable:price")
    book.invoice("in-with-bad-line", who, MAIN, WHEN)
    book.line("bad-line-amount", "in-with-bad-line", "plan", Spelled("90.00 EUR"), WHEN)
    book.rejects("invoice_lines", "bad-line-amount", "unreadable:amount")
    book.subscription("bad-sub-date", NU, Spelled("01/09/2026"), known=WHEN)
    book.rejects("subscriptions", "bad-sub-date", "unreadable:started_on")
    book.location("bad-location-zone", NX26, "Mars/Olympus", WHEN, "Olympus Base")
    book.rejects("locations", "bad-location-zone", "unreadable:timezone")
    book.account("bad-account-zone", "nutrium", "Lisbon", "EUR", WHEN, "Nowhere Clinic")
    book.rejects("accounts", "bad-account-zone", "unreadable:timezone")


@scenario
def a_value_is_not_on_its_list(book: Book) -> None:
    """`not_allowed:<column>`: a status, a duration, a product, a currency; upper case is another word."""
    book.status("bad-status", "nx-rejected", "frozen", WHEN)
    book.status("bad-status-case", "nx-rejected", "Suspended", WHEN)
    book.rejects("customer_status_changes", "bad-status", "not_allowed:status")
    book.rejects("customer_status_changes", "bad-status-case", "not_allowed:status")
    book.change("bad-duration", "sub-article", WHEN, 25, duration="weekly")
    book.rejects("subscription_changes", "bad-duration", "not_allowed:duration")
    book.account("bad-account-product", "gymdesk", "Europe/Lisbon", "EUR", WHEN, "Unknown Product House")
    book.rejects("accounts", "bad-account-product", "not_allowed:product")
    book.account("bad-account-currency", "nutrium", "Europe/Lisbon", "XQQ", WHEN, "Doubloon Clinic")
    book.rejects("accounts", "bad-account-currency", "not_allowed:currency")


@scenario
def a_value_is_negative(book: Book) -> None:
    """`negative:<column>`: prices, and a limit below one; an amount on an invoice may be."""
    who = "nx-rejected"
    book.contract("bad-negative-contract", who, MAIN, WHEN, price="-90.00")
    book.rejects("contracts", "bad-negative-contract", "negative:price")
    book.sale("bad-negative-sale", who, MAIN, WHEN, "-5", recurring=True)
    book.rejects("product_sales", "bad-negative-sale", "negative:price")
    book.booking("bad-negative-booking", who, MAIN, WHEN, price="-0.01")
    book.rejects("bookings", "bad-negative-booking", "negative:price")
    book.ticket("bad-negative-ticket", who, MAIN, WHEN, "-25")
    book.rejects("event_tickets", "bad-negative-ticket", "negative:price")
    book.change("bad-limit-zero", "sub-article", WHEN, 0)
    book.rejects("subscription_changes", "bad-limit-zero", "negative:client_limit")


@scenario
def a_row_refers_to_what_never_landed(book: Book) -> None:
    """`unknown:<column>`: each kind of parent, and one whose parent was itself rejected."""
    who = "nx-rejected"
    book.customer("bad-unknown-account", "ghost-account", WHEN)
    book.rejects("customers", "bad-unknown-account", "unknown:account_id")
    book.booking("bad-unknown-location", who, "ghost-location", WHEN)
    book.rejects("bookings", "bad-unknown-location", "unknown:location_id")
    book.booking("bad-unknown-customer", "ghost-customer", MAIN, WHEN)
    book.rejects("bookings", "bad-unknown-customer", "unknown:customer_id")
    book.booking("bad-unknown-rejected", "bad-customer-boolean", MAIN, WHEN)
    book.rejects("bookings", "bad-unknown-rejected", "unknown:customer_id")
    book.team("bad-unknown-payer", NX26, MAIN, "ghost-customer", WHEN)
    book.rejects("teams", "bad-unknown-payer", "unknown:paying_customer_id")
    book.membership("bad-unknown-team", "ghost-team", who, WHEN)
    book.rejects("team_memberships", "bad-unknown-team", "unknown:team_id")
    book.line("bad-unknown-invoice", "ghost-invoice", "plan", "90.00", WHEN)
    book.rejects("invoice_lines", "bad-unknown-invoice", "unknown:invoice_id")
    book.change("bad-unknown-subscription", "ghost-subscription", WHEN, 25)
    book.rejects("subscription_changes", "bad-unknown-subscription", "unknown:subscription_id")
    book.platform_invoice("bad-unknown-platform", "ghost-account", WHEN)
    book.rejects("platform_invoices", "bad-unknown-platform", "unknown:account_id")


@scenario
def a_row_mixes_two_accounts(book: Book) -> None:
    """`other_account:<column>`: a location, a customer or a team of another account than the row's own."""
    stranger = person23(book, "nx-2023-stranger")
    book.booking("bad-other-booking", stranger, MAIN, WHEN)
    book.rejects("bookings", "bad-other-booking", "other_account:customer_id")
    book.contract("bad-other-contract", stranger, MAIN, WHEN)
    book.rejects("contracts", "bad-other-contract", "other_account:customer_id")
    book.sale("bad-other-sale", stranger, MAIN, WHEN, "5", recurring=True)
    book.rejects("product_sales", "bad-other-sale", "other_account:customer_id")
    book.ticket("bad-other-ticket", stranger, MAIN, WHEN, "5")
    book.rejects("event_tickets", "bad-other-ticket", "other_account:customer_id")
    book.invoice("bad-other-invoice", stranger, MAIN, WHEN)
    book.rejects("invoices", "bad-other-invoice", "other_account:customer_id")
    book.team("bad-other-team-location", NX26, MAIN23, "nx-rejected", WHEN)
    book.rejects("teams", "bad-other-team-location", "other_account:location_id")
    book.team("bad-other-team-payer", NX26, MAIN, stranger, WHEN)
    book.rejects("teams", "bad-other-team-payer", "other_account:paying_customer_id")
    book.membership("bad-other-membership", "tm-time", stranger, WHEN)
    book.rejects("team_memberships", "bad-other-membership", "other_account:customer_id")
    book.edit("bad-other-edit", NU, stranger, WHEN)
    book.rejects("edits", "bad-other-edit", "other_account:customer_id")
    book.platform_invoice("bad-other-platform", NX26, WHEN, MAIN23)
    book.rejects("platform_invoices", "bad-other-platform", "other_account:location_id")


@scenario
def something_ends_before_it_starts(book: Book) -> None:
    """`ends_before_start`: contracts, memberships, bookings in two ways, subscriptions."""
    who, before = "nx-rejected", "2026-09-16 10:00"
    book.contract("bad-ends-contract", who, MAIN, WHEN, cancelled=before, loaded=NIGHT)
    book.rejects("contracts", "bad-ends-contract", "ends_before_start")
    book.membership("bad-ends-membership", "tm-time", who, WHEN, loaded=NIGHT)["left_at"] = at(before)
    book.rejects("team_memberships", "bad-ends-membership", "ends_before_start")
    book.booking("bad-ends-booking", who, MAIN, before, starts=WHEN, ends=before)
    book.rejects("bookings", "bad-ends-booking", "ends_before_start")
    book.booking("bad-ends-cancelled", who, MAIN, WHEN, cancelled=before)
    book.rejects("bookings", "bad-ends-cancelled", "ends_before_start")
    book.subscription("bad-ends-subscription", NU, "2026-09-16", cancelled="2026-09-15")
    book.rejects("subscriptions", "bad-ends-subscription", "ends_before_start")


@scenario
def something_happened_long_after_it_was_loaded(book: Book) -> None:
    """`in_the_future`: more than 24 hours ahead of its load, wherever something happens."""
    who, ahead, loaded = "nx-rejected", "2026-09-18 02:00", at("2026-09-17 01:30")
    book.edit("bad-future-edit", NU, "nu-registered-only", ahead, loaded=loaded)
    book.rejects("edits", "bad-future-edit", "in_the_future")
    book.booking("bad-future-booking", who, MAIN, ahead, loaded=loaded)
    book.rejects("bookings", "bad-future-booking", "in_the_future")
    book.sale("bad-future-sale", who, MAIN, ahead, "5", recurring=True, loaded=loaded)
    book.rejects("product_sales", "bad-future-sale", "in_the_future")
    book.ticket("bad-future-ticket", who, MAIN, ahead, "5", loaded=loaded)
    book.rejects("event_tickets", "bad-future-ticket", "in_the_future")
    book.invoice("bad-future-invoice", who, MAIN, ahead, loaded=loaded)
    book.rejects("invoices", "bad-future-invoice", "in_the_future")
    book.status("bad-future-status", who, "suspended", ahead, loaded=loaded)
    book.rejects("customer_status_changes", "bad-future-status", "in_the_future")
    book.change("bad-future-change", "sub-article", ahead, 75, loaded=loaded)
    book.rejects("subscription_changes", "bad-future-change", "in_the_future")
    book.platform_invoice("bad-future-platform", NX26, ahead, loaded=loaded)
    book.rejects("platform_invoices", "bad-future-platform", "in_the_future")


@scenario
def a_clock_that_is_a_little_ahead_is_accepted(book: Book) -> None:
    """A booking made, by its own clock, 23 hours after it was loaded."""
    who = person(book, "nx-clock-ahead")
    book.booking("bk-clock-ahead", who, MAIN, "2026-09-15 00:30", loaded=at("2026-09-14 01:30"))
    book.counts(who, SEP, "booking")


@scenario
def a_row_can_be_rejected_for_several_reasons(book: Book) -> None:
    """No price that can be read, no customer, no location that is known."""
    book.sale("bad-several", None, "ghost-location", WHEN, Spelled("?"), recurring=False)
    book.rejects("product_sales", "bad-several", "missing:customer_id", "unknown:location_id", "unreadable:price")
