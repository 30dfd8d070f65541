"""Teams with merged invoicing under the 2026 rules: members count where their payer does."""

from ..book import Book
from ..clock import at
from .registry import scenario
from .stages import ANNEX, AUG, MAIN, NX26, OCT, SEP, SEP_ANNEX, person


def _team(book: Book, name: str, location: str = MAIN, merged: bool = True) -> tuple[str, str]:
    """A team `tm-<name>` with a payer and one member, since July."""
    payer, member = person(book, f"nx-{name}-payer"), person(book, f"nx-{name}-member")
    book.team(f"tm-{name}", NX26, location, payer, "2026-07-01 09:00", merged)
    book.membership(f"mb-{name}", f"tm-{name}", member, "2026-07-02 09:00")
    return payer, member


@scenario
def a_member_counts_where_the_payer_counts(book: Book) -> None:
    """By a contract, an invoice, a recurring product or a booking of the payer (X7)."""
    what = {
        "contract": lambda payer: book.contract("ct-team", payer, MAIN, "2026-07-01 09:00"),
        "invoice": lambda payer: book.invoice("in-team", payer, MAIN, "2026-09-14 09:00", [("charge", "200.00")]),
        "recurring_product": lambda payer: book.sale("sl-team", payer, MAIN, "2026-09-14 09:00", "15", recurring=True),
        "booking": lambda payer: book.booking("bk-team", payer, MAIN, "2026-09-14 09:00"),
    }
    for source, does in what.items():
        payer, member = _team(book, f"team-{source.split('_')[0]}")
        does(payer)
        book.counts(payer, SEP, source)
        book.counts(member, SEP, "team")


@scenario
def a_payer_who_does_not_count_makes_no_member_count(book: Book) -> None:
    """The team exists, the payer did nothing, or only what does not count (X7, X10)."""
    payer, member = _team(book, "team-idle")
    book.does_not_count(payer, SEP)
    book.does_not_count(member, SEP, "payer_not_counted")
    payer, member = _team(book, "team-ticket")
    book.ticket("tk-team", payer, MAIN, "2026-09-14 09:00", "25.00")
    book.does_not_count(payer, SEP, "kind_does_not_count")
    book.does_not_count(member, SEP, "payer_not_counted")


@scenario
def a_team_without_merged_invoicing_is_no_condition(book: Book) -> None:
    """The payer counts, the member does not (X7)."""
    payer, member = _team(book, "team-unmerged", merged=False)
    book.contract("ct-unmerged", payer, MAIN, "2026-07-01 09:00")
    book.counts(payer, SEP, "contract")
    book.does_not_count(member, SEP)


@scenario
def a_member_counts_at_the_payers_locations_not_the_teams(book: Book) -> None:
    """The team is at the main location, its payer books in the annex (X7, X8)."""
    payer, member = _team(book, "team-roaming")
    book.booking("bk-roaming", payer, ANNEX, "2026-09-14 09:00")
    book.counts(payer, SEP_ANNEX, "booking")
    book.counts(member, SEP_ANNEX, "team")
    book.does_not_count(member, SEP, "payer_not_counted")


@scenario
def teams_do_not_chain_and_payers_do_not_credit_themselves(book: Book) -> None:
    """A payer who counts only by a team makes no member count; a payer in the own team gets no team source (X7)."""
    first, middle = _team(book, "team-chain")
    book.contract("ct-chain", first, MAIN, "2026-07-01 09:00")
    last = person(book, "nx-team-chain-last")
    book.team("tm-chain-second", NX26, MAIN, middle, "2026-07-01 09:00")
    book.membership("mb-chain-last", "tm-chain-second", last, "2026-07-02 09:00")
    book.counts(middle, SEP, "team")
    book.does_not_count(last, SEP, "payer_not_counted")
    payer, _ = _team(book, "team-self")
    book.membership("mb-self-payer", "tm-team-self", payer, "2026-07-02 09:00")
    book.booking("bk-self", payer, MAIN, "2026-09-14 09:00")
    book.counts(payer, SEP, "booking")


@scenario
def a_membership_counts_for_the_time_it_lasted(book: Book) -> None:
    """Left before the period, left within it, joined after it (X7, P5)."""
    payer = person(book, "nx-team-time-payer")
    book.contract("ct-team-time", payer, MAIN, "2026-07-01 09:00")
    book.team("tm-time", NX26, MAIN, payer, "2026-07-01 09:00")
    for name, joined, left, august, september in (
        ("left-before", "2026-07-02 09:00", "2026-09-01 09:00", True, False),
        ("left-within", "2026-07-02 09:00", "2026-09-20 09:00", True, True),
        ("joined-after", "2026-10-10 09:00", None, False, False),
    ):
        who = person(book, f"nx-team-{name}")
        book.membership(f"mb-{name}", "tm-time", who, joined, left)
        for window, counts in ((AUG, august), (SEP, september)):
            book.counts(who, window, "team") if counts else book.does_not_count(who, window)


@scenario
def suspended_members_and_payers(book: Book) -> None:
    """A suspended member does not count by the team; a payer suspended throughout counts for nobody (X7, X11)."""
    payer, member = _team(book, "team-member-suspended")
    book.contract("ct-member-suspended", payer, MAIN, "2026-07-01 09:00")
    book.status("st-member-suspended", member, "suspended", "2026-08-10 09:00")
    book.counts(payer, SEP, "contract")
    book.does_not_count(member, SEP, "suspended")
    payer, member = _team(book, "team-payer-suspended")
    book.contract("ct-payer-suspended", payer, MAIN, "2026-07-01 09:00")
    book.status("st-payer-suspended", payer, "suspended", "2026-08-10 09:00")
    book.does_not_count(payer, SEP, "suspended")
    book.does_not_count(member, SEP, "payer_not_counted")


@scenario
def a_payer_who_changes_moves_the_team(book: Book) -> None:
    """The version in force names a payer who does not count; September was closed with the first one (X7, P4)."""
    payer, member = person(book, "nx-team-old-payer"), person(book, "nx-team-new-payer-member")
    heir = person(book, "nx-team-new-payer")
    book.contract("ct-old-payer", payer, MAIN, "2026-07-01 09:00")
    book.team("tm-new-payer", NX26, MAIN, payer, "2026-09-06 09:00")
    book.membership("mb-new-payer", "tm-new-payer", member, "2026-09-06 10:00")
    book.team("tm-new-payer", NX26, MAIN, heir, "2026-09-06 09:00", loaded=at("2026-10-12 01:04"))
    book.counts(member, SEP, "team")
    book.does_not_count(member, OCT, "payer_not_counted")
    book.corrects(member, SEP, "retraction")
