"""The shipped articles, rulesets and thresholds, written down a second time from docs/contract/rules.md and the articles.

What was billed rests on each of these cells, also on those that no example of today reaches: a ruleset with one cell
otherwise would bill the next month otherwise. Rows that somebody adds are nobody's business here.
"""

import csv
from pathlib import Path

from headcount.project import SEEDS

ACTIVE_2022 = "nexudus-who-is-active-2022"
COUNT_2023 = "nexudus-active-users-count-2023"
ACTIVE_2026 = "nexudus-who-is-active-2026"
CLIENTS = "nutrium-active-clients"
WHO = "Who is Considered an Active User in Nexudus?"
# What every Nexudus ruleset shares: the article is silent, so nothing is prorated and corrections are shown.
NEXUDUS = {
    "product": "nexudus", "period": "since_last_invoice", "counted_by": "location", "contract_from": "created_at",
    "cancelled_bookings": "count", "proration": "", "grace_hours": "24", "corrections": "show", "corrections_periods": "",
}  # fmt: skip

SHIPPED = {
    "rule_articles": {
        (CLIENTS,): {
            "vendor": "Nutrium", "title": "What are active clients in Nutrium and how are they counted?", "published_on": "",
            "note": "English and German texts agree",
        },
        (ACTIVE_2022,): {"vendor": "Nexudus", "title": WHO, "published_on": "2022-11-02", "note": ""},
        (COUNT_2023,): {"vendor": "Nexudus", "title": "Active Users Count", "published_on": "2023-09-04", "note": ""},
        (ACTIVE_2026,): {"vendor": "Nexudus", "title": WHO, "published_on": "2026-04-21", "note": ""},
    },
    "rule_rulesets": {
        ("nutrium-2023",): {
            "product": "nutrium", "effective_from": "1970-01-01", "period": "calendar_month", "counted_by": "account",
            "contract_condition": "", "contract_from": "", "suspension": "", "team_condition": "",
            "cancelled_bookings": "count", "proration": "day", "grace_hours": "24", "corrections": "show",
            "corrections_periods": "", "article_id": CLIENTS,
            "reason": "A client counts in each calendar month in which their information, measurements, recommendations or "
            "food plan was edited",
        },
        ("nexudus-2022-11-02",): NEXUDUS | {
            "effective_from": "2022-11-02", "contract_condition": "open_at_any_time",
            "suspension": "excluded_if_suspended_at_end", "team_condition": "payer_counts", "article_id": ACTIVE_2022,
            "reason": "Customers still suspended at the end of the billing cycle are left out",
        },
        ("nexudus-2023-09-04",): NEXUDUS | {
            "effective_from": "2023-09-04", "contract_condition": "open_at_end",
            "suspension": "contract_void_if_suspended_at_end", "team_condition": "membership", "article_id": COUNT_2023,
            "reason": "A contract must be open when the period ends and suspension voids contracts only",
        },
        ("nexudus-2026-04-21",): NEXUDUS | {
            "effective_from": "2026-04-21", "contract_condition": "open_at_any_time",
            "suspension": "standing_void_while_suspended", "team_condition": "payer_counts", "article_id": ACTIVE_2026,
            "reason": "Whoever met a condition before being suspended counts; suspended throughout does not",
        },
        ("nexudus-2022-11-02-archived",): NEXUDUS | {
            "effective_from": "", "contract_condition": "open_at_any_time",
            "suspension": "excluded_if_suspended_or_archived_at_end", "team_condition": "payer_counts",
            "article_id": ACTIVE_2022,
            "reason": "A what-if: the rules of 2 November 2022 with archived customers read as suspended",
        },
        ("nexudus-2024-01-23",): NEXUDUS | {
            "effective_from": "", "contract_condition": "open_at_any_time",
            "suspension": "contract_void_if_suspended_at_end", "team_condition": "payer_counts", "article_id": ACTIVE_2026,
            "reason": "A what-if: the rules of 21 April 2026 before they spoke of suspension; it voids contracts only as in 2023",
        },
    },
    "rule_thresholds": {
        ("nutrium", "share_of_limit", "80"): {"valid_from": "1970-01-01"},
        ("nutrium", "share_of_limit", "100"): {"valid_from": "1970-01-01"},
        ("nexudus", "growth", "120"): {"valid_from": "1970-01-01"},
    },
}  # fmt: skip
# A what-if of one switch counts the same kinds as the ruleset that it varies, by the same sentences.
SAME_CONDITIONS = {
    "nexudus-2022-11-02-archived": "nexudus-2022-11-02",
    "nexudus-2024-01-23": "nexudus-2026-04-21",
}


def unlike_shipped(seeds: Path = SEEDS) -> list[str]:
    """A line for each cell of a shipped row that is otherwise, and for each row that is gone."""
    found = _unlike_varied(seeds)
    for seed, rows in SHIPPED.items():
        with open(seeds / "rules" / f"{seed}.csv", newline="", encoding="utf-8-sig") as file:
            read = list(csv.DictReader(file))
        for key, cells in rows.items():
            row = next((row for row in read if tuple(row.values())[: len(key)] == key), None)
            if row is None:
                found.append(f"{seed}: {' '.join(key)} is gone")
                continue
            keys = list(row)[: len(key)]
            assert set(row) == {*keys, *cells}, f"{seed} has columns that nothing is said of: {set(row) ^ {*keys, *cells}}"
            found += [f"{seed}: {' '.join(key)}: {name} is {row[name]!r}, not {value!r}"
                      for name, value in cells.items() if row[name] != value]  # fmt: skip
    return found


def _unlike_varied(seeds: Path) -> list[str]:
    """A line for each condition that a what-if of one switch has and the ruleset that it varies has not, or the other way."""
    with open(seeds / "rules" / "rule_conditions.csv", newline="", encoding="utf-8-sig") as file:
        read = [tuple(row.values()) for row in csv.DictReader(file)]
    found = []
    for whatif, varied in SAME_CONDITIONS.items():
        conditions, expected = ({row[1:] for row in read if row[0] == ruleset} for ruleset in (whatif, varied))
        found += [f"rule_conditions: {whatif}: {','.join(row)} is not as in {varied}" for row in sorted(conditions ^ expected)]
    return found
