"""The packet in words: what was counted and billed, where each figure stands, and how to check the files."""

import re
from collections import Counter

from headcount.packet.parts import Packet
from headcount.pages.spelled import day, days_in, instant
from headcount.spelling import money
from headcount.words import name, sentence

# What each table is, in the order in which a reader needs them.
_TABLES = {
    "periods": "the period at each place: its bounds, its state and how many counted",
    "open_periods": "the period that is open at each place, as of the day of this packet",
    "counted": "who counted: a row for each user and source, with the record that shows it, the rule and the article",
    "not_counted": "who had activity that did not count, with the reason, the rule and the article",
    "corrections": "who would be counted otherwise with what is known today",
    "live_vs_invoiced": "the last period that ended beside the one that is open, user by user",
    "reconciliation": "the invoice that ended the period, held against the count",
    "lines": "what was billed, line by line",
    "adjustments": "what became known later, as money",
    "adjustment_users": "the users behind the adjustments",
}


def readme(packet: Packet) -> str:
    """Every figure in it stands in the tables, or is a sum over one of them that the text names."""
    rows = {name: table.to_pylist() for name, table in packet.tables.items()}
    parts = [_title(packet, rows["periods"])]
    parts += [_period(row, rows) for row in rows["periods"]]
    parts += [_lines(packet, rows["lines"]), _adjustments(rows), _reconciliation(rows), _live(rows)]
    return "\n\n".join([*filter(None, parts), _files(packet)]) + "\n"


def _title(packet: Packet, periods: list[dict]) -> str:
    account = periods[0]
    name = f" ({_plain(account['account_name'])})" if account["account_name"] else ""
    places = {row["location_id"] for row in periods}
    both = " On that day one period ended and the next began: both are in here." if len(periods) > len(places) else ""
    return (
        f"# Account {_plain(packet.account)}{name}, the period of {day(packet.on)}\n\n"
        f"As known at {instant(packet.as_of)}.{both} Users are named by their IDs, times are in UTC, days are local to the place."
        + (" The pages in `pages/` show the account as a whole: open `pages/account.html`." if packet.has_pages else "")
    )


def _period(row: dict, rows: dict[str, list[dict]]) -> str:
    def mine(table: str) -> list[dict]:
        keys = ("location_id", "period_start_at")
        return [one for one in rows[table] if all(one[key] == row[key] for key in keys)]

    until = instant(row["period_end_at"]) if row["period_end_at"] else "now"
    verb = "closed" if row["period_status"] == "closed" else "closes"
    closes = f" It {verb} at {instant(row['knowledge_cutoff_at'])}." if row["knowledge_cutoff_at"] else ""
    said = [
        f"## {_plain(row['location_name'] or row['location_id'])}: {instant(row['period_start_at'])} until {until}",
        "",
        f"{sentence('state', row['period_status'])}{closes} It is counted by the {days_in(name('ruleset', row['ruleset_id']))} "
        f"(`{row['ruleset_id']}`): {sentence('ruleset', row['ruleset_id'])}",
        f"**{row['active_users']:,} active users** of {row['registered_customers']:,} on record.",
        "",
    ]
    said += _listed("What made them count (somebody may have several sources):", "source", mine("counted"))
    said += _listed("Activity that did not count (somebody may be counted by another):", "reason", mine("not_counted"))
    said += _listed("Corrections, which this period's bill does not hold:", "correction", mine("corrections"))
    return "\n".join(said).rstrip()


def _listed(title: str, by: str, rows: list[dict], kind: str | None = None) -> list[str]:
    """How many users there are of each code; somebody is one user of a code however many rows there are."""
    codes = Counter(code for code, _ in {(row[by], row["customer_id"]) for row in rows})
    listed = [f"- {number:,} `{code}`: {sentence(kind or by, code)}" for code, number in sorted(codes.items())]
    return [title, "", *listed, ""] if listed else []


def _lines(packet: Packet, lines: list[dict]) -> str:
    if not lines:
        return "## Billed\n\nNo line was billed of this period, as of today."
    places = {row["location_id"]: row["location_name"] for row in packet.tables["periods"].to_pylist()}
    several = len(places) > 1
    said = [
        f"- {_place(line, places) if several else ''}{_plain(line['description'])}: "
        f"{money(line['amount'], line['currency'])}{_worked_out(line)}"
        for line in sorted(lines, key=_in_order)
    ]
    sums: dict[str, list] = {}
    for line in lines:
        sums.setdefault(line["currency"], []).append(line["amount"])
    said += [f"- **in all {money(sum(amounts), currency)}** in {len(amounts):,} lines" for currency, amounts in sums.items()]
    return "\n".join(["## Billed", "", *said])


def _in_order(line: dict) -> tuple:
    """Place by place, and of a place its tiers from the first on."""
    return line["location_id"] or "", line["billed_at"], line["line_kind"], line["tier_number"] or 0, line["billing_line_id"]


def _place(line: dict, places: dict) -> str:
    """The place before what was billed there; a package is of the whole account."""
    return f"{_plain(places[line['location_id']] or line['location_id'])}: " if line["location_id"] in places else ""


def _adjustments(rows: dict[str, list[dict]]) -> str:
    said = [
        f"- the period from {instant(row['period_start_at'])} at {_plain(row['location_id'])}, settled with that from "
        f"{instant(row['settled_period_start_at'])}: {row['users_before']:,} users before, {row['known_users']:,} known "
        f"then, {money(row['amount'], row['currency'])}"
        for row in rows.get("adjustments", ())
    ]
    return "\n".join(["## Adjustments", "", *said]) if said else ""


def _reconciliation(rows: dict[str, list[dict]]) -> str:
    said = []
    for row in rows.get("reconciliation", ()):
        number = _plain(row["invoice_number"] or row["platform_invoice_id"])
        said.append(f"- invoice {number} of {instant(row['invoiced_at'])}:")
        if row["billed_users"] is not None:
            said.append(
                f"  {row['billed_users']:,} users invoiced, {row['active_users']:,} counted, difference "
                f"{row['difference_users']:,}. {sentence('reconciliation', row['explanation'])}"
                + (f" (`{row['explaining_ruleset_id']}`)" if row["explaining_ruleset_id"] else "")
            )
        if row["difference_amount"] is not None:
            amounts = (money(row[column], row["currency"]) for column in _AMOUNTS)
            said.append("  {} invoiced, {} computed, difference {}".format(*amounts))
        elif row["billed_amount"] is not None:
            billed = money(row["billed_amount"], row["billed_currency"] or row["currency"])
            said.append(f"  {billed} invoiced, and no amount in that currency to hold it against")
    return "\n".join(["## The invoice and the count", "", *said]) if said else ""


def _worked_out(line: dict) -> str:
    """How the amount of a line of users comes about: the tier's price for each, and its flat fee."""
    if line["unit_price"] is None or line["line_kind"] != "active_users":
        return ""
    flat = line["amount"] - line["quantity"] * line["unit_price"]
    each = f"{line['quantity']} at {money(line['unit_price'], line['currency'])}"
    return f" ({each}, and {money(flat, line['currency'])} flat for the tier, rounded once)" if flat else f" ({each})"


_AMOUNTS = ("billed_amount", "computed_amount", "difference_amount")


def _live(rows: dict[str, list[dict]]) -> str:
    said = []
    for place in sorted({row["location_id"] for row in rows["live_vs_invoiced"]}):
        mine = [row for row in rows["live_vs_invoiced"] if row["location_id"] == place]
        invoiced, live = (sum(row[name] for row in mine) for name in ("counted_invoiced", "counted_live"))
        title = f"{_plain(place)}: {invoiced:,} users in the last period that ended, {live:,} in the open one so far."
        said += _listed(title, "reason", mine, kind="live")
    return "\n".join(["## The live count and the last one", "", *said]).rstrip() if said else ""


def _files(packet: Packet) -> str:
    listed = [
        f"| `data/{name}.csv`, `data/{name}.parquet` | {packet.tables[name].num_rows:,} | {words} |"
        for name, words in _TABLES.items()
        if name in packet.tables
    ]
    return "\n".join([
        "## The files",
        "",
        "| file | rows | what it holds |",
        "| --- | --- | --- |",
        *listed,
        "",
        "CSV and Parquet hold the same rows. `manifest.json` has the SHA-256 of each file.",
    ])  # fmt: skip


def _plain(text: str) -> str:
    """A name in Markdown: nothing in it is a sign, a tag or a new line."""
    return re.sub(r"([\\`*_\[\]<>#|&])", r"\\\1", " ".join(text.split()))
