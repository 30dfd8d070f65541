"""What an address asks for, read from its query."""

from datetime import date

from headcount.pages.lists import Asked, Listing


def asked_of(query, listing: Listing) -> Asked:
    """Search, order, page and filters of a list. What makes no sense is as good as not said."""
    page = query.get("page", "1")
    return Asked(
        q=query.get("q", "").strip(), sort=query.get("sort", ""), descending=query.get("dir") == "desc",
        page=int(page) if page.isascii() and page.isdecimal() and len(page) < 9 else 1,
        chosen={name: query[name] for name in listing.filters if query.get(name)},
    )  # fmt: skip


def day_of(query, name: str) -> date | None:
    try:
        return date.fromisoformat(query[name]) if query.get(name) else None
    except ValueError:
        return None
