"""What an address asks for, read from its query. What makes no sense is said, not answered with something else."""

from datetime import date

from headcount.errors import HeadcountError
from headcount.pages.lists import Asked, Listing


class SenselessError(HeadcountError):
    """An address whose query cannot be meant."""


def asked_of(query, listing: Listing) -> Asked:
    """Search, order, page and filters of a list."""
    page = query.get("page") or "1"
    if not (page.isascii() and page.isdecimal() and len(page) < 9 and int(page)):
        raise SenselessError(f"A page is a number from 1 on, such as page=2; this address says page={page}.")
    return Asked(
        q=query.get("q", "").strip(), sort=query.get("sort", ""), descending=query.get("dir") == "desc",
        page=int(page),
        chosen={name: query[name] for name in listing.filters if query.get(name)},
    )  # fmt: skip


def day_of(query, name: str) -> date | None:
    try:
        return date.fromisoformat(query[name]) if query.get(name) else None
    except ValueError:
        raise SenselessError(f"A day is spelled as in {name}=2026-09-15; this address says {name}={query[name]}.") from None
