"""Templates with what they may call: the spelling, the words, the addresses."""

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from markupsafe import Markup, escape

from headcount import words
from headcount.pages import spelled
from headcount.pages.work import KINDS, LEVELS

FOLDER = Path(__file__).parent
ASSETS = ("pages.css", "pages.js")

# Letters of an ID that stands on one line whatever the screen.
_BRIEF = 20


def render(template: str, addresses, reading, **context) -> str:
    """A page. `addresses` says where its links lead."""
    common = {"to": addresses, "digits": reading.digits, "run": reading.run, "levels": LEVELS}
    return environment().get_template(template).render(**common, **context)


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.filters |= {"day": spelled.day, "month": spelled.month, "instant": spelled.instant, "number": spelled.number,
                     "change": spelled.change, "whole_days": whole_days}  # fmt: skip
    made.globals |= {
        "name": named,
        "sentence": said,
        "cell": cell,
        "is_brief": is_brief,
        "money": money,
        "sources": sources,
        "joined": joined,
        "rule": rule,
        "due": due,
        "begun": begun,
    }
    return made


@cache
def named(kind: str, code: str) -> str:
    """A few words for a code."""
    return KINDS[code][1] if kind == "work" else spelled.days_in(words.name(kind, code))


@cache
def said(kind: str, code: str) -> str:
    """The sentence of a code; a kind of work says itself."""
    return "" if kind == "work" else spelled.days_in(words.sentence(kind, code))


def sources(labels: str | None) -> str:
    """The sources of a user in words."""
    return joined("source", labels)


def joined(kind: str, codes: str | None) -> str:
    """Codes that a mart joins by commas, in words."""
    return " and ".join(words.name(kind, code) for code in codes.split(",")) if codes else spelled.NOTHING


@pass_context
def due(context, at) -> Markup:
    """An instant that no line breaks in two, and the days that are left."""
    said, _, left = spelled.due(at, context["run"]["as_of_at"]).partition(" (")
    return Markup('<span class="day">{}</span> ({}').format(said, left)


@pass_context
def rule(context, rule_id: str):
    """A rule by its id and name, as a link to where it is said."""
    return _link(context["to"].rules(rule=rule_id), f"{rule_id}: {named('rule', rule_id)}")


def whole_days(text: str) -> Markup:
    """A description letter by letter, whose days no line breaks in two."""
    return Markup(re.sub(r"\b\d{4}-\d\d-\d\d\b", r'<span class="day">\g<0></span>', str(escape(text))))


def begun(text: str) -> str:
    """A text that begins a line."""
    return text[:1].upper() + text[1:]


@pass_context
def money(context, amount, currency) -> str:
    return spelled.money(amount, currency, context["digits"])


@pass_context
def cell(context, column, row: dict):
    """What stands in a cell of a list: the value as its column says, with its link."""
    value, to = row[column.name], context["to"]
    if value is None or value == "":
        return "∞" if column.kind == "limit" else (column.instead and row[column.instead]) or ""
    if column.kind in ("location", "place") and row["location_id"] == row.get("account_id"):
        return ""
    if column.is_code:
        called = _code(column.kind, str(value), to.is_live)
        return _link(to.rules(rule=value), called) if column.kind == "rule" else called
    if column.kind in _LINKED:
        return _link(_LINKED[column.kind](to, row, value), _SPELLED.get(column.kind, str)(value))
    if column.kind in ("money", "price"):
        return spelled.money(value, row.get(column.currency), context["digits"])
    if column.kind == "due":
        return due(context, value)
    if column.kind == "record":
        return _link(to.customer(row["customer_id"], q=value), Markup("<code>{}</code>").format(value))
    if column.kind == "flag":
        return "yes" if value else "no"
    if column.kind == "sources":
        return sources(value)
    if column.kind == "sentence":
        return spelled.days_in(value)
    if column.kind == "id":
        return Markup("<code>{}</code>").format(value)
    if column.is_long:
        return whole_days(str(value))
    return _SPELLED.get(column.kind, str)(value)


def is_brief(column, value) -> bool:
    """Whether a cell is an ID that fits on a line, and is not to be broken at its hyphens."""
    is_id = column.kind in ("account", "location", "customer", "record", "id") or column.name == "invoice_number"
    return is_id and value is not None and len(str(value)) <= _BRIEF


def _code(kind: str, code: str, with_sentence: bool) -> Markup:
    """The name of a code (of a rule also its id, by which people quote it), with its sentence behind it where that is not
    written a thousand times."""
    colored = LEVELS[KINDS[code][0]] if kind == "work" else code if kind in ("state", "movement", "reconciliation") else ""
    explained = Markup(' title="{}"').format(said(kind, code)) if with_sentence and said(kind, code) else ""
    called = f"{code}: {named(kind, code)}" if kind == "rule" else named(kind, code)
    if not colored and not explained:
        return escape(called)
    return Markup('<span class="code {}"{}>{}</span>').format(colored, explained, called)


def _link(address: str, text: str):
    return Markup('<a href="{}">{}</a>').format(address, text) if address else escape(text)


_SPELLED = {"day": spelled.day, "instant": spelled.instant, "number": spelled.number, "change": spelled.change,
            "limit": spelled.number, "period": spelled.day}  # fmt: skip
_LINKED = {
    "account": lambda to, row, value: to.account(value, on=row.get("period_start_on") if to.is_live else None),
    "location": lambda to, row, value: to.account(row["account_id"], location=value if value != row["account_id"] else None),
    "period": lambda to, row, value: to.people(row["account_id"], value, _place(row)),
    "customer": lambda to, row, value: to.customer(value),
}


def _place(row: dict) -> str | None:
    """The place of a row, where it is not all of the account."""
    return None if row.get("location_id") == row["account_id"] else row.get("location_id")
