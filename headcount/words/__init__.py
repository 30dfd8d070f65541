"""Every code of the marts as a sentence that a customer of a clinic or a coworking space understands, and as a short name.

The sentences stand in the YAML files beside this one, a list for each kind; codes stay in the marts and in JSON. Two kinds
are made of what has its sentence already: `ruleset` of the rule seeds, `rule` of the pages in docs/rules. The kinds:

    source, activity, price_kind          what made somebody count, or did not: `booking`, `edit:measurement`, `paid`
    reason                                why activity does not count: `free_does_not_count`, and in what-ifs
    correction, move                      `late_addition`, `retraction`; `added`, `removed` under another ruleset
    movement, live                        against the period before; the open period against the last
    customer_kind, status                 `member`, `contact`, `client`; `active`, `suspended`, `archived`
    state                                 of a period: `open`, `grace`, `closed`
    ruleset, rule                         `nexudus-2026-04-21`; `X5`
    period_rule, counted_by, contract_condition, contract_from, suspension, team_condition, cancelled_bookings,
    proration, corrections                the columns of a ruleset
    line, charge, duration                kinds of billing lines and of package charges; terms of packages
    exception                             what could not be billed: `no_rate_card`
    adjustment                            `billed`, `paid_back`
    reconciliation                        of a vendor's invoice: `agrees`, `unexplained`
    hold, threshold                       measures of holds and of thresholds
    rejection                             of a landed row, with its column: `missing:price`
    check                                 landing checks (`edits.volume`) and data tests by the name that failed
"""

from functools import cache
from pathlib import Path

import yaml

from headcount.project import PROJECT
from headcount.seeds import rows

_FILES = ("counting", "rules", "billing", "landing", "checks")


def sentence(kind: str, code: str) -> str:
    """What the code means, as a whole sentence. A code that no list has yet is said in its own words, so that a page of a
    warehouse with a newer seed is not lost; a kind that there is not raises KeyError."""
    return _said(kind, code, "says") or f"{_own_words(code).capitalize()}."


def name(kind: str, code: str) -> str:
    """What the code is called, for a heading, a cell or a filter: a few words without a full stop."""
    return _said(kind, code, "name") or _own_words(code)


def kinds() -> list[str]:
    """The kinds, as the docstring of the module lists them."""
    return [*_words(), *_MADE]


def codes(kind: str) -> list[str]:
    """The codes of a kind, where `*` stands for any word."""
    return list(_of(kind))


def _said(kind: str, code: str, what: str) -> str | None:
    words = _of(kind)
    if kind == "check" and code not in words:
        code = code.rpartition(".")[2]
    if code in words and not code.endswith("*"):
        return words[code][what]
    # The longest that fits: `unique_combination_*` before `unique_*`.
    fits = [known for known in words if known.endswith("*") and code.startswith(known[:-1])]
    if not fits:
        return None
    known = max(fits, key=len)
    word = code.removeprefix(known[:-1])
    return words[known][what].format("anything else" if word == "*" else _own_words(word) if kind == "activity" else word)


def _of(kind: str) -> dict[str, dict[str, str]]:
    return _MADE[kind]() if kind in _MADE else _words()[kind]


def _own_words(code: str) -> str:
    return code.replace("_", " ").replace(":", ": ")


@cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    """The lists by kind."""
    found: dict[str, dict] = {}
    for file in _FILES:
        found |= yaml.safe_load(Path(__file__).with_name(f"{file}.yml").read_text("utf-8"))
    return found


@cache
def _rulesets() -> dict[str, dict[str, str]]:
    """By the seed: a new ruleset brings its own sentence, `reason`. The first of a product has no date to be called by,
    and one that never bills its own name."""
    vendors = {row["article_id"]: row["vendor"] for row in rows("rules/rule_articles.csv")}
    found = {}
    for row in rows("rules/rule_rulesets.csv"):
        since = row["effective_from"]
        of = vendors.get(row["article_id"]) or row["product"]
        called = f"rules of {of}" if since <= "1970-01-01" else f"rules of {of} from {since} on"
        if not since:
            called = f"what-if {row['ruleset_id']}"
        found[row["ruleset_id"]] = {"name": called, "says": f"{row['reason'].strip().rstrip('.')}."}
    return found


@cache
def _rules() -> dict[str, dict[str, str]]:
    """By the pages: their heading and their first paragraph."""
    # The site that these pages become is made with words too.
    from headcount.docs.texts import first_paragraph, title

    found = {}
    for page in sorted((PROJECT / "docs" / "rules").glob("*.md")):
        text = page.read_text("utf-8")
        called, said = title(text).partition(": ")[2], first_paragraph(text).replace("`", "")
        found[page.stem] = {"name": called, "says": said}
    return found


_MADE = {"ruleset": _rulesets, "rule": _rules}
