"""Values that are spelled in the ways the landing contract allows; these show no rule of who counts."""

from ..book import Book, Spelled
from ..clock import at
from .registry import scenario
from .stages import MAIN, NX26, SEP, person


@scenario
def instants_can_be_spelled_in_many_ways(book: Book) -> None:
    """With a blank, an offset, no zone, without seconds, with fractions: by one hour September's or not."""
    for name, spelling, counts in (
        ("blank", "2026-09-16 11:00:00Z", True),
        ("no-zone", "2026-09-16T11:00:00", True),
        ("minutes", "2026-09-16T11:00Z", True),
        ("fraction", "2026-09-16T11:00:00.123456Z", True),
        ("offset", "2026-10-05T11:30:00+02:00", True),
        ("offset-behind", "2026-10-05T07:30:00-04:00", False),
    ):
        who = person(book, f"nx-spelled-{name}")
        loaded = at("2026-09-17 01:07") if "09-16" in spelling else at("2026-10-06 01:07")
        book.sale(f"sl-spelled-{name}", who, MAIN, Spelled(spelling), "5", recurring=False, loaded=loaded)
        book.counts(who, SEP, "one_off_product") if counts else book.does_not_count(who, SEP)


@scenario
def blanks_around_a_value_are_cut(book: Book) -> None:
    """Around a key, a price, an instant and a boolean; an empty text is null."""
    who = person(book, "nx-spelled-padded")
    book.sale(
        "sl-spelled-padded",
        Spelled(f"  {who} "),
        MAIN,
        Spelled(" 2026-09-16T11:00:00Z "),
        Spelled(" +5.00 "),
        Spelled("False"),
        Spelled("   "),
        loaded=at("2026-09-17 01:07"),
    )
    book.counts(who, SEP, "one_off_product")


@scenario
def booleans_in_any_case(book: Book) -> None:
    """`TRUE` is recurring, so it counts though it is free."""
    who = person(book, "nx-spelled-true")
    book.sale("sl-spelled-true", who, MAIN, "2026-09-16 11:00", "0", recurring=Spelled("TRUE"))
    book.counts(who, SEP, "recurring_product")


@scenario
def names_can_hold_anything(book: Book) -> None:
    """Commas, quotes, a line break, other scripts, and what a spreadsheet would run."""
    for key, name in (
        ("nx-name-comma", "Oakhollow, Wren"),
        ("nx-name-quotes", 'Bram "the Lathe" Tallow'),
        ("nx-name-lines", "Petra\nof the Second Floor"),
        ("nx-name-kana", "ミドリ・ツキノセ"),
        ("nx-name-arabic", "نخلة الواحة"),
        ("nx-name-accents", "Zoë Ñandú-Łąkowa"),
        ("nx-name-formula", "=HYPERLINK(A1)"),
    ):
        person(book, key, name=name)


@scenario
def keys_can_look_like_formulas(book: Book) -> None:
    """Two customers whose keys a spreadsheet would run, and who count."""
    for key in ("@nx-key-at", "=nx-key-equals"):
        book.customer(key, NX26, "2026-05-10 09:00", "Formula Looking", MAIN)
        book.booking(f"bk-{key[1:]}", key, MAIN, "2026-09-14 09:00")
        book.counts(key, SEP, "booking")
