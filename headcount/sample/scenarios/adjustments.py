"""What is learnt of a closed period while the next ones close. The shipped rulesets show it; under others it is money."""

from ..book import Book
from ..clock import at
from ..expectations import Window
from .registry import scenario

#: Currency, zone, how many count in June as it closes, and a name. Ten in euros: the eleventh is in another tier.
SETTLED = (
    ("EUR", "Europe/Lisbon", 10, "Ferry Quay"),
    ("USD", "America/New_York", 2, "Foundry Yard"),
    ("GBP", "Europe/London", 2, "Tannery Lane"),
    ("JPY", "Asia/Tokyo", 2, "Plum Garden"),
    ("KWD", "Asia/Kuwait", 2, "Pearl Diver"),
)

#: June, invoiced on 5 July; it closes on the 7th, and July, August and September on the 7th of the month after.
JUNE = at("2026-06-05 10:00")


@scenario
def what_is_learnt_later_is_settled_in_five_currencies(book: Book) -> None:
    """Of June one booking lands in July, two are taken back in August, one lands in September and one in October (P7).

    July, August and September would settle it: one more, two fewer, one more. October comes too late for any of them.
    """
    for currency, zone, users, name in SETTLED:
        account = f"nx-settled-{currency.lower()}"
        place = f"{account}-hall"
        book.account(account, "nexudus", zone, currency, "2026-05-20 09:00", f"{name} Cowork")
        book.location(place, account, zone, "2026-05-20 09:00", f"{name} Hall")
        for month in range(6, 11):
            book.platform_invoice(f"pi-{account}-{month:02}", account, f"2026-{month:02}-05 10:00")
        june = Window(account, place, JUNE)
        known = [f"{account}-{number:02}" for number in range(1, users + 1)]
        late = [f"{account}-in-{month}" for month in ("july", "september", "october")]
        for who in (*known, *late):
            book.customer(who, account, "2026-05-21 09:00", home=place)
        for who in known:
            book.booking(f"bk-{who}", who, place, "2026-06-20 12:00")
            book.counts(who, june, "booking")
        for who, loaded in zip(late, ("2026-07-20 03:00", "2026-09-20 03:00", "2026-10-20 03:00"), strict=True):
            book.booking(f"bk-{who}", who, place, "2026-06-20 12:00", loaded=at(loaded))
            book.does_not_count(who, june)
            book.corrects(who, june, "late_addition")
        for who in known[:2]:
            book.add("bookings", booking_id=f"bk-{who}", _deleted=True, loaded=at("2026-08-20 03:00"))
            book.corrects(who, june, "retraction")
