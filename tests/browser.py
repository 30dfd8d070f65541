"""Opens every page of the dashboard and of a static copy in Chromium, wide and narrow, changes filters, and holds what is
shown against the marts.

    python -m tests.browser --warehouse build/headcount.duckdb --pictures build/pictures

Needs Debian's package chromium. Exit code 1 when a page asks another machine for anything, fails to load a part of
itself, is wider than its screen, or shows another number than the mart.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
from playwright.sync_api import sync_playwright

from headcount.dashboard.project import BOARDS
from headcount.dashboard.site import site
from tests.support.pages import text_of

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
WIDTHS = (1400, 400)
BUSIEST = "select account_id from marts.fct_active_user_counts group by account_id order by sum(active_users) desc limit 2"
PATIENCE = 60_000  # milliseconds for a page


class Visitor:
    """Opens pages, takes their pictures and keeps what is wrong with them."""

    def __init__(self, browser, address: str, pictures: Path):
        self.browser, self.address, self.pictures = browser, address, pictures
        self.wrong: list[str] = []
        self.opened = 0

    def open(self, where: str, width: int, picture: str = ""):
        """A page that has been drawn; its own address may have changed to the narrow board's."""
        page = self.browser.new_page(viewport={"width": width, "height": 900})
        page.on("request", lambda request: self._asked(where, request.url))
        page.on("response", lambda response: self._answered(where, response))
        page.goto(where if where.startswith("file:") else f"{self.address}{where}", timeout=PATIENCE)
        self._settle(page, where)
        self.opened += 1
        if picture:
            page.screenshot(path=self.pictures / f"{picture}_{width}.png", full_page=True)
        across = page.evaluate("document.documentElement.scrollWidth")
        self.hold(across <= width, f"{where} at {width}: {across} pixels wide")
        is_narrow = "/narrow/" in page.url or ".narrow." in page.url
        self.hold(is_narrow == (width < 760), f"{where} at {width}: shows {page.url}")
        return page

    def choose(self, page, control: str, option: str) -> None:
        """Open a select control with the keyboard, and click an option."""
        box = page.get_by_role("combobox", name=re.compile(control, re.I)).first
        box.focus()
        page.keyboard.press("Enter")
        page.get_by_role("option", name=re.compile(rf"^{re.escape(option)}$")).first.click()
        page.wait_for_url(re.compile(rf"[?&]{control}="), timeout=PATIENCE)
        self._settle(page, control)

    def shown(self, page, chart: str) -> str:
        """The text of one chart."""
        return text_of(" ".join(page.locator(f'[data-chart-id="{chart}"] text').all_text_contents()))

    def hold(self, true: bool, otherwise: str) -> None:
        """Keep a fault."""
        if not true:
            self.wrong.append(otherwise)
            print(f"  wrong: {otherwise}")

    def _settle(self, page, where: str) -> None:
        page.wait_for_load_state("networkidle", timeout=PATIENCE)
        page.wait_for_selector("[data-chart-id] text", timeout=PATIENCE)
        self.hold("ERR-" not in page.content(), f"{where}: a chart could not be drawn")

    def _asked(self, where: str, url: str) -> None:
        self.hold(url.startswith((self.address, "data:", "file:", "blob:")), f"{where}: asks {url}")

    def _answered(self, where: str, response) -> None:
        if response.status >= 400 and not response.url.endswith("/favicon.ico"):
            self.hold(False, f"{where}: {response.status} for {response.url}")


def visit(visitor: Visitor, ask) -> None:
    """Every board at both widths, then filters changed and numbers compared."""
    for width in WIDTHS:
        for board in BOARDS:
            visitor.open(f"/{board}/", width, board).close()
    accounts = [account for (account,) in ask(BUSIEST)]
    for width in WIDTHS:
        for account in accounts:
            page = visitor.open("/account/", width)
            visitor.choose(page, "account", account)
            (users,) = ask(
                """
                select coalesce(sum(active_users), 0) from marts.fct_active_user_counts
                where account_id = ? and period_status = 'open'
                """,
                account,
            )[0]
            shown = visitor.shown(page, "live")
            visitor.hold(shown.startswith(f"{users:,} "), f"account {account} at {width}: shows {shown!r}, the mart has {users}")
            visitor.hold(account in visitor.shown(page, "about"), f"account {account} at {width}: not named")
            print(f"  account {account} at {width}: {users:,} users in the open period, shown and in the mart")
            page.close()
        account = accounts[0]
        source, users = ask(
            """
            with place as (select min(location_id) as location_id from marts.dim_locations where account_id = ?),
            period as (
                select periods.* from marts.dim_billing_periods as periods inner join place using (location_id)
                order by periods.period_status = 'open', periods.period_start_at desc limit 1
            )
            select sources.source, count(distinct sources.customer_id)
            from marts.fct_active_user_sources as sources inner join period using (location_id, period_start_at)
            group by sources.source order by 2 desc, 1 limit 1
            """,
            account,
        )[0]
        page = visitor.open(f"/people/?account={account}", width)
        visitor.choose(page, "source", source)
        shown = visitor.shown(page, "counted_count")
        visitor.hold(shown.startswith(f"{users:,} "), f"people by {source} at {width}: shows {shown!r}, the mart has {users}")
        print(f"  people of {account} by {source} at {width}: {users:,}, shown and in the mart")
        page.close()


def visit_site(visitor: Visitor, warehouse: Path, ask) -> None:
    """The static pages of all accounts and of one, from their files."""
    with tempfile.TemporaryDirectory() as folder:
        (account,) = ask(BUSIEST)[0]
        site(warehouse, Path(folder) / "site", [account])
        pages = [path for path in sorted(Path(folder).rglob("*.html")) if ".narrow." not in path.name]
        for width in WIDTHS:
            for path in pages:
                page = visitor.open(path.as_uri(), width, f"site_{path.stem}")
                if path.stem == "account":
                    visitor.hold(account in visitor.shown(page, "about"), f"{path.name} at {width}: {account} is not named")
                page.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--warehouse", type=Path, default=Path("build/headcount.duckdb"))
    parser.add_argument("--pictures", type=Path, default=Path("build/pictures"))
    parser.add_argument("--port", type=int, default=8109)
    options = parser.parse_args()
    options.pictures.mkdir(parents=True, exist_ok=True)

    def ask(sql, *values):
        with duckdb.connect(str(options.warehouse), read_only=True) as connection:
            return connection.execute(sql, values).fetchall()

    command = [sys.executable, "-m", "headcount.cli", "dashboard"]
    command += ["--warehouse", str(options.warehouse), "--port", str(options.port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server, sync_playwright() as playwright:
        try:
            address = re.search(r"http://[\d.:]+", server.stdout.readline()).group()
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            visitor = Visitor(browser, address, options.pictures)
            visit(visitor, ask)
            visit_site(visitor, options.warehouse, ask)
            browser.close()
        finally:
            server.terminate()
    print(f"{visitor.opened} pages opened, {len(visitor.wrong)} faults; pictures in {options.pictures}")
    return 1 if visitor.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
