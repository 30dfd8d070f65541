"""`headcount site`: the pages as files; a folder of its own for each account."""

import os
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import duckdb

from headcount.dashboard.folder import copy_assets, write_folder
from headcount.errors import CheckFailed, UsageError
from headcount.pages.accounts import account_states
from headcount.pages.addresses import Static, folder_of
from headcount.pages.lists import LISTINGS, Asked, ask
from headcount.pages.others import rules
from headcount.pages.overview import overview
from headcount.pages.reading import Reading, Shelf
from headcount.pages.render import render
from headcount.warehouse import first_line, open_warehouse
from headcount.written import whole_folder

# Only a folder with this file in it is ever replaced.
MARK = ".headcount-site"

# The lists of all accounts; a longer one goes on in a further file.
LISTS = ("work", "accounts", "over-limit", "exceptions", "held", "invoices", "corrections", "adjustments", "thresholds",
         "closed", "left", "landed", "rejected")  # fmt: skip
LIST_ROWS = 2_000

# Accounts whose rows are put into memory together: reading the whole warehouse takes as long for one as for many.
BATCH = 100


def site(warehouse: Path, output: Path, accounts: list[str] | None = None) -> int:
    """Write index.html, lists and rules.html of all accounts, and accounts/ID/ with all pages of each.

    Nothing about one account stands in the folder of another. Raises UsageError for an unknown account and for a
    folder that is not a site, CheckFailed when a page cannot be made; then the folder is as it was before.
    """
    chosen = _accounts(warehouse, accounts)
    with whole_folder(output, MARK, "site") as making:
        try:
            pages = _write(warehouse, making, chosen)
        except duckdb.Error as error:
            raise CheckFailed(f"a page could not be made of {warehouse}: {first_line(error)}") from error
    output = output.resolve()
    print(f"{pages:,} pages for {len(chosen):,} accounts in {output}; begin with {output / 'index.html'}")
    return 0


def _accounts(warehouse: Path, wanted: list[str] | None) -> list[str]:
    with open_warehouse(warehouse) as connection:
        known = [row[0] for row in connection.execute("select account_id from marts.dim_accounts order by 1").fetchall()]
    found = set(known)
    for account in wanted or ():
        if account not in found:
            raise UsageError(f"account {account!r} is not in {warehouse}")
    return list(wanted or known)


def _write(warehouse: Path, folder: Path, accounts: list[str]) -> int:
    folders = {account: folder_of(account) for account in accounts}
    copy_assets(folder)
    # The accounts are shared out over the cores.
    cores = os.cpu_count() or 1
    jobs = [(warehouse, folder, share) for core in range(cores) if (share := accounts[core::cores])]
    pages = _write_of_all(warehouse, folder, folders)
    with ProcessPoolExecutor(max(1, len(jobs)), mp_context=get_context("spawn")) as pool:
        return pages + sum(pool.map(_write_accounts, jobs))


def _write_of_all(warehouse: Path, folder: Path, folders: dict[str, str]) -> int:
    with Reading(Shelf(warehouse)) as reading:
        lists = [name for name in LISTS if name not in ("held", "left") or reading.has("exports", "exported_held_lines")]
        to = Static(folders, frozenset(lists))
        pages = [("index.html", render("overview.html", to, reading, **overview(reading)))]
        pages.append(("rules.html", render("rules.html", to, reading, **rules(reading))))
        for name in lists:
            pages += _list_pages(reading, to, name)
    for name, html in pages:
        (folder / name).write_text(html, "utf-8", "surrogatepass")
    return len(pages)


def _list_pages(reading, to: Static, name: str) -> list[tuple[str, str]]:
    """Every row of a list, in as many files as it takes."""
    page = ask(reading, LISTINGS[name], Asked(), LIST_ROWS, with_choices=False)
    files = [f"{name}.html"] + [f"{name}-{number}.html" for number in range(2, page.pages + 1)]
    made = []
    for number, file in enumerate(files, 1):
        page = ask(reading, LISTINGS[name], Asked(page=number), LIST_ROWS, with_choices=False)
        made.append((file, render("list.html", to, reading, page=page, keep={"account": None}, files=files)))
    return made


def _write_accounts(job: tuple[Path, Path, list[str]]) -> int:
    warehouse, folder, accounts = job
    # Each process has a core of its own; small queries take twice as long on several threads.
    with Reading(Shelf(warehouse), threads=1) as reading:
        pages = 0
        for first in range(0, len(accounts), BATCH):
            batch = accounts[first : first + BATCH]
            account_states(reading)
            with reading.of_accounts(batch):
                pages += sum(
                    write_folder(reading, account, folder / "accounts" / folder_of(account), folder) for account in batch
                )
        return pages


def write_account(warehouse: Path, account: str, on: date, folder: Path) -> int:
    """Write the pages of one account for its customer, who looks at the period of that day; they are whole by themselves.
    Returns how many there are."""
    with Reading(Shelf(warehouse)) as reading:
        account_states(reading)
        with reading.of_accounts([account]):
            return write_folder(reading, account, folder, for_customer_of=on)
