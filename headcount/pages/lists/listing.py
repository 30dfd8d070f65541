"""A list: rows of a query with columns that say what they are, which can be searched, filtered, sorted, paged and written as
CSV, each by the same SQL."""

import csv
import io
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import cache

from headcount import spelling
from headcount.errors import HeadcountError
from headcount.sql import quoted

PAGE_ROWS = 50


class NoSuchPage(HeadcountError):
    """A page of a list behind its last."""


@dataclass(frozen=True)
class Column:
    """`kind` says how a value is shown and where it leads: text, number, change, money (in the currency that stands in
    the column `currency`), day, instant, due (an instant with the days that are left), account, customer, record (of the
    row's customer), location, place (its name; both are empty where the place is the account itself), period (who counted
    in it), flag, or a kind of code in words. `instead` is the column that says why there is no value. One that is `rare` is
    left out of a page on which no row has one."""

    name: str
    label: str
    kind: str = "text"
    is_code: bool = False
    currency: str = "currency"
    instead: str = ""
    rare: bool = False

    @property
    def is_number(self) -> bool:
        return self.kind in ("number", "change", "money", "price", "right")

    @property
    def is_long(self) -> bool:
        """Whether it holds sentences, and needs room on a small screen."""
        return self.name in ("what", "detail", "description", "held_by")

    @property
    def is_name(self) -> bool:
        """Whether it holds names of several words, which a narrow column would stand under each other."""
        return self.kind in ("rule", "reason", "ruleset", "place") or self.name in ("location_name", "counts_at")


def code(name: str, label: str, kind: str, rare: bool = False) -> Column:
    """A column of codes, each shown by its name and explained by its sentence."""
    return Column(name, label, kind, is_code=True, rare=rare)


@dataclass(frozen=True)
class Listing:
    """`needs` are the values that the query cannot do without; `filters` the columns of which one value can be chosen;
    `search` those in which a text is looked for, and who is called exactly that in the first of them comes first; `order` is
    how rows stand until somebody sorts them; `also` are columns that only the CSV has, since the page around says them;
    `counting` is a cheaper query of as many rows, to count all of them."""

    name: str
    title: str
    about: str
    sql: str
    columns: tuple[Column, ...]
    order: str
    search: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    nothing: str = "Nothing here."
    needs: tuple[str, ...] = ()
    prepare: object = None
    also: tuple[str, ...] = ()
    counting: str = ""


@dataclass
class Asked:
    """What somebody has asked of a list, as it stands in an address. `given` is what the query needs; `kept` what the address
    of the page has besides, where it calls that otherwise."""

    q: str = ""
    sort: str = ""
    descending: bool = False
    page: int = 1
    chosen: dict[str, str] = field(default_factory=dict)
    given: dict = field(default_factory=dict)
    kept: dict = field(default_factory=dict)

    def as_query(self, **other) -> dict:
        """The same with something else, for the address of a link; a new order or filter begins at the first page."""
        order = {"sort": self.sort, "dir": "desc" if self.descending else ""}
        query = {**(self.kept or self.given), **self.chosen, "q": self.q, **order}
        return {name: value for name, value in {**query, **other}.items() if value not in (None, "")}


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and how many there are."""

    listing: Listing
    asked: Asked
    rows: list[dict]
    total: int
    choices: dict[str, list[tuple[str, int]]]
    page_rows: int

    def column(self, name: str) -> Column | None:
        """The column of a filter; not every filter is a column too."""
        return next((column for column in self.listing.columns if column.name == name), None)

    @property
    def shown(self) -> list[Column]:
        """The columns of the page, without the rare ones that no row has."""
        return [one for one in self.listing.columns if not one.rare or any(row[one.name] for row in self.rows)]

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.page_rows))

    @property
    def first(self) -> int:
        return (self.asked.page - 1) * self.page_rows + 1

    @property
    def last(self) -> int:
        return min(self.total, self.asked.page * self.page_rows)


def ask(reading, listing: Listing, asked: Asked, page_rows: int = PAGE_ROWS, with_choices: bool = True) -> Page:
    """A page of the list. Raises NoSuchPage behind the last."""
    if listing.prepare:
        listing.prepare(reading)
    if with_choices and listing.needs:
        listing = _gathered(reading, listing, asked)
    where, values = _where(listing, asked)
    total = count(reading, listing, asked)
    if asked.page > max(1, -(-total // page_rows)):
        raise NoSuchPage(f"The list has {max(1, -(-total // page_rows))} pages, and no page {asked.page}.")
    rows = reading.rows(
        f"select * from ({listing.sql}) as listed {where} order by {_order(listing, asked)} "
        f"limit {page_rows} offset {(asked.page - 1) * page_rows}",
        **values,
    )
    choices = {name: _choices(reading, listing, asked, name) for name in listing.filters} if with_choices else {}
    return Page(listing, asked, rows, total, choices, page_rows)


def whole(reading, listing: Listing, account: str) -> Page:
    """Every row of the account, of a reading that writes many: one query for all of its accounts."""
    if listing.prepare:
        listing.prepare(reading)
    by_account = reading.grouped(listing.name, f"select * from ({listing.sql}) as listed order by {listing.order}", account=None)
    rows = by_account.get(account, [])
    return Page(listing, Asked(given={"account": account}), rows, len(rows), {}, max(1, len(rows)))


def count(reading, listing: Listing, asked: Asked) -> int:
    """How many rows the list has, as asked."""
    where, values = _where(listing, asked)
    sql = listing.counting if listing.counting and not where else listing.sql
    return reading.row(f"select count(*) as rows from ({sql}) as listed {where}", **values)["rows"]


def _gathered(reading, listing: Listing, asked: Asked) -> Listing:
    """The same list over rows that are put aside first, since several queries follow."""
    given = {name: asked.given.get(name) for name in listing.needs}
    reading.rows(f"create or replace temp table gathered as {listing.sql}", **given)
    return replace(listing, sql="select * from gathered", counting="", needs=())


def as_csv(reading, listing: Listing, asked: Asked) -> str:
    """Every row of the list, as asked: RFC 4180, codes as codes, instants and decimals as in the exports."""
    if listing.prepare:
        listing.prepare(reading)
    where, values = _where(listing, asked)
    columns, digits = _written(listing), reading.digits
    names = [column.name for column in columns]
    # Under other names than those that the order is by.
    values_of = ", ".join(f"{_as_text(column)} as value_{number}" for number, column in enumerate(columns))
    sql = f"select {values_of} from ({listing.sql}) as listed {where} order by {_order(listing, asked)}"
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    for batch in reading.batches(sql, **values):
        by_name = dict(zip(names, zip(*batch, strict=True), strict=True))
        # Column by column, since there may be hundreds of thousands of rows and a column's values are all of one type.
        writer.writerows(zip(*(_texts(by_name, column, digits) for column in columns), strict=True))
    return out.getvalue()


def _written(listing: Listing) -> list[Column]:
    """The columns of the CSV: what the page says already comes first, and money has its currency beside it."""
    columns = {name: Column(name, name) for name in listing.also} | {column.name: column for column in listing.columns}
    for column in listing.columns:
        if column.kind in ("money", "price"):
            columns.setdefault(column.currency, Column(column.currency, "Currency"))
    return list(columns.values())


def _as_text(column: Column) -> str:
    """The column for a CSV. Decimals and days come as text: DuckDB takes longest to make Python's own of them."""
    name = quoted(column.name)
    return f"cast({name} as varchar)" if column.kind in ("money", "price", "day", "period") else name


def _texts(values: dict[str, tuple], column: Column, digits: dict[str, int]) -> list:
    """The values of a column as the CSV has them; what its writer spells like that by itself stays as it is."""
    mine = values[column.name]
    if column.kind in ("money", "price"):
        spell = cache(lambda value, currency: spelling.decimal(Decimal(value), digits.get(currency or "", 0)))
        pairs = zip(mine, values[column.currency], strict=True)
        return [None if value is None else spell(value, currency) for value, currency in pairs]
    first = next((value for value in mine if value is not None), None)
    if isinstance(first, bool):
        return [None if value is None else str(value).lower() for value in mine]
    spelled = spelling.instant if isinstance(first, datetime) else spelling.decimal if isinstance(first, Decimal) else None
    if spelled:
        return [None if value is None else spelled(value) for value in mine]
    if isinstance(first, str):
        # A spreadsheet would run it.
        return ["'" + text if text and text[0] in "=+-@\t\r" else text for text in mine]
    return list(mine)


def _where(listing: Listing, asked: Asked, but: str = "") -> tuple[str, dict]:
    values = {name: asked.given.get(name) for name in listing.needs}
    parts = []
    if asked.q and listing.search:
        values["searched"] = asked.q
        parts.append("(" + " or ".join(f"contains(lower({name}), lower($searched))" for name in listing.search) + ")")
    for name in listing.filters:
        if (value := asked.chosen.get(name)) and name != but:
            values[f"chosen_{name}"] = value
            parts.append(f"cast({name} as varchar) = $chosen_{name}")
    return ("where " + " and ".join(parts) if parts else ""), values


def _order(listing: Listing, asked: Asked) -> str:
    known = {column.name for column in listing.columns}
    if asked.sort in known:
        return f"{quoted(asked.sort)} {'desc' if asked.descending else 'asc'} nulls last, {listing.order}"
    if asked.q and listing.search:
        first = listing.search[0]
        return f"{first} = $searched desc, lower({first}) = lower($searched) desc, {listing.order}"
    return listing.order


def _choices(reading, listing: Listing, asked: Asked, name: str) -> list[tuple[str, int]]:
    """The values of a filter, with how many rows each would leave as the other filters stand."""
    where, values = _where(listing, asked, but=name)
    found = reading.rows(
        f"select cast({name} as varchar) as value, count(*) as rows from ({listing.sql}) as listed {where} "
        "group by 1 having value is not null order by 1",
        **values,
    )
    return [(row["value"], row["rows"]) for row in found]
