"""The lists of the pages, by their names in addresses."""

from headcount.pages.lists import accounts, billing, landing, people
from headcount.pages.lists.listing import Asked, Column, Listing, NoSuchPage, Page, as_csv, ask, code, count, whole

LISTINGS: dict[str, Listing] = {
    listing.name: listing for part in (accounts, billing, people, landing) for listing in part.LISTINGS
}

__all__ = ["LISTINGS", "Asked", "Column", "Listing", "NoSuchPage", "Page", "as_csv", "ask", "code", "count", "whole"]
