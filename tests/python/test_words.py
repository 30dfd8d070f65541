"""Every code that the seeds, the models and the marts can give has a sentence and a name, and no sentence is without a
code. Seconds, beside the sample that other tests share."""

import csv
import json
import re

import pytest
import yaml

from headcount import words
from headcount.project import PROJECT, SEEDS, SOURCES
from tests.checks.rules_covered import rules

pytestmark = pytest.mark.xdist_group("sample")

# Which kind of code a column holds, by the column or by model and column.
KINDS = {
    "rule_thresholds.measure": "threshold", "rule_holds.measure": "hold", "fct_threshold_crossings.measure": "threshold",
    "fct_active_user_movements.movement": "movement", "fct_invoice_reconciliation.explanation": "reconciliation",
    "fct_package_charges.charge_kind": "charge", "fct_package_charges.duration": "duration",
    "fct_billing_lines.line_kind": "line", "billing_exceptions.exception": "exception",
    "fct_active_user_sources.source": "source", "fct_active_user_sources.activity_type": "activity",
    "fct_uncounted_activity.activity_type": "activity", "fct_uncounted_activity.reason": "reason",
    "fct_active_user_corrections.correction": "correction", "fct_billing_adjustment_users.correction": "correction",
    "fct_live_vs_invoiced.reason": "live", "dim_billing_periods.period_status": "state",
    "dim_billing_periods.ruleset_id": "ruleset", "active_user_explanations.rule_id": "rule",
    "fct_whatif_moves.move": "move", "dim_customers.customer_kind": "customer_kind", "dim_customers.status": "status",
    "rejected_records.reason": "rejection",
}  # fmt: skip
# The columns of a ruleset, of which a kind is called like its column, but for one.
SETTINGS = {
    column: {"period": "period_rule"}.get(column, column)
    for column in ("period", "counted_by", "contract_condition", "contract_from", "suspension", "team_condition",
                   "cancelled_bookings", "proration", "corrections")
}  # fmt: skip


def seed(name: str) -> list[dict[str, str]]:
    with open(SEEDS / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def has_sentence(kind: str, code: str) -> bool:
    """By itself or by a list's `word:*`, and not only because any code is said in its own words."""
    return words._said(kind, code, "says") is not None


def listed_values() -> set[tuple[str, str]]:
    """(kind, code) of each `accepted_values` of a model or seed."""
    found = set()
    for path in [*PROJECT.glob("models/**/*.yml"), *PROJECT.glob("seeds/rules/*.yml")]:
        content = yaml.safe_load(path.read_text("utf-8"))
        for node in [*content.get("models", []), *content.get("seeds", [])]:
            for column in node.get("columns", []):
                for test in column.get("data_tests", []):
                    if isinstance(test, dict) and "accepted_values" in test:
                        kind = KINDS[f"{node['name']}.{column['name']}"]
                        found |= {(kind, code) for code in test["accepted_values"]["arguments"]["values"]}
    return found


def of_seeds() -> set[tuple[str, str]]:
    found = set()
    for row in seed("rules/rule_rulesets.csv"):
        found.add(("ruleset", row["ruleset_id"]))
        found |= {(kind, row[column]) for column, kind in SETTINGS.items() if row[column]}
    for row in seed("rules/rule_conditions.csv"):
        found |= {("activity", row["activity_type"]), ("price_kind", row["price_kind"]), ("rule", row["rule_id"])}
        found |= {("source", row["source"])} if row["source"] else set()
    return found | {("duration", row["duration"]) for row in seed("maps/map_durations.csv")}


def allowed_in_rulesets() -> set[str]:
    """The words that a ruleset may have, by the assertion that stops any other."""
    sql = (PROJECT / "tests" / "assertions" / "assert_rule_words_are_known.sql").read_text("utf-8")
    return set(re.findall(r"'([a-z_]+)'", sql.partition("where (")[2].partition("union all")[0]))


def of_landing_checks() -> set[str]:
    """The names of the landing checks, with `*` for a column, by the code that makes them."""
    code = (PROJECT / "headcount" / "expectations" / "checks.py").read_text("utf-8")
    found = re.findall(r'Question\(facts, f?"([\w{}]+)"|"zone\.(\w+)"', code)
    return {re.sub(r"\{\w+\}", "*", "".join(names)) for names in found}


@pytest.fixture(scope="module")
def tests_of_dbt(compiled_folder) -> list[str]:
    nodes = json.loads((compiled_folder / "target" / "manifest.json").read_text())["nodes"].values()
    return [node["name"] for node in nodes if node["resource_type"] == "test"]


def test_the_docstring_lists_the_kinds():
    listed = {word for line in words.__doc__.splitlines() if line.startswith("    ") for word in re.findall(r"\b[a-z_]+\b", line)}
    assert set(words.kinds()) <= listed
    assert len(words.kinds()) == len(set(words.kinds()))


@pytest.mark.parametrize("kind", words.kinds())
def test_a_sentence_is_one_and_a_name_is_short(kind):
    """No code stands in a sentence: that is what it is there to explain."""
    for code in words.codes(kind):
        said, called = words.sentence(kind, code.replace("*", "word")), words.name(kind, code.replace("*", "word"))
        assert said.endswith("."), code
        assert said[0].isupper() or said.startswith(("word", *"0123456789")), code
        assert not called.endswith("."), code
        assert len(called) <= 60, code
        if kind != "rule":
            assert not re.search(r"[a-z]_[a-z]", said + called), code


def test_what_lists_and_seeds_can_say_has_a_sentence():
    found = listed_values() | of_seeds()
    assert len(found) > 70
    assert [code for code in sorted(found) if not has_sentence(*code)] == []
    assert set(words.codes("rule")) == set(rules())
    assert set(words.codes("ruleset")) == {row["ruleset_id"] for row in seed("rules/rule_rulesets.csv")}


def test_the_words_of_a_ruleset_are_those_that_are_allowed():
    assert {code for kind in SETTINGS.values() for code in words.codes(kind)} == allowed_in_rulesets()


def test_what_the_marts_of_the_sample_say_has_a_sentence(sample):
    for where, kind in KINDS.items():
        mart, column = where.split(".")
        if not mart.startswith("rule_"):
            found = sample.execute(f"select distinct {column} from marts.{mart} where {column} is not null").fetchall()
            assert [code for (code,) in found if not has_sentence(kind, code)] == [], where
    why = sample.execute("select distinct unnest(string_split(why, ',')), move from marts.fct_whatif_moves").fetchall()
    assert why
    assert [code for code, move in why if not has_sentence("source" if move == "added" else "reason", code)] == []


def test_a_rejected_row_is_told_the_same_by_its_mart(sample):
    rejected = sample.execute("select distinct reason, detail from marts.rejected_records").fetchall()
    assert {reason.split(":")[0] for reason, _ in rejected} == {code.split(":")[0] for code in words.codes("rejection")}
    assert [reason for reason, detail in rejected if words.sentence("rejection", reason) != f"{detail}."] == []


def test_each_check_has_a_sentence_and_each_sentence_a_check(tests_of_dbt):
    landing, known = of_landing_checks(), words.codes("check")
    assert {name for name in landing if name not in known} == set()
    assert [name for name in tests_of_dbt if not has_sentence("check", name)] == []
    for code in set(known) - landing:
        assert [name for name in tests_of_dbt if name == code or code.endswith("_*") and name.startswith(code[:-1])], code


def test_no_sentence_is_without_a_code():
    """What no list names stands as a word in the SQL that makes it."""
    sql = "\n".join(path.read_text("utf-8") for folder in ("models", "macros") for path in (PROJECT / folder).rglob("*.sql"))
    statuses = re.search(r"allowed: \[(active, [^\]]+)\]", SOURCES.read_text("utf-8"))[1].split(", ")
    listed = listed_values() | of_seeds() | {("status", code) for code in statuses}
    listed |= {(kind, code) for kind in SETTINGS.values() for code in allowed_in_rulesets()}
    for kind in set(words.kinds()) - {"check", "ruleset", "rule", "adjustment"}:
        for code in words.codes(kind):
            word = code.split(":")[0]
            assert (kind, code) in listed or f"'{word}'" in sql or f"'{word}:" in sql, f"{kind} {code}"
    # Said of the sign of an amount.
    assert set(words.codes("adjustment")) == {"billed", "paid_back"}


def test_a_code_that_no_list_has_is_said_in_its_own_words():
    assert words.sentence("source", "locker_rental") == "Locker rental."
    assert words.name("reason", "something_new") == "something new"
    with pytest.raises(KeyError):
        words.sentence("nothing", "of the kind")


@pytest.mark.parametrize(("kind", "code", "said"), [
    ("activity", "edit:note", 'Something else in the record of the client was changed ("note").'),
    ("check", "bookings.sum_price", "The sum of price is much larger or smaller than in the loads before."),
    ("check", "unique_combination_fct_active_users_a__b", "Something is there twice that may be there once."),
    ("rule", "X9", "Who buys a product that does not renew counts when it is paid for, and not when it is free."),
])  # fmt: skip
def test_a_word_that_is_open_has_the_sentence_of_its_kind(kind, code, said):
    assert words.sentence(kind, code).startswith(said)


def test_what_was_billed_under_is_called_by_its_vendor():
    assert words.name("ruleset", "nexudus-2026-04-21") == "rules of Nexudus from 2026-04-21 on"
    assert words.name("ruleset", "nutrium-2023") == "rules of Nutrium"
