"""The pages of one account as files: the account, everybody who counted, every bill. Whole by itself, complete.

Periods stand together on a page as long as it does not get long, so that neither thousands of tiny files come about nor a page
that no browser likes. Addresses name the period after a #.
"""

import os
import shutil
from datetime import date
from itertools import groupby
from pathlib import Path

from headcount.pages.account import SECTIONS, account_page, find_account
from headcount.pages.addresses import Static
from headcount.pages.bill import bills
from headcount.pages.lists import LISTINGS
from headcount.pages.render import ASSETS, FOLDER, named, render, said
from headcount.pages.spelled import day

# Rows of people, or bills, on one page.
PAGE_PEOPLE, PAGE_BILLS = 2_000, 36

_EXPLAINED = (("movement", "movement"), ("reason", "reason"), ("rule", "rule_id"), ("source", "source"))
# The lines stand in the bills. What is still to be decided is not for the customer.
_SECTIONS = tuple(name for name in SECTIONS if name != "lines")
_FOR_CUSTOMERS = tuple(name for name in _SECTIONS if name not in ("exceptions", "held"))

_PEOPLE = {
    # The lists of one period, for all periods at once of all accounts that the reading has.
    name: LISTINGS[name]
    .sql.replace("and period_start_on <= $day and ($location is null or location_id = $location)", "")
    .replace("max(period_start_at) as period_start_at", "period_start_at")
    .replace("group by account_id, location_id\n    )", "group by account_id, location_id, period_start_at\n    )")
    .replace("account_id = $account", "account_id is not null")
    for name in ("counted", "lost", "uncounted")
}


def copy_assets(folder: Path, other: Path | None = None) -> None:
    """Styles and script: as they stand in another folder on the same disk, so that they take room once, or copied."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ASSETS:
        try:
            os.link((other or folder) / name, folder / name)
        except OSError:
            # There is no other, or no link on this disk.
            shutil.copyfile(FOLDER / "static" / name, folder / name)


def write_folder(reading, account_id: str, folder: Path, assets: Path | None = None, for_customer_of: date | None = None) -> int:
    """Write the folder, with the styles and script of another one. Returns how many pages it has. Of a packet for the customer
    the account shows the period of that day, and neither the worklist nor what is undecided."""
    account = find_account(reading, account_id)
    copy_assets(folder, assets)
    everything = reading.rows(
        "select * from place_periods where account_id = $account order by period_start_on desc, location_id", account=account_id
    )
    by_day = {on: list(periods) for on, periods in groupby(everything, lambda period: period["period_start_on"])}
    people = _people(reading, account_id, by_day)
    of_people = _files("people", [(on, _length(one)) for on, one in people.items()], PAGE_PEOPLE)
    of_bills = _files("bills", [(on, 1) for on in by_day], PAGE_BILLS)
    written = {"people": of_people, "bills": of_bills}
    periods = {(kind, on): file for kind, files in written.items() for file, days in files.items() for on in days}
    to = Static({}, periods=periods, account=account_id)
    page = account_page(reading, account, None, for_customer_of, None, _FOR_CUSTOMERS if for_customer_of else _SECTIONS)
    if for_customer_of:
        page |= {"work": [], "work_elsewhere": []}
    pages = {"account.html": render("account.html", to, reading, **page)}
    many = len({period["location_id"] for period in everything}) > 1
    for file, days in of_people.items():
        shown = [row for on in days for row in (*people[on]["counted"], *people[on]["uncounted"])]
        codes = sorted({(kind, row[of]) for kind, of in _EXPLAINED for row in shown if row.get(of)})
        pages[file] = render(
            "people_static.html", to, reading, account=account, periods=[people[on] for on in days], many=many,
            files=list(of_people), bill_files=list(of_bills), said=[(kind, code, said(kind, code)) for kind, code in codes],
        )  # fmt: skip
    for file, days in of_bills.items():
        made = bills(reading, account, None, [(on, by_day[on]) for on in days])
        pages[file] = render(
            "bills.html", to, reading, account=account, bills=made, files=list(of_people), bill_files=list(of_bills)
        )
    for name, html in pages.items():
        (folder / name).write_text(html, "utf-8", "surrogatepass")
    return len(pages)


def _people(reading, account: str, by_day: dict[date, list[dict]]) -> dict[date, dict]:
    """Everybody of each period, by the day on which it began."""
    found = {
        on: {"on": on, "users": sum(period["active_users"] for period in periods), "counted": [], "lost": [], "uncounted": []}
        for on, periods in by_day.items()
    }
    for name, sql in _PEOPLE.items():
        order = LISTINGS[name].order
        for row in reading.grouped(name, f"select * from ({sql}) as listed order by {order}").get(account, ()):
            found[row["period_start_on"]][name].append(_in_words(name, row))
    return found


def _in_words(name: str, row: dict) -> dict:
    if name == "counted":
        paid = f", paid for by {row['payer_customer_id']}" if row["payer_customer_id"] else ""
        row["moved"] = named("movement", row["movement"]) if row["movement"] else ""
        by, did = named("source", row["source"]), named("activity", row["activity_type"])
        place = "" if row["location_id"] == row["account_id"] else f"{row['location_name']} · "
        row["group"] = (f"{place}{by}" if by == did else f"{place}{by}: {did}", row["rule_id"] or "")
        row["moved"] += paid
    if name == "uncounted":
        row["why"] = named("reason", row["reason"])
    if name != "lost":
        row["at"] = f"{day(row['evidence_at'])}, {row['evidence_at']:%H:%M}" if row["evidence_at"] else ""
        row["did"] = named("activity", row["activity_type"])
    return row


def _length(one: dict) -> int:
    return len(one["counted"]) + len(one["uncounted"])


def _files(kind: str, lengths: list[tuple[date, int]], most: int) -> dict[str, list[date]]:
    """File -> the days of its periods: as many whole periods as fit, one at least."""
    files: dict[str, list[date]] = {}
    room = 0
    for on, length in lengths:
        if not files or length > room:
            files[f"{kind}-{len(files) + 1}.html" if files else f"{kind}.html"] = []
            room = most
        files[list(files)[-1]].append(on)
        room -= length
    return files
