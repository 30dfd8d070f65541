"""A small coworking on the stand-in for Nexudus, of which everybody can say by the rules of 2026 who counts."""

from datetime import UTC, datetime, timedelta

from tests.support.nexudus import Nexudus

PEOPLE = ("owner", "mate", "asleep", "guest", "audience", "freebie", "billed", "voided", "visitor")
DAY = timedelta(days=1)


def counted_house(nexudus: Nexudus) -> dict[str, str]:
    """A network of two locations, which opens on 1 August 2026 and is invoiced on 1 September and 1 October. Gives names by
    id. In August somebody falls asleep who has a contract; in September all sorts of things happen once."""
    nexudus.now, put = datetime(2026, 8, 1, tzinfo=UTC), nexudus.put
    pound, zone = put("currencies", Code="GBP"), put("simpletimezones", Name="GMT Standard Time")
    hub = put("businesses", Name="Hub", CurrencyId=pound, SimpleTimeZoneId=zone)
    annex = put("businesses", Name="Annex", CurrencyId=pound, SimpleTimeZoneId=zone, RootLocationId=hub)
    who = {name: put("coworkers", FullName=name, InvoicingBusinessId=hub, Active=True, Archived=False) for name in PEOPLE}
    put("teams", BusinessId=annex, PayingMemberId=who["owner"], CreateSingleInvoiceForTeam=True, TeamMembers=[who["mate"]])
    for name in ("owner", "asleep"):
        starts = {"TariffPrice": 0, "StartDate": "2027-01-01T00:00:00Z"}
        put("coworkercontracts", CoworkerId=who[name], IssuedById=hub, TariffName="Desk", **starts)
    nexudus.now += 9 * DAY
    put("coworkers", Id=who["asleep"], Active=False)
    audit = {"EntityShortName": "Coworker", "EntityId": who["asleep"], "PropertyName": "Active", "AuditType": 2}
    put("audit_of_coworkers", OldValue="True", NewValue="False", **audit)
    _invoice_both(nexudus, hub, annex, month=9)
    nexudus.now += 9 * DAY
    _september(nexudus, hub, annex, who)
    _invoice_both(nexudus, hub, annex, month=10)
    nexudus.pass_time(minutes=5)
    return {str(number): name for name, number in {**who, "hub": hub, "annex": annex}.items()}


def _invoice_both(nexudus: Nexudus, hub: int, annex: int, month: int) -> None:
    nexudus.now = datetime(2026, month, 1, tzinfo=UTC)
    for location in (hub, annex):
        nexudus.put("invoices", BusinessId=location, InvoiceNumber=str(month), TotalAmount=10, CurrencyCode="GBP")


def _september(nexudus: Nexudus, hub: int, annex: int, who: dict[str, int]) -> None:
    put = nexudus.put
    booked = {"CoworkerId": who["guest"], "ResourceId": put("resources", Name="Desk", BusinessId=annex)}
    booked |= {"FromTime": nexudus.spelled(3 * DAY), "ToTime": nexudus.spelled(4 * DAY)}
    booking = put("bookings", OverridePrice=0, **booked)
    put("cancelledbookings", OriginalBookingId=booking, CancelledOn=nexudus.spelled(DAY), Price=0, **booked)
    nexudus.remove("bookings", booking, audited="Booking")
    put("eventattendees", CoworkerId=who["audience"], BusinessId=hub, CalendarEventName="Talk", EventProductPrice=5)
    put("coworkerproducts", CoworkerId=who["freebie"], BusinessId=hub, ProductName="Mug", ProductPrice=0)
    lines = {"billed": "BookingUniqueId", "voided": "BookingUniqueId", "visitor": "CoworkerTimePassUniqueId"}
    for name, link in lines.items():
        said = {"Draft": False, "CreditNote": False, "Void": name == "voided"}
        invoice = put("coworkerinvoices", CoworkerId=who[name], BusinessId=hub, **said)
        put("coworkerinvoicelines", CoworkerInvoiceId=invoice, SubTotal=20, **{link: "x"})
