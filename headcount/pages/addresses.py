"""Where links lead: on the machine's own server, or from file to file.

A page asks for the address of an account, a period, a list; an empty answer says that there is no such page from here, and
then the words stand without a link.
"""

import hashlib
import re
from datetime import date
from urllib.parse import quote, urlencode

# Names that Windows keeps for devices.
_RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{number}" for name in ("com", "lpt") for number in range(10))}


class Live:
    """Addresses on the server: what is chosen stands in the query and stays there."""

    is_live = True

    def of(self, path: str, **chosen) -> str:
        words = {name: str(value) for name, value in chosen.items() if value not in (None, "")}
        return path + ("?" + urlencode(words, encoding="utf-8", errors="surrogatepass") if words else "")

    def asset(self, name: str) -> str:
        return f"/static/{name}"

    def overview(self) -> str:
        return "/"

    def rules(self, rule: str = "") -> str:
        return "/rules" + (f"#{rule}" if rule else "")

    def find(self, **chosen) -> str:
        return self.of("/find", **chosen)

    def listing(self, name: str, **chosen) -> str:
        return self.of(f"/list/{name}", **chosen)

    def csv(self, name: str, **chosen) -> str:
        return self.of(f"/list/{name}.csv", **chosen)

    def account(self, account: str, **chosen) -> str:
        return self.of("/account", account=account, **chosen)

    def people(self, account: str, on: date | None, location: str | None = None, **chosen) -> str:
        return self.of("/people", account=account, on=on, location=location, **chosen)

    def bill(self, account: str, on: date | None, location: str | None = None) -> str:
        return self.of("/bill", account=account, on=on, location=location)

    def customer(self, customer: str, **chosen) -> str:
        return self.of("/customer", customer=customer, **chosen)


class Static:
    """Addresses between files: `up` leads from the page to the folder of the site, and is None in the folder of an account
    that is handed over by itself. Only what has been written is linked."""

    is_live = False

    def __init__(self, folders: dict[str, str], lists: frozenset[str] = frozenset(), periods: dict | None = None,
                 account: str | None = None):  # fmt: skip
        self._folders, self._lists, self._periods, self._account = folders, lists, periods or {}, account

    def asset(self, name: str) -> str:
        return name

    def overview(self) -> str:
        return "" if self._account is not None else "index.html"

    def rules(self, rule: str = "") -> str:
        if self._account is not None:
            return ""
        return "rules.html" + (f"#{rule}" if rule else "")

    def find(self, **chosen) -> str:
        return ""

    def listing(self, name: str, **chosen) -> str:
        return f"{name}.html" if self._account is None and name in self._lists else ""

    def csv(self, name: str, **chosen) -> str:
        return ""

    def account(self, account: str, **chosen) -> str:
        if self._account is not None:
            return "account.html" if account == self._account else ""
        folder = self._folders.get(account)
        return f"accounts/{quote(folder)}/account.html" if folder else ""

    def people(self, account: str, on: date | None, location: str | None = None, **chosen) -> str:
        return self._of_period("people", on) if account == self._account else self.account(account)

    def bill(self, account: str, on: date | None, location: str | None = None) -> str:
        return self._of_period("bills", on) if account == self._account else self.account(account)

    def customer(self, customer: str, **chosen) -> str:
        return ""

    def _of_period(self, kind: str, on: date | None) -> str:
        page = self._periods.get((kind, on))
        return f"{page}#{on}" if page else ""


def folder_of(account: str) -> str:
    """The account's ID as the name of a folder: short, the same at every time, and no other's where case is folded.

    An ID of lower-case letters, digits, - and _ is its own name; of any other the readable part is followed by a hash.
    """
    if re.fullmatch(r"[a-z0-9_-]{1,60}", account) and account not in _RESERVED:
        return account
    readable = re.sub(r"[^a-z0-9_-]+", "_", account.lower())[:40]
    return f"{readable}~{hashlib.sha256(account.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
