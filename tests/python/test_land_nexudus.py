"""`headcount land nexudus` against a stand-in for the API: nothing missed, nothing twice, nothing that it does not say
invented. About 15 s."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from headcount.cli import main
from headcount.errors import HeadcountError
from headcount.land.nexudus import api as asking
from headcount.land.nexudus import land_nexudus
from headcount.land.nexudus.entities import entities
from headcount.land.place import forbid_during_load
from headcount.project import PROJECT
from headcount.seeds import rows
from headcount.timezones import zone_names
from tests.kill_nexudus import Hunt
from tests.support.command import environment
from tests.support.kept_secret import run_and_look
from tests.support.nexudus import PASSWORD, USER, Nexudus
from tests.support.nexudus_house import counted_house
from tests.support.warehouse import build

UNHURRIED = ((0, 1),)


@pytest.fixture
def nexudus(monkeypatch):
    monkeypatch.setenv("NEXUDUS_USERNAME", USER)
    monkeypatch.setenv("NEXUDUS_PASSWORD", PASSWORD)
    monkeypatch.delenv("NEXUDUS_TOKEN", raising=False)
    with Nexudus() as server:
        yield server


@pytest.fixture
def house(nexudus):
    """A network of two locations with one record of each kind, and the ids."""
    put = nexudus.put
    pound, zone = put("currencies", Code="GBP"), put("simpletimezones", Name="GMT Standard Time")
    hub = put("businesses", Name="Hub", CurrencyId=pound, SimpleTimeZoneId=zone)
    annex = put("businesses", Name="Annex", CurrencyId=pound, SimpleTimeZoneId=zone, RootLocationId=hub)
    desk = put("resources", Name="Desk", BusinessId=annex)
    ann, bob, eve = (put("coworkers", FullName=who, InvoicingBusinessId=hub, Active=True, Archived=False) for who in "abe")
    team = put("teams", BusinessId=annex, PayingMemberId=ann, CreateSingleInvoiceForTeam=True, TeamMembers=[ann, bob])
    contract = put("coworkercontracts", CoworkerId=ann, IssuedById=hub, TariffName="Full", TariffPrice=33.33, Quantity=3)
    put("contractpausedperiods", CoworkerContractId=contract, PauseFrom="2026-01-01T00:00:00Z", PauseUntil="2099-01-01T00:00:00Z")
    put("contractpausedperiods", CoworkerContractId=contract, PauseFrom="2025-01-01T00:00:00Z", PauseUntil="2025-02-01T00:00:00Z")
    sale = put("coworkerproducts", CoworkerId=bob, BusinessId=hub, ProductName="Locker", RegularCharge=True, ProductPrice=7)
    times = {"FromTime": nexudus.spelled(), "ToTime": nexudus.spelled()}
    booking = put("bookings", CoworkerId=bob, ResourceId=desk, OverridePrice=12.345, **times)
    ticket = put("eventattendees", CoworkerId=None, BusinessId=hub, CalendarEventName="Talk", EventProductPrice=None)
    invoice = put("coworkerinvoices", CoworkerId=ann, BusinessId=hub, Draft=False, CreditNote=False, Void=False)
    line = put("coworkerinvoicelines", CoworkerInvoiceId=invoice, SubTotal=-4.5, CoworkerTimePassUniqueId="x")
    bill = put("invoices", BusinessId=hub, InvoiceNumber="N1", TotalAmount=99.99, CurrencyCode="GBP")
    nexudus.pass_time(minutes=30)
    return SimpleNamespace(**{name: value for name, value in locals().items() if name not in ("nexudus", "put", "times")})


def person(house) -> dict:
    return {"FullName": "somebody", "InvoicingBusinessId": house.hub, "Active": True, "Archived": False}


@pytest.fixture
def land(nexudus, tmp_path, capsys):
    """A load into the landing zone; gives what it said."""

    def landed(**more) -> str:
        land_nexudus(tmp_path, nexudus.url, rates=UNHURRIED, **more)
        return capsys.readouterr().out

    return landed


def in_force(landing: Path, table: str) -> dict[str, dict]:
    """The latest version of each key that has not been deleted."""
    if not (landing / table).exists():
        return {}
    found = duckdb.execute(f"select * from read_parquet('{landing}/{table}/*/*.parquet', union_by_name = true)")
    names = [column[0] for column in found.description]
    latest: dict[str, dict] = {}
    for row in sorted((dict(zip(names, one)) for one in found.fetchall()), key=lambda one: one["_loaded_at"]):
        latest[row[names[0]]] = row
    return {key: row for key, row in latest.items() if not row.get("_deleted")}


def test_every_table_lands_as_the_api_says(house, land, tmp_path):
    assert "16 rows landed" in land()
    hub, annex, ann, bob = (str(one) for one in (house.hub, house.annex, house.ann, house.bob))
    expected = {
        "accounts": {"account_id": hub, "product": "nexudus", "timezone": "Europe/London", "currency": "GBP"},
        "locations": {"location_id": annex, "account_id": hub, "location_name": "Annex", "timezone": "Europe/London"},
        "customers": {"customer_id": ann, "account_id": hub, "home_location_id": hub, "display_name": "a"},
        "teams": {"account_id": hub, "location_id": annex, "paying_customer_id": ann, "has_merged_invoicing": True},
        "team_memberships": {"team_id": str(house.team), "customer_id": bob, "left_at": None},
        "contracts": {"customer_id": ann, "location_id": hub, "plan_name": "Full", "price": Decimal("99.99")},
        "product_sales": {"customer_id": bob, "product_name": "Locker", "is_recurring": True, "price": Decimal("7")},
        "bookings": {"customer_id": bob, "location_id": annex, "resource_name": "Desk", "price": Decimal("12.345")},
        "event_tickets": {"customer_id": None, "location_id": hub, "event_name": "Talk", "price": Decimal(0)},
        "invoices": {"customer_id": ann, "is_draft": False, "is_credit_note": False, "voided_at": None},
        "invoice_lines": {"invoice_id": str(house.invoice), "line_type": "time_pass", "amount": Decimal("-4.5")},
        "platform_invoices": {"account_id": hub, "location_id": hub, "invoice_number": "N1", "billed_amount": Decimal("99.99")},
    }
    for table, wanted in expected.items():
        rows = in_force(tmp_path, table).values()
        assert any(wanted.items() <= row.items() for row in rows), (table, rows)
    (contract,) = in_force(tmp_path, "contracts").values()
    assert f"{contract['paused_at']:%Y}" == "2026"
    assert "no news" in land().splitlines()[-1]


def test_only_what_was_changed_is_asked_for_and_landed(nexudus, house, land, tmp_path):
    times = {"FromTime": nexudus.spelled(), "ToTime": nexudus.spelled()}
    for _ in range(300):
        nexudus.put("bookings", CoworkerId=house.bob, ResourceId=house.desk, **times)
    nexudus.pass_time(minutes=30)
    land()
    before = len(nexudus.asked)
    nexudus.pass_time(hours=1)
    nexudus.put("bookings", Id=house.booking, OverridePrice=20)
    nexudus.pass_time(minutes=2)
    assert "bookings: 1 changed" in land()
    bookings = [one for one in nexudus.asked[before:] if "/bookings" in one]
    assert len(bookings) == 1
    assert "from_Booking_UpdatedOn=" in bookings[0]
    assert in_force(tmp_path, "bookings")[str(house.booking)]["price"] == 20


def test_what_changes_between_two_pages_is_missed_by_no_reading(nexudus, house, land, tmp_path):
    seed = random.randrange(1_000_000)
    print("seed", seed)
    draw = random.Random(seed)
    nexudus.biggest_page = 10
    ids = [nexudus.put("coworkers", **person(house)) for _ in range(95)]
    nexudus.pass_time(minutes=30)
    touched = set()

    def change(path: str, page: int) -> None:
        if path == "spaces/coworkers":
            nexudus.pass_time(seconds=draw.choice([0, 20, 70]))
            # One goes from anywhere, and one comes in low down where a list is of what was updated.
            gone, first = draw.choice(sorted(set(ids) - touched)[1:]), min(set(ids) - touched)
            touched.update((gone, first))
            if draw.random() < 0.5:
                nexudus.remove("coworkers", gone, audited="Coworker")
            nexudus.put("coworkers", Id=first)
            nexudus.put("coworkers", **person(house))

    nexudus.before_page = change
    land()
    assert {str(one) for one in set(ids) - touched} <= set(in_force(tmp_path, "customers"))
    # A list of what was updated, into which others come while it is read.
    nexudus.pass_time(hours=2)
    updated = sorted(set(ids) - touched)[25:]
    for one in updated:
        nexudus.put("coworkers", Id=one, FullName="updated")
    nexudus.pass_time(minutes=2)
    land()
    held = in_force(tmp_path, "customers")
    assert {held[str(one)]["display_name"] for one in set(updated) - touched} == {"updated"}
    nexudus.before_page = lambda path, page: None
    nexudus.pass_time(hours=2)
    land()
    assert set(in_force(tmp_path, "customers")) == {str(one) for one in nexudus.records["spaces/coworkers"]}


def test_a_deletion_is_known_by_the_trail_or_when_all_is_listed_again(nexudus, house, land, tmp_path):
    land()
    nexudus.pass_time(days=1)
    nexudus.remove("bookings", house.booking, audited="Booking")
    nexudus.remove("eventattendees", house.ticket)
    nexudus.pass_time(minutes=2)
    assert "bookings: 1 gone" in land(allow_shrink=True)
    assert len(in_force(tmp_path, "event_tickets")) == 1
    nexudus.put("eventattendees", BusinessId=house.hub)
    nexudus.pass_time(days=7)
    assert "event_tickets: 1 new, 1 gone" in land(allow_shrink=True)


def test_a_trail_that_says_deleted_of_a_record_that_is_there_is_not_believed(nexudus, house, land, tmp_path):
    land()
    nexudus.put("audit_of_deletions", EntityShortName="Booking", EntityId=house.booking, AuditType=3)
    nexudus.pass_time(minutes=2)
    land()
    assert str(house.booking) in in_force(tmp_path, "bookings")


def test_a_cancelled_booking_stays_one_booking(nexudus, house, land, tmp_path):
    land()
    unique = nexudus.records["spaces/bookings"][house.booking]["UniqueId"]
    nexudus.remove("bookings", house.booking)
    nexudus.pass_time(hours=1)
    nexudus.put(
        "cancelledbookings", CoworkerId=house.bob, ResourceId=house.desk, FromTime=nexudus.spelled(), ToTime=nexudus.spelled(),
        Price=3, CancelledOn=nexudus.spelled(), OriginalBookingId=unique,
    )  # fmt: skip
    nexudus.pass_time(minutes=2)
    assert "bookings: 1 changed" in land()
    (booking,) = in_force(tmp_path, "bookings").values()
    assert (booking["booking_id"], booking["price"]) == (str(house.booking), 3)
    assert booking["booked_at"] < booking["cancelled_at"]


def test_who_joins_and_leaves_a_team_is_told_by_the_difference_of_two_loads(nexudus, house, land, tmp_path):
    land()
    nexudus.pass_time(hours=1)
    told = nexudus.spelled()
    nexudus.put("audit_of_teams", EntityShortName="Team", EntityId=house.team, PropertyName="TeamMembers", AuditType=2)
    nexudus.pass_time(hours=1)
    nexudus.put("teams", Id=house.team, TeamMembers=[house.ann, house.eve])
    nexudus.pass_time(hours=1)
    land()
    shutil.rmtree(tmp_path / ".nexudus")
    nexudus.now = datetime.now(UTC).replace(microsecond=0)
    nexudus.pass_time(hours=1)
    back = nexudus.spelled()
    nexudus.put("teams", Id=house.team, TeamMembers=[house.ann, house.bob, house.eve])
    nexudus.pass_time(hours=1)
    land()
    memberships = in_force(tmp_path, "team_memberships")
    spelled = {
        key.removeprefix(f"{house.team}-"): [one and f"{one:%Y-%m-%dT%H:%M:%SZ}" for one in (row["joined_at"], row["left_at"])]
        for key, row in memberships.items()
    }
    first = nexudus.records["spaces/teams"][house.team]["CreatedOn"]
    assert spelled == {
        f"{house.ann}": [first, None],
        f"{house.bob}": [first, told],
        f"{house.eve}": [told, None],
        f"{house.bob}-2": [back, None],
    }


def test_archived_does_not_end_suspended_and_each_change_has_the_instant_of_the_trail(nexudus, house, land, tmp_path):
    def changed(flag: str, old: bool, new: bool) -> str:
        nexudus.pass_time(hours=1)
        audit = {"EntityShortName": "Coworker", "EntityId": house.ann, "PropertyName": flag, "AuditType": 2}
        nexudus.put("audit_of_coworkers", OldValue=str(old), NewValue=str(new), **audit)
        nexudus.put("coworkers", Id=house.ann, **{flag: new})
        return nexudus.spelled()

    suspended = changed("Active", True, False)
    changed("Archived", False, True)
    archived = changed("Active", False, True)
    active = changed("Archived", True, False)
    nexudus.pass_time(hours=1)
    nexudus.put("coworkers", Id=house.bob, Active=False)
    untold = nexudus.spelled()
    nexudus.pass_time(minutes=2)
    land()
    nexudus.put("coworkers", Id=house.bob, FullName="other")
    nexudus.pass_time(minutes=2)
    land()
    found = sorted(
        (row["customer_id"], f"{row['changed_at']:%Y-%m-%dT%H:%M:%SZ}", row["status"])
        for row in in_force(tmp_path, "customer_status_changes").values()
    )
    ann, bob = str(house.ann), str(house.bob)
    assert found == [
        (ann, suspended, "suspended"), (ann, archived, "archived"), (ann, active, "active"), (bob, untold, "suspended"),
    ]  # fmt: skip


def test_a_trail_that_is_ahead_of_the_record_is_believed(nexudus, house, land, tmp_path):
    """A record that is updated while the lists are read is as it was until the next load."""
    nexudus.pass_time(hours=1)
    audit = {"EntityShortName": "Coworker", "EntityId": house.ann, "PropertyName": "Active", "AuditType": 2}
    nexudus.put("audit_of_coworkers", OldValue="True", NewValue="False", **audit)
    nexudus.pass_time(minutes=2)
    land()
    nexudus.put("coworkers", Id=house.ann, Active=False)
    nexudus.pass_time(minutes=2)
    land()
    assert [row["status"] for row in in_force(tmp_path, "customer_status_changes").values()] == ["suspended"]


def test_all_lists_of_a_load_end_at_one_instant(nexudus, house, land, tmp_path):
    """So none is read to a later one than those that it refers to."""

    def put_both(path: str, page: int) -> None:
        if path == "spaces/teams":
            nexudus.before_page = lambda path, page: None
            nexudus.pass_time(minutes=5)
            who = nexudus.put("coworkers", **person(house))
            nexudus.put("coworkerproducts", CoworkerId=who, BusinessId=house.hub, ProductName="Late", ProductPrice=1)
            nexudus.pass_time(minutes=5)

    nexudus.before_page = put_both
    for count in (1, 2):
        land()
        people = in_force(tmp_path, "customers")
        sales = in_force(tmp_path, "product_sales").values()
        assert (len(sales), {sale["customer_id"] for sale in sales} <= set(people)) == (count, True)


def test_the_instant_of_voiding_is_the_trail_s_else_that_of_the_update(nexudus, house, land, tmp_path):
    other = nexudus.put("coworkerinvoices", CoworkerId=house.bob, BusinessId=house.hub, Draft=False, CreditNote=False, Void=False)
    land()
    nexudus.pass_time(hours=1)
    told = nexudus.spelled()
    audit = {"EntityShortName": "CoworkerInvoice", "EntityId": house.invoice, "PropertyName": "Void", "AuditType": 2}
    nexudus.put("audit_of_invoices", OldValue="False", NewValue="True", **audit)
    nexudus.pass_time(hours=1)
    updated = nexudus.spelled()
    for one in (house.invoice, other):
        nexudus.put("coworkerinvoices", Id=one, Void=True)
    nexudus.pass_time(hours=1)
    land()
    nexudus.put("coworkerinvoices", Id=other, Draft=True)
    nexudus.pass_time(hours=1)
    land()
    voided = {key: f"{row['voided_at']:%Y-%m-%dT%H:%M:%SZ}" for key, row in in_force(tmp_path, "invoices").items()}
    assert voided == {str(house.invoice): told, str(other): updated}


def test_a_contract_that_is_cancelled_without_a_date_has_that_of_the_update(nexudus, house, land, tmp_path):
    def cancelled_at() -> str | None:
        nexudus.pass_time(minutes=2)
        land()
        ((at,),) = ([row["cancelled_at"]] for row in in_force(tmp_path, "contracts").values())
        return at and f"{at:%Y-%m-%dT%H:%M:%SZ}"

    nexudus.put("coworkercontracts", Id=house.contract, Cancelled=True)
    updated = nexudus.spelled()
    assert cancelled_at() == updated
    nexudus.pass_time(hours=1)
    nexudus.put("coworkercontracts", Id=house.contract, TariffName="other")
    assert cancelled_at() == updated
    nexudus.put("coworkercontracts", Id=house.contract, CancellationDate="2030-01-01T00:00:00Z")
    assert cancelled_at() == "2030-01-01T00:00:00Z"
    nexudus.put("coworkercontracts", Id=house.contract, CancellationDate=None, Cancelled=False)
    assert cancelled_at() is None


def test_throttled_failing_cut_off_and_with_a_token_that_expires_it_goes_on(nexudus, house, land, monkeypatch):
    waited = []
    monkeypatch.setattr(asking.time, "sleep", waited.append)
    nexudus.hang_up_every = 11
    nexudus.throttle_every, nexudus.fail_every, nexudus.token_lasts, nexudus.batches = 3, 7, 5, False
    one_more = {"PayingMemberId": house.bob, "CreateSingleInvoiceForTeam": False, "TeamMembers": [house.bob]}
    nexudus.put("teams", BusinessId=house.hub, **one_more)
    nexudus.pass_time(minutes=2)
    assert "18 rows landed" in land()
    assert len(nexudus.tokens) > 3
    assert 0 in waited
    assert any(seconds >= 1 for seconds in waited)


def test_a_token_without_a_password_that_expires_is_said_and_the_next_goes_on_from_there(nexudus, house, land, monkeypatch):
    monkeypatch.delenv("NEXUDUS_PASSWORD")
    monkeypatch.delenv("NEXUDUS_USERNAME")
    monkeypatch.setenv("NEXUDUS_TOKEN", "old")
    nexudus.tokens["old"] = 12
    with pytest.raises(HeadcountError, match="does not accept the NEXUDUS_TOKEN any more"):
        land()
    monkeypatch.setenv("NEXUDUS_TOKEN", "new")
    nexudus.tokens["new"] = 100
    before = len(nexudus.asked)
    assert "16 rows landed" in land()
    assert all("from_Coworker_UpdatedOn" in one for one in nexudus.asked[before:] if "/coworkers?" in one)


def test_no_rate_of_the_documentation_is_overstepped(monkeypatch):
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(asking.time, "monotonic", lambda: clock.now)
    monkeypatch.setattr(asking.time, "sleep", lambda seconds: setattr(clock, "now", clock.now + seconds))
    monkeypatch.setenv("NEXUDUS_TOKEN", "token")
    one, asked = asking.Api("https://spaces.nexudus.com"), []
    for _ in range(6_000):
        one._keep_to_rates()
        asked.append(clock.now)
    for span, requests in asking.RATES:
        assert all(later - earlier > span - 1e-6 for earlier, later in zip(asked, asked[requests:]))
    assert asked[5_000] < 3_700


def test_a_reading_that_is_killed_goes_on_where_it_was(nexudus, house, land, tmp_path):
    nexudus.biggest_page = 5
    for _ in range(200):
        nexudus.put("coworkers", **person(house))
    nexudus.pass_time(minutes=30)
    script = (
        f"from pathlib import Path; from headcount.land.nexudus import land_nexudus; "
        f"land_nexudus(Path({str(tmp_path)!r}), {nexudus.url!r}, rates={UNHURRIED!r})"
    )
    for pages in (8, 25):
        words = [sys.executable, "-c", script]
        with subprocess.Popen(words, cwd=PROJECT, env=environment(), stderr=subprocess.DEVNULL) as process:
            while process.poll() is None and sum("/coworkers" in one for one in nexudus.asked) < pages:
                time.sleep(0.002)
            process.send_signal(signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
        assert not list(tmp_path.glob("*/*/*.parquet"))
    # Of what comes after the window of a reading the next load tells too.
    nexudus.pass_time(hours=2)
    nexudus.put("coworkers", **person(house))
    nexudus.pass_time(minutes=2)
    land()
    assert set(in_force(tmp_path, "customers")) == {str(one) for one in nexudus.records["spaces/coworkers"]}
    # 203 in pages of 5, the first twice, at most one page more for each kill, and one of what came later.
    assert sum("/coworkers" in one for one in nexudus.asked) <= 42 + 2 + 1


def test_the_load_after_some_that_were_killed_is_as_if_none_had_been(nexudus, tmp_path):
    """`python -m tests.kill_nexudus --times 50` kills more."""
    assert len(Hunt(nexudus, tmp_path, random.Random()).round(kills=2)) == 2


def test_a_night_may_begin_while_pages_are_read(nexudus, house, land, tmp_path):
    """What is read of the API lands by the instant at which all of it has been read; only then a night waits."""
    nexudus.before_page = lambda path, page: forbid_during_load(tmp_path)
    assert "16 rows landed" in land()


def test_a_night_over_what_has_landed_counts_as_the_rules_say(nexudus, land, tmp_path, compiled):
    """X3, X5, X6, X7, X8, X9, X10, X11, by the rules of 2026."""
    named = counted_house(nexudus)
    assert "rows landed" in land()
    as_of = datetime.now(UTC) + timedelta(hours=25)
    with build(compiled, tmp_path, f"{as_of:%Y-%m-%dT%H:%M:%S}") as connection:
        assert connection.execute("select * from marts.rejected_records").fetchall() == []
        found = connection.execute(
            "select location_id, month(period_start_on), customer_id, sources from marts.fct_active_users "
            "where period_start_at < timestamp '2026-10-01'"
        ).fetchall()
    assert sorted((named[location], month, named[customer], sources) for location, month, customer, sources in found) == [
        ("annex", 9, "guest", "booking"),
        ("hub", 8, "asleep", "contract"), ("hub", 8, "mate", "team"), ("hub", 8, "owner", "contract"),
        ("hub", 9, "billed", "invoice"), ("hub", 9, "mate", "team"), ("hub", 9, "owner", "contract"),
    ]  # fmt: skip


def test_since_reads_again_what_was_changed_from_then_on(nexudus, house, land, tmp_path):
    land()
    store = duckdb.connect(str(tmp_path / ".nexudus" / "read.duckdb"))
    store.execute("update coworkers set FullName = 'lost'")
    store.close()
    nexudus.pass_time(days=1)
    assert "customers: 3 changed" in land()
    before = nexudus.spelled()
    assert "no news" in land(since=before).splitlines()[-1]
    assert "customers: 3 changed" in land(since="2020-01-01T00:00:00Z")


def test_what_stands_against_it_is_one_line_and_nothing_lands(nexudus, house, land, tmp_path, monkeypatch):
    with pytest.raises(HeadcountError, match="is not an instant"):
        land(since="yesterday")
    nexudus.put("simpletimezones", Id=house.zone, Name="Moon")
    nexudus.pass_time(minutes=2)
    with pytest.raises(HeadcountError, match="'Annex': its time zone 'Moon'"):
        land()
    nexudus.put("simpletimezones", Id=house.zone, Name="GMT Standard Time")
    members = nexudus.records["spaces/teams"][house.team].pop("TeamMembers")
    nexudus.pass_time(minutes=2)
    with pytest.raises(HeadcountError, match="has no TeamMembers"):
        land()
    nexudus.records["spaces/teams"][house.team]["TeamMembers"] = members
    nexudus.records["spaces/coworkers"][house.ann].pop("UpdatedOn")
    nexudus.pass_time(days=8)
    with pytest.raises(HeadcountError, match="has no UpdatedOn"):
        land()
    monkeypatch.setenv("NEXUDUS_PASSWORD", "wrong word")
    with pytest.raises(HeadcountError, match="does not sign this user in") as error:
        land()
    assert "wrong word" not in str(error.value)
    assert not list(tmp_path.glob("*/*/*.parquet"))


@pytest.mark.parametrize(
    "url", ["ftp://x", "spaces.nexudus.com", "http://example.com", "https://admin:secret@spaces.nexudus.com", ""]
)
def test_an_address_that_will_not_do_is_refused(url, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NEXUDUS_TOKEN", "token")
    assert main(["land", "nexudus", "--landing", str(tmp_path), "--url", url]) == 2
    said = capsys.readouterr().err
    assert (len(said.splitlines()), "secret" in said) == (1, False)
    assert not list(tmp_path.iterdir())


def test_nobody_signed_in_is_said_before_anything_is_made(tmp_path, monkeypatch, capsys):
    for name in ("NEXUDUS_TOKEN", "NEXUDUS_USERNAME", "NEXUDUS_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    assert main(["land", "nexudus", "--landing", str(tmp_path / "none")]) == 2
    assert "NEXUDUS_PASSWORD" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_no_password_and_no_token_stands_anywhere(nexudus, house, tmp_path):
    run_and_look(tmp_path, PASSWORD, "land", "nexudus", "--landing", tmp_path / "landing", "--url", nexudus.url)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in files if any(token.encode() in path.read_bytes() for token in nexudus.tokens)]
    assert os.stat(tmp_path / "landing" / ".nexudus").st_mode & 0o077 == 0


def test_each_list_has_fields_that_some_table_takes():
    files = ("mapping.yml", "origin.py", "derived.py", "reading.py")
    code = "".join((PROJECT / "headcount/land/nexudus" / name).read_text() for name in files)
    unused = [(one.name, name) for one in entities().values() for name in one.fields if name not in code]
    assert not unused


def test_each_zone_of_the_map_is_one_of_the_tz_database():
    named = rows("maps/map_nexudus_timezones.csv")
    assert len({row["zone_name"] for row in named}) == len(named) > 100
    assert {row["timezone"] for row in named} <= set(zone_names())


def test_a_load_is_a_line_of_results(nexudus, house, tmp_path):
    words = ["land", "nexudus", "--landing", str(tmp_path / "landing"), "--url", nexudus.url, "--json", str(tmp_path / "results")]
    assert main(words) == 0
    said = json.loads((tmp_path / "results").read_text())
    assert (said["command"], said["rows"], said["tables"]["customers"]["new"]) == ("land nexudus", 16, 3)
