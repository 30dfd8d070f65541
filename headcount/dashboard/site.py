"""`headcount site`: the boards as files, with the filters frozen; a folder of its own for each account."""

import hashlib
import os
import re
from concurrent.futures import ProcessPoolExecutor
from html import unescape
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import quote, unquote

from headcount.dashboard.drawing import Drawing
from headcount.dashboard.project import dashboard_project
from headcount.dashboard.screens import with_switch
from headcount.errors import UsageError
from headcount.warehouse import open_warehouse
from headcount.written import whole_folder

# Only a folder with this file in it is ever replaced.
MARK = ".headcount-site"

# Names that Windows keeps for devices.
_RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{number}" for name in ("com", "lpt") for number in range(10))}


def site(warehouse: Path, output: Path, accounts: list[str] | None = None) -> int:
    """Write index.html (all accounts), rules.html and accounts/ID/{account,people}.html, each wide and narrow.

    Nothing about one account stands in the folder of another. Raises UsageError for an unknown account and for a
    folder that is not a site, CheckFailed when a board cannot be drawn; then the folder is as it was before.
    """
    chosen = _accounts(warehouse, accounts)
    with whole_folder(output, MARK, "site") as making:
        pages = _write(warehouse, making, chosen)
    output = output.resolve()
    print(f"{pages} pages for {len(chosen)} accounts in {output}; begin with {output / 'index.html'}")
    return 0


def folder_of(account: str) -> str:
    """The account's ID as the name of a folder: short, the same at every time, and no other's where case is folded.

    An ID of lower-case letters, digits, - and _ is its own name; of any other the readable part is followed by a hash.
    """
    if re.fullmatch(r"[a-z0-9_-]{1,60}", account) and account not in _RESERVED:
        return account
    readable = re.sub(r"[^a-z0-9_-]+", "_", account.lower())[:40]
    return f"{readable}~{hashlib.sha256(account.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def _accounts(warehouse: Path, wanted: list[str] | None) -> list[str]:
    with open_warehouse(warehouse) as connection:
        known = [row[0] for row in connection.execute("select account_id from marts.dim_accounts order by 1").fetchall()]
    for account in wanted or ():
        if account not in known:
            raise UsageError(f"account {account!r} is not in {warehouse}")
    return wanted or known


def _write(warehouse: Path, folder: Path, accounts: list[str]) -> int:
    pages = 0
    with dashboard_project(warehouse) as project:
        with Drawing(project) as drawing:
            for board, name in (("overview", "index"), ("rules", "rules")):
                pages += _write_board(drawing, board, folder, name, {}, _links_of_index(accounts))
        # A page takes a second or two of Python: the accounts are shared out over the cores.
        shares = [accounts[core :: os.cpu_count() or 1] for core in range(os.cpu_count() or 1)]
        jobs = [(project, folder, share) for share in shares if share]
        with ProcessPoolExecutor(max(1, len(jobs)), mp_context=get_context("spawn")) as pool:
            pages += sum(pool.map(_write_accounts, jobs))
    return pages


def _write_accounts(job: tuple[Path, Path, list[str]]) -> int:
    project, folder, accounts = job
    with Drawing(project) as drawing:
        return sum(_write_account(drawing, account, folder / "accounts" / folder_of(account)) for account in accounts)


def write_account(warehouse: Path, account: str, folder: Path) -> int:
    """Write the pages of one account, which are whole by themselves. Returns how many there are."""
    with dashboard_project(warehouse) as project, Drawing(project) as drawing:
        return _write_account(drawing, account, folder)


def _write_account(drawing: Drawing, account: str, folder: Path) -> int:
    boards = ("account", "people")
    return sum(_write_board(drawing, board, folder, board, {"account": account}, _links_of_account) for board in boards)


def _write_board(drawing: Drawing, board: str, folder: Path, name: str, variables: dict, link) -> int:
    """Write a board's wide and narrow page. Returns how many pages that is."""
    folder.mkdir(parents=True, exist_ok=True)
    names = {"": f"{name}.html", "narrow/": f"{name}.narrow.html"}
    for kind, other in (("", "narrow/"), ("narrow/", "")):
        drawn = drawing.html(f"{kind}{board}", variables)
        html = re.sub(r'href="([/?][^"]*)"', lambda found: link(unescape(found.group(1))), drawn)
        (folder / names[kind]).write_text(with_switch(html, bool(kind), f"'{names[other]}'"), encoding="utf-8")
    return len(names)


def _links_of_index(accounts: list[str]):
    """Links from the pages of all accounts: to the account's own page, where it was written."""

    def link(address: str) -> str:
        found = re.fullmatch(r"/(narrow/)?account/\?account=(.*)", address, re.DOTALL)
        account = unquote(found.group(2)) if found else None
        if account not in accounts:
            return ""
        return f'href="accounts/{quote(folder_of(account))}/account{".narrow" if found.group(1) else ""}.html"'

    return link


def _links_of_account(address: str) -> str:
    """An account's folder is whole by itself: its pages lead to each other and nowhere else."""
    return 'href="people.html"' if address.startswith("/people/") else ""
