"""Deliveries: the same again, a newer version, a deletion, a contradiction."""

from ..book import Book, Spelled
from ..clock import at
from ..expectations import Window
from .registry import scenario
from .stages import ANNEX, MAIN, NU, NX23, NX26, OCT, SEP, client, month, person


@scenario
def a_row_delivered_three_times_is_one(book: Book) -> None:
    """Twice in one load, once more a week later (X5, X8)."""
    who = person(book, "nx-redelivered")
    for loaded in ("2026-09-15 01:08", "2026-09-15 01:08", "2026-09-22 01:08"):
        book.booking("bk-redelivered", who, MAIN, "2026-09-14 09:00", loaded=at(loaded))
    book.counts(who, SEP, "booking")


@scenario
def the_first_known_delivery_of_an_event_is_the_event(book: Book) -> None:
    """Redelivered with another client in it, and with another kind: neither changes anything (N1)."""
    who, other = client(book, "nu-edit-first"), client(book, "nu-edit-second")
    book.edit("ed-redelivered", NU, who, "2026-09-10 10:00")
    book.edit("ed-redelivered", NU, other, "2026-09-10 10:00", loaded=at("2026-09-13 01:13"))
    book.counts(who, month("2026-09"), "edit")
    book.does_not_count(other, month("2026-09"))
    # At one instant of knowledge the smaller row is the event: `nu-edit-tie-a` before `nu-edit-tie-b`.
    for side in ("b", "a"):
        book.edit("ed-tie", NU, client(book, f"nu-edit-tie-{side}"), "2026-09-10 10:00")
    book.counts("nu-edit-tie-a", month("2026-09"), "edit")
    book.does_not_count("nu-edit-tie-b", month("2026-09"))


@scenario
def the_version_in_force_decides(book: Book) -> None:
    """A free one-off product that gets a price, a booking that moves to another location (X5, X8, X9)."""
    who = person(book, "nx-version-priced")
    book.sale("sl-priced", who, MAIN, "2026-09-14 09:00", "0", recurring=False)
    book.sale("sl-priced", who, MAIN, "2026-09-14 09:00", "6.00", recurring=False, loaded=at("2026-09-17 01:07"))
    book.counts(who, SEP, "one_off_product")
    who = person(book, "nx-version-moved")
    book.booking("bk-moved", who, MAIN, "2026-09-14 09:00")
    book.booking("bk-moved", who, ANNEX, "2026-09-14 09:00", loaded=at("2026-09-17 01:08"))
    book.does_not_count(who, SEP)
    book.counts(who, Window(NX26, ANNEX, SEP.start_at), "booking")
    person(book, "nx-version-renamed", name="Tamsin Oldbrook")
    person(book, "nx-version-renamed", name="Tamsin Newbrook", loaded=at("2026-06-10 01:02"))


@scenario
def a_version_waits_for_the_location_it_names(book: Book) -> None:
    """Moved to a location that lands four days later: until then the version before is in force (X8)."""
    who = person(book, "nx-version-waits")
    book.booking("bk-waits", who, MAIN, "2026-10-08 09:00")
    book.booking("bk-waits", who, "nx-2026-rooftop", "2026-10-08 09:00", loaded=at("2026-10-10 01:08"))
    book.location(
        "nx-2026-rooftop",
        NX26,
        "Europe/Lisbon",
        "2026-10-06 09:00",
        "Two Bridges Rooftop",
        loaded=at("2026-10-14 01:01"),
    )
    book.does_not_count(who, OCT)
    book.counts(who, Window(NX26, "nx-2026-rooftop", at("2026-10-06 09:00")), "booking")


@scenario
def a_deleted_record_has_no_effect_until_it_comes_back(book: Book) -> None:
    """Deleted in the period; deleted and delivered again; deleted with nothing else readable in the row (X5, X9)."""
    who = person(book, "nx-deleted-booking")
    book.booking("bk-deleted", who, MAIN, "2026-09-14 09:00")
    book.add("bookings", booking_id="bk-deleted", _deleted=True, loaded=at("2026-09-17 01:08"))
    book.does_not_count(who, SEP)
    who = person(book, "nx-deleted-and-back")
    book.booking("bk-back", who, MAIN, "2026-09-14 09:00")
    book.add("bookings", booking_id="bk-back", _deleted=True, loaded=at("2026-09-17 01:08"))
    book.booking("bk-back", who, MAIN, "2026-09-14 09:00", loaded=at("2026-09-19 01:08"), _deleted=False)
    book.counts(who, SEP, "booking")
    who = person(book, "nx-deleted-garbage")
    book.sale("sl-deleted-garbage", who, MAIN, "2026-09-14 09:00", "6.00", recurring=False)
    book.add(
        "product_sales",
        sale_id="sl-deleted-garbage",
        price=Spelled("n/a"),
        sold_at=Spelled("unknown"),
        _deleted=True,
        loaded=at("2026-09-17 01:07"),
    )
    book.does_not_count(who, SEP)
    book.add("bookings", booking_id="bk-never-delivered", _deleted=True, loaded=at("2026-09-17 01:08"))


@scenario
def a_deletion_is_in_force_over_a_version_of_the_same_instant(book: Book) -> None:
    """Both landed at one instant: the booking does not exist (X5)."""
    who = person(book, "nx-deleted-same-instant")
    book.booking("bk-deleted-same-instant", who, MAIN, "2026-09-14 09:00")
    book.add("bookings", booking_id="bk-deleted-same-instant", _deleted=True, loaded=at("2026-09-15 01:08"))
    book.does_not_count(who, SEP)
    book.rejects("bookings", "bk-deleted-same-instant", "conflicting_version")


@scenario
def what_was_done_stands_when_its_place_or_doer_is_deleted(book: Book) -> None:
    """A deleted customer, location or account leaves its dimension only; a deleted invoice takes its lines too (P4)."""
    deleted = at("2026-09-20 01:00")
    who = person(book, "nx-deleted-customer")
    book.booking("bk-of-deleted", who, MAIN, "2026-09-14 09:00")
    book.add("customers", customer_id=who, _deleted=True, loaded=deleted)
    book.counts(who, SEP, "booking")
    who = person(book, "nx-deleted-invoice")
    book.invoice("in-deleted", who, MAIN, "2026-09-14 09:00", [("plan", "90.00")])
    book.add("invoices", invoice_id="in-deleted", _deleted=True, loaded=deleted)
    book.does_not_count(who, SEP)
    book.account("nx-closed", "nexudus", "Europe/Rome", "EUR", "2026-08-01 08:00", "Shuttered Arcade")
    book.location("nx-closed-arcade", "nx-closed", "Europe/Rome", "2026-08-01 08:00", "Shuttered Arcade")
    book.customer("nx-closed-booking", "nx-closed", "2026-08-02 08:00")
    book.booking("bk-closed", "nx-closed-booking", "nx-closed-arcade", "2026-08-10 09:00")
    book.platform_invoice("pi-closed", "nx-closed", "2026-09-01 12:00")
    for table, key in (("accounts", "nx-closed"), ("locations", "nx-closed-arcade")):
        book.add(table, **{table[:-1] + "_id": key}, _deleted=True, loaded=deleted)
    book.counts("nx-closed-booking", Window("nx-closed", "nx-closed-arcade", at("2026-08-01 08:00")), "booking")


@scenario
def of_two_versions_of_one_instant_the_greater_is_in_force(book: Book) -> None:
    """Two prices at one instant: the greater holds, the other is rejected (X9)."""
    who = person(book, "nx-conflict")
    for price in ("7.00", "0"):
        book.sale("sl-conflict", who, MAIN, "2026-09-14 09:00", price, recurring=False)
    book.counts(who, SEP, "one_off_product")
    book.rejects("product_sales", "sl-conflict", "conflicting_version")


@scenario
def what_would_move_a_bill_never_changes(book: Book) -> None:
    """Product, zone, currency, instants of creation, accounts: a version that differs is rejected (P1, P4)."""
    later = at("2026-09-10 01:00")
    stays = dict(product="nexudus", timezone="Europe/Lisbon", currency="EUR", created="2026-06-01 08:00", name="Steadfast House")
    for column, value in (
        ("product", "nutrium"),
        ("timezone", "Europe/Madrid"),
        ("currency", "USD"),
        ("created_at", "2026-05-01 08:00"),
        ("history_complete_at", "2026-06-05 08:00"),
    ):
        account = f"nx-immutable-{column.removesuffix('_at').replace('_', '-')}"
        book.account(account, **stays)
        argument = {"created_at": "created", "history_complete_at": "history_complete"}.get(column, column)
        book.account(account, **(stays | {argument: value}), loaded=later)
        book.rejects("accounts", account, f"immutable:{column}")

    where = dict(account_id="nx-immutable-product", timezone="Europe/Lisbon", created="2026-06-01 08:00", name="Steadfast Gate")
    for column, value in (
        ("account_id", NX23),
        ("timezone", "Europe/Madrid"),
        ("created_at", "2026-05-01 08:00"),
    ):
        location = f"nx-immutable-{column.split('_')[0]}"
        book.location(location, **where)
        argument = "created" if column == "created_at" else column
        book.location(location, **(where | {argument: value}), loaded=later)
        book.rejects("locations", location, f"immutable:{column}")

    who = person(book, "nx-immutable-account")
    book.customer(who, NX23, "2026-05-10 09:00", loaded=later)
    book.rejects("customers", who, "immutable:account_id")
    book.team("tm-immutable", NX26, MAIN, who, "2026-07-01 09:00", merged=False)
    book.customer("nx-2023-immutable-payer", NX23, "2026-05-10 09:00")
    book.team("tm-immutable", NX23, "nx-2023-main", "nx-2023-immutable-payer", "2026-07-01 09:00", False, loaded=later)
    book.rejects("teams", "tm-immutable", "immutable:account_id")
    for column, account, started in (("started_on", NU, "2026-08-01"), ("account_id", "nu-packages", "2026-07-01")):
        key = f"sub-immutable-{column.split('_')[0]}"
        book.subscription(key, NU, "2026-07-01")
        book.subscription(key, account, started, loaded=later)
        book.rejects("subscriptions", key, f"immutable:{column}")


@scenario
def a_rejected_version_does_not_hide_the_good_one(book: Book) -> None:
    """A good sale, then a version of it whose price cannot be read: the good one stays in force (X9)."""
    who = person(book, "nx-good-then-bad")
    book.sale("sl-good-then-bad", who, MAIN, "2026-09-14 09:00", "6.00", recurring=False)
    book.sale(
        "sl-good-then-bad",
        who,
        MAIN,
        "2026-09-14 09:00",
        Spelled("six"),
        recurring=False,
        loaded=at("2026-09-17 01:07"),
    )
    book.counts(who, SEP, "one_off_product")
    book.rejects("product_sales", "sl-good-then-bad", "unreadable:price")
