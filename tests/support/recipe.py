"""The recipes of CONTRIBUTING.md, done: a landed table `lockers`, a condition `locker_rental` on it and, since no ruleset that
has billed gets a row, a ruleset that names it, in a copy of the project."""

import os
import shutil
from pathlib import Path

from headcount.project import PROJECT

COPIED = (
    "headcount", "macros", "models", "seeds", "tests", "profiles", "docs", "analyses",
    "dbt_project.yml", ".dbtignore", "pyproject.toml",
)  # fmt: skip

# Files that are added.
NEW = {
    "models/staging/stg_lockers.sql": "{{ headcount.staged_rows('lockers') }}\n",
    "models/staging/stg_lockers.yml": """version: 2

models:
  - name: stg_lockers
    description: One row for each row of lockers that had landed by the run's instant, redeliveries included.
    config:
      meta:
        grain: [locker_id, loaded_at, row_hash]
""",
    "models/intermediate/judged/int_lockers__judged.sql": """-- depends_on: {{ ref('int_customers__known') }}
-- depends_on: {{ ref('int_locations__known') }}
{{ headcount.judged_records('lockers') }}
""",
    "models/intermediate/judged/int_lockers__judged.yml": """version: 2

models:
  - name: int_lockers__judged
    description: One row for each version of a locker, and one for each rejected row.
    config:
      meta:
        grain: [locker_id, loaded_at, row_hash]
""",
}

SOURCE = """      - name: lockers
        description: A locker rented by a customer.
        config: {meta: {kind: record}}
        columns:
          - name: locker_id
            description: Key.
            data_type: text
            config: {meta: {required: true}}
          - name: customer_id
            description: Who rents it.
            data_type: text
            config: {meta: {required: true, refers_to: customers.customer_id, watch: [parent]}}
          - name: location_id
            description: Where.
            data_type: text
            config: {meta: {required: true, refers_to: locations.location_id}}
          - name: price
            description: Price in major units.
            data_type: number
            config: {meta: {required: true, at_least: 0, watch: [money]}}
          - name: rented_at
            description: When it was rented.
            data_type: instant
            config: {meta: {required: true, never_ahead: true, watch: [happened]}}
          - *loaded_at
          - *deleted
          - *file
          - *raw_record
"""

BRANCH = """
    union all

    select
        customer_id,
        location_id as landed_location_id,
        'locker_rental' as activity_type,
        price,
        rented_at as happened_at,
        locker_id as evidence_id,
        true as is_valid_invoice,
        cast(null as timestamp) as cancelled_at,
        known_from_at,
        known_until_at

    from lockers
"""

IMPORT = """with

lockers as (

    select * from {{ ref('int_lockers__judged') }}

),
"""

# The newest ruleset with another condition, in force when the house is judged.
BEFORE, RULESET = "nexudus-2026-04-21", "nexudus-2026-05-02"
RULESETS = (
    f"{RULESET},nexudus,2026-05-02,since_last_invoice,location,open_at_any_time,created_at,standing_void_while_suspended,"
    "payer_counts,count,,24,show,,nexudus-who-is-active-2026,Whoever rents a locker counts too\n"
)
CONDITIONS = f"""{RULESET},locker_rental,free,false,,X9,nexudus-who-is-active-2026,16
{RULESET},locker_rental,paid,true,locker_rental,X9,nexudus-who-is-active-2026,17
"""
WORDS = """  locker_rental:
    name: locker
    says: {}
"""

ORACLE = """        _table("lockers", "record", "locker_id! customer_id! location_id! price:decimal! rented_at:instant!"),
"""
PAGE = "| lockers | record | locker_id!, customer_id!, location_id!, price!, rented_at! |\n"

# Files that are changed: (file, what stands there or None for its end, what stands there afterwards).
ASSERTION = "tests/assertions/assert_rule_words_are_known.sql"
ACTIVITY = "models/intermediate/conditions/int_activity__at_landed_locations.sql"
_END_OF_UNION = "\n)\n\n-- A walk-in"
# Lines before which or after which the table's own are put.
_LAST_NAME = "        'subscription_changes',\n"
_END_OF_ORACLE, _HAPPENED_AT = "    )\n}\n\n# Columns that never", "HAPPENED_AT = {\n"
_END_OF_PAGE = "\nThe last four columns of platform_invoices"
TABLE = (
    ("models/staging/_landing__sources.yml", None, SOURCE),
    ("macros/judging/landed_tables.sql", _LAST_NAME, _LAST_NAME + "        'lockers',\n"),
    ("tests/oracle/contract.py", _END_OF_ORACLE, ORACLE + _END_OF_ORACLE),
    ("tests/oracle/contract.py", _HAPPENED_AT, _HAPPENED_AT + '    "lockers": "rented_at",\n'),
    ("docs/contract/landing.md", _END_OF_PAGE, PAGE + _END_OF_PAGE),
)
CONDITION = (
    (ACTIVITY, "with\n", IMPORT),
    (ACTIVITY, _END_OF_UNION, BRANCH + _END_OF_UNION),
    ("seeds/rules/rule_rulesets.csv", None, RULESETS),
    ("seeds/rules/rule_conditions.csv", None, CONDITIONS),
    ("headcount/words/counting.yml", "source:\n", "source:\n" + WORDS.format("They rent a locker.")),
    ("headcount/words/counting.yml", "activity:\n", "activity:\n" + WORDS.format("A locker was rented.")),
    (ASSERTION, "'booking', 'recurring_product'", "'locker_rental', 'booking', 'recurring_product'"),
)


def copy_project(folder: Path) -> Path:
    """The project without what is made of it."""
    for name in COPIED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.duckdb*", "target"))
        else:
            shutil.copy(source, folder / name)
    return folder


def follow(folder: Path) -> list[str]:
    """Do what the recipes say; the files touched."""
    for name, text in NEW.items():
        (folder / name).write_text(text, "utf-8")
    for name, before, after in (*TABLE, *CONDITION):
        path = folder / name
        text = path.read_text("utf-8")
        after = _rows_of_before(text) + after if after == CONDITIONS else after
        assert before is None or before in text, f"{name}: {before!r} is not there"
        path.write_text(text + after if before is None else text.replace(before, after), "utf-8")
    return sorted({*NEW, *(name for name, _, _ in (*TABLE, *CONDITION))})


def _rows_of_before(conditions: str) -> str:
    """The conditions of the ruleset before, for the new one."""
    return "".join(
        line.replace(BEFORE, RULESET, 1) for line in conditions.splitlines(keepends=True) if line.startswith(f"{BEFORE},")
    )


def environment(folder: Path) -> dict[str, str]:
    """The copy's own code is what runs."""
    return dict(os.environ, PYTHONPATH=str(folder))
