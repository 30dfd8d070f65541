"""What the rulesets of 2022 and 2023 judge otherwise than that of 2026."""

from ..book import Book
from ..clock import at
from ..expectations import Window
from .registry import scenario
from .stages import (
    ANNEX23,
    FEB22,
    FEB22_TOKYO,
    FEB23,
    FEB23_ANNEX,
    HISTORY_NIGHTS,
    LONDON22,
    MAIN23,
    MAR23,
    NX22,
    NX23,
    TOKYO22,
    person22,
    person23,
)


@scenario
def a_contract_must_be_open_at_the_end_under_the_2023_rules(book: Book) -> None:
    """Cancelled within the period it does not count; cancelled at its very end it does (X3, X16)."""
    for name, cancelled, sources, reason in (
        ("open", None, "contract", None),
        ("cancelled-within", "2026-02-20 15:00", None, "contract_not_open_at_end"),
        ("cancelled-at-end", "2026-03-05 15:00", "contract", None),
        ("cancelled-after", "2026-03-20 15:00", "contract", None),
    ):
        who = person23(book, f"nx-2023-contract-{name}")
        book.contract(f"ct-2023-{name}", who, MAIN23, "2025-12-01 15:00", cancelled=cancelled)
        if sources:
            book.counts(who, FEB23, sources)
        else:
            book.does_not_count(who, FEB23, reason)
    book.does_not_count("nx-2023-contract-cancelled-after", MAR23, "contract_not_open_at_end")
    who = person23(book, "nx-2023-contract-at-boundary")
    book.contract("ct-2023-at-boundary", who, MAIN23, "2026-03-05 15:00")
    book.does_not_count(who, FEB23)
    book.counts(who, MAR23, "contract")


@scenario
def suspension_voids_contracts_only_under_the_2023_rules(book: Book) -> None:
    """Suspended at the end: a contract is void, a booking stands; suspended from the very end on: not yet (X11)."""
    who = person23(book, "nx-2023-suspended-contract")
    book.contract("ct-2023-suspended", who, MAIN23, "2025-12-01 15:00")
    book.status("st-2023-suspended", who, "suspended", "2026-02-20 15:00")
    book.does_not_count(who, FEB23, "suspended")
    who = person23(book, "nx-2023-suspended-booking")
    book.contract("ct-2023-suspended-booking", who, MAIN23, "2025-12-01 15:00")
    book.booking("bk-2023-suspended", who, MAIN23, "2026-02-16 15:00")
    book.status("st-2023-suspended-booking", who, "suspended", "2026-02-20 15:00")
    book.counts(who, FEB23, "booking")
    who = person23(book, "nx-2023-suspended-at-end")
    book.contract("ct-2023-suspended-at-end", who, MAIN23, "2025-12-01 15:00")
    book.status("st-2023-suspended-at-end", who, "suspended", "2026-03-05 15:00")
    book.counts(who, FEB23, "contract")


@scenario
def membership_is_enough_under_the_2023_rules(book: Book) -> None:
    """Member and payer count at the team's location though the payer does nothing; suspension does not matter (X7)."""
    payer, member = person23(book, "nx-2023-team-payer"), person23(book, "nx-2023-team-member")
    book.team("tm-2023", NX23, ANNEX23, payer, "2026-01-10 15:00")
    book.membership("mb-2023", "tm-2023", member, "2026-01-12 15:00")
    suspended = person23(book, "nx-2023-team-suspended")
    book.membership("mb-2023-suspended", "tm-2023", suspended, "2026-01-12 15:00")
    book.status("st-2023-team", suspended, "suspended", "2026-01-20 15:00")
    for who in (payer, member, suspended):
        book.counts(who, FEB23_ANNEX, "team")
        book.does_not_count(who, FEB23)


@scenario
def any_line_but_tickets_counts_under_the_2022_and_2023_rules(book: Book) -> None:
    """A deposit counts, a ticket does not, on its own or invoiced (X6, X10)."""
    who = person23(book, "nx-2023-invoiced-deposit")
    book.invoice("in-2023-deposit", who, MAIN23, "2026-02-16 15:00", [("deposit", "100.00")])
    book.counts(who, FEB23, "invoice")
    who = person23(book, "nx-2023-ticket-invoiced")
    book.invoice("in-2023-ticket", who, MAIN23, "2026-02-16 15:00", [("event_ticket", "25.00")])
    book.does_not_count(who, FEB23, "kind_does_not_count")
    with book.loading_at(HISTORY_NIGHTS[2]):
        who = person22(book, "nx-2022-invoiced-deposit")
        book.invoice("in-2022-deposit", who, LONDON22, "2023-02-16 12:00", [("deposit", "100.00")])
        book.counts(who, FEB22, "invoice")


@scenario
def a_contract_open_at_any_time_counts_under_the_2022_rules(book: Book) -> None:
    """Cancelled within the period (X3)."""
    with book.loading_at(HISTORY_NIGHTS[2]):
        who = person22(book, "nx-2022-contract-cancelled-within")
        book.contract("ct-2022-within", who, LONDON22, "2022-12-01 12:00", cancelled="2023-02-20 12:00")
        book.counts(who, FEB22, "contract")


@scenario
def suspended_at_the_end_is_left_out_under_the_2022_rules(book: Book) -> None:
    """Whatever else they did; who is back before the end counts (X11)."""
    with book.loading_at(HISTORY_NIGHTS[2]):
        who = person22(book, "nx-2022-suspended-booking")
        book.booking("bk-2022-suspended", who, LONDON22, "2023-02-16 12:00")
        book.contract("ct-2022-suspended", who, LONDON22, "2022-12-01 12:00")
        book.status("st-2022-suspended", who, "suspended", "2023-02-20 12:00")
        book.does_not_count(who, FEB22, "suspended")
        who = person22(book, "nx-2022-suspended-back")
        book.booking("bk-2022-back", who, LONDON22, "2023-02-16 12:00")
        book.status("st-2022-back-1", who, "suspended", "2023-02-20 12:00")
        book.status("st-2022-back-2", who, "active", "2023-03-01 12:00")
        book.counts(who, FEB22, "booking")


@scenario
def a_payer_left_out_makes_no_team_count_under_the_2022_rules(book: Book) -> None:
    """A payer who counts takes the member along to where it counts; one suspended at the end does not (X7, X11)."""
    with book.loading_at(HISTORY_NIGHTS[2]):
        for name, suspended in (("team", False), ("team-suspended", True)):
            payer, member = person22(book, f"nx-2022-{name}-payer"), person22(book, f"nx-2022-{name}-member")
            book.team(f"tm-2022-{name}", NX22, LONDON22, payer, "2022-12-01 12:00")
            book.membership(f"mb-2022-{name}", f"tm-2022-{name}", member, "2022-12-02 12:00")
            location = LONDON22 if suspended else TOKYO22
            book.booking(f"bk-2022-{name}", payer, location, "2023-02-16 12:00")
            if suspended:
                book.status(f"st-2022-{name}", payer, "suspended", "2023-02-20 12:00")
        book.counts("nx-2022-team-payer", FEB22_TOKYO, "booking")
        book.counts("nx-2022-team-member", FEB22_TOKYO, "team")
        book.does_not_count("nx-2022-team-member", FEB22, "payer_not_counted")
        book.does_not_count("nx-2022-team-suspended-payer", FEB22, "suspended")
        book.does_not_count("nx-2022-team-suspended-member", FEB22, "payer_not_counted")


@scenario
def the_ruleset_in_force_is_that_of_the_locations_own_midnight(book: Book) -> None:
    """One platform invoice, two locations, two rulesets: in Tokyo it is 4 September already (P6).

    Suspended at the end with a booking in both: left out in London (2022), counted in Tokyo (2023). Before any
    ruleset the first one judges.
    """
    with book.loading_at(HISTORY_NIGHTS[2]):
        who = person22(book, "nx-2022-ruleset-switch")
        book.booking("bk-switch-london", who, LONDON22, "2023-08-16 12:00")
        book.booking("bk-switch-tokyo", who, TOKYO22, "2023-08-16 12:00")
        book.status("st-switch", who, "suspended", "2023-08-20 12:00")
        book.does_not_count(who, Window(NX22, LONDON22, at("2023-08-05 12:00")), "suspended")
        book.counts(who, Window(NX22, TOKYO22, at("2023-08-05 12:00")), "booking")
        # The next one ends at midnight of 4 September in London: to the instant, the new ruleset.
        book.booking("bk-switch-midnight", who, LONDON22, "2023-09-03 21:00")
        book.counts(who, Window(NX22, LONDON22, at("2023-09-03 20:00")), "booking")
        who = person22(book, "nx-2022-before-rulesets")
        book.booking("bk-before-rulesets", who, LONDON22, "2022-09-25 12:00")
        book.counts(who, Window(NX22, LONDON22, at("2022-09-15 08:00")), "booking")
