"""The recipes of CONTRIBUTING.md, followed in a copy: a new landed table, and a condition on it under a new ruleset, make
people count; the rulesets that have billed stay as they are."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from headcount.project import PROJECT
from tests.support import recipe
from tests.support.dbt import lend
from tests.support.small_house import NIGHT1, house, write_house

# Runs with the copy's own code. The night's landing checks measure the new table too.
PROGRAM = """
import json, sys
from datetime import datetime
from pathlib import Path

import duckdb

from headcount import words
from headcount.expectations.measures import measure
from headcount.landing import inspect, take_stock
from tests.support.warehouse import build, compile_project

folder, landing, as_of = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
facts = measure(duckdb.connect(), take_stock(inspect(landing), {}), datetime.fromisoformat(as_of).replace(tzinfo=None))["lockers"]
warehouse = build(compile_project(folder), landing, as_of)
nodes = json.loads((folder / "target" / "manifest.json").read_text())["nodes"]
assertion = next(node["compiled_code"] for node in nodes.values() if node["name"] == "assert_rule_words_are_known")
said = {
    "measured": [facts.rows, facts.newest.paid, facts.newest.asked_parents],
    "unknown_words": warehouse.execute(assertion).fetchall(),
    "sentences": [words.sentence(kind, "locker_rental") for kind in ("source", "activity")],
    "judged_by": warehouse.execute(
        "select distinct ruleset_id from marts.fct_active_users where contains(sources, 'locker_rental')"
    ).fetchall(),
    "counted": warehouse.execute(
        "select distinct customer_id, source from marts.fct_active_user_sources where source = 'locker_rental' order by 1"
    ).fetchall(),
    "rejected": warehouse.execute(
        "select record_key, reason from marts.rejected_records where source_table = 'lockers' order by 1, 2"
    ).fetchall(),
    "reconciled": warehouse.execute(
        "select landed_rows, accepted_rows, redelivered_rows, rejected_rows from marts.landing_reconciliation "
        "where source_table = 'lockers'"
    ).fetchall(),
}
print(json.dumps(said))
"""


def locker(key: str, customer_id: str = "102", **more) -> dict:
    return {"locker_id": key, "customer_id": customer_id, "location_id": "l1", "price": "12.50",
            "rented_at": "2026-05-12T10:00:00Z", "_loaded_at": "2026-05-13T01:00:00Z", "_deleted": "", **more}  # fmt: skip


@pytest.fixture(scope="module")
def followed(compiled_folder, tmp_path_factory) -> tuple[Path, list[str]]:
    """A copy of the project in which the recipes were followed, and the files that they touched."""
    folder = recipe.copy_project(tmp_path_factory.mktemp("project"))
    lend(folder)
    return folder, recipe.follow(folder)


def test_a_new_table_and_a_condition_on_it_make_people_count(followed, tmp_path):
    rows = house() | {
        "lockers": [
            locker("paid"),
            locker("paid"),
            locker("free", "101", price="0"),
            locker("stranger", "999"),
            locker("other_account", "901"),
            locker("negative", price="-1", rented_at="2026-05-20T10:00:00Z"),
        ]
    }
    landing = write_house(tmp_path / "landing", rows)
    folder = tmp_path / "compiled"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), str(landing), NIGHT1],
        cwd=followed[0], env=recipe.environment(followed[0]), capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "measured": [6, 5, 6],
        "unknown_words": [],
        "sentences": ["They rent a locker.", "A locker was rented."],
        "judged_by": [[recipe.RULESET]],
        "counted": [["102", "locker_rental"]],
        "rejected": [
            ["negative", "in_the_future"],
            ["negative", "negative:price"],
            ["other_account", "other_account:customer_id"],
            ["stranger", "unknown:customer_id"],
        ],
        "reconciled": [[6, 2, 1, 3]],
    }


def test_the_recipes_name_every_file_they_touch(followed):
    """CONTRIBUTING.md says which, with the table's name left open."""
    text = (PROJECT / "CONTRIBUTING.md").read_text("utf-8")
    named = set(re.findall(r"`([\w/<>.]+\.\w+)`", text))
    assert {name.replace("lockers", "<table>") for name in followed[1]} <= named


def test_a_ruleset_that_has_billed_gets_no_row(followed):
    """What it said has been billed: the recipe adds a ruleset, with its conditions."""
    for name in ("rule_rulesets", "rule_conditions"):
        before, after = ((folder / "seeds" / "rules" / f"{name}.csv").read_text() for folder in (PROJECT, followed[0]))
        assert after.startswith(before)
        assert {line.split(",")[0] for line in after.removeprefix(before).splitlines()} == {recipe.RULESET}


def test_what_else_lists_the_table_agrees(followed):
    """In the copy too: page and oracle say of the new table what its source says."""
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/python/test_landing_contract.py"]
    done = subprocess.run(
        [*words, "-k", "lockers and not depends or listed"],
        cwd=followed[0], env=recipe.environment(followed[0]), capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "5 passed" in done.stdout
