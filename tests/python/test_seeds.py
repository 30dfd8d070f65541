"""Seeds as people keep them: saved by a spreadsheet, with prices too small, and with a product of their own.

The tests that run dbt do so in a copy of the project, on a copy of the warehouse of the sample. About 60 s.
"""

import json
import shutil
from pathlib import Path

import pytest

from headcount import seeds
from headcount.errors import UsageError
from headcount.expectations.profiles import known_words
from headcount.nightly.job import forbid_unknown_ruleset
from headcount.project import PROJECT, SEEDS
from headcount.rulesets import forbid_unknown_corrections
from headcount.thresholds import forbid_bad_thresholds
from tests.oracle.seeds import Prices, Rules
from tests.support.dbt import dbt, lend
from tests.support.holds import add_holds

BOM = "\ufeff"
RULESETS, CONDITIONS = "rules/rule_rulesets.csv", "rules/rule_conditions.csv"
THRESHOLDS = "rules/rule_thresholds.csv"
HOLDS = "rules/rule_holds.csv"
SAVED = {
    "BOM": lambda text: BOM + text,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "BOM and CRLF": lambda text: BOM + text.replace("\n", "\r\n"),
}


@pytest.fixture
def own_seeds(tmp_path, monkeypatch):
    """A copy of the seeds that the package reads instead of its own."""
    folder = Path(shutil.copytree(SEEDS, tmp_path / "seeds"))
    readers = (seeds.rows, seeds.forbid_unreadable, forbid_unknown_corrections, forbid_bad_thresholds)
    for reader in readers:
        monkeypatch.setattr(reader, "__defaults__", (folder,))
    known_words.cache_clear()
    yield folder
    known_words.cache_clear()


def save(folder: Path, saved) -> None:
    """Save every seed of a folder another way."""
    for path in folder.rglob("*.csv"):
        path.write_bytes(saved(path.read_text("utf-8")).encode("utf-8"))


# -- saved by a spreadsheet ------------------------------------------------------------------


@pytest.mark.parametrize("saved", SAVED.values(), ids=SAVED)
def test_seeds_saved_by_a_spreadsheet_say_the_same(own_seeds, saved):
    save(own_seeds, saved)
    assert {"nexudus", "nutrium"} <= set(known_words("product"))
    assert known_words("duration") == ("annual", "biannual", "monthly", "quarterly")
    forbid_unknown_ruleset("nexudus-2022-11-02")
    ours, shipped = Rules(own_seeds), Rules(SEEDS)
    assert (ours.rulesets, ours.conditions, ours.minor_units) == (shipped.rulesets, shipped.conditions, shipped.minor_units)
    assert vars(Prices(own_seeds)) == vars(Prices(SEEDS))


@pytest.mark.parametrize(("spoiled", "saying"), [
    (lambda text: text.replace(",", ";").encode(), "cells are separated by semicolons; save it with commas"),
    (lambda text: text.replace(",", "\t").encode(), "cells are separated by tabs; save it with commas"),
    (lambda text: text.encode("utf-16"), "is not UTF-8; save it as CSV UTF-8"),
    (lambda text: text.replace("grace_hours", "grace").encode(), "no column grace_hours in its first line"),
    (lambda text: text.replace(",location,", ",", 1).encode(), "row 3 has not the 16 cells of the header"),
    (lambda text: text.replace("grace_hours", "").encode(), "has no name, or that of another"),
    (lambda text: text.encode() + b'x,"y', "cannot be read (unexpected end of data)"),
    (lambda text: text.replace("corrections,", "correction,", 1).encode(), "no column corrections in its first line"),
    (lambda text: text.replace(",show,,", ",refund,,", 1).encode(), "row 2: corrections 'refund' is not one of show, "),
    (lambda text: text.replace(",show,,", ",,,", 1).encode(), "row 2: corrections '' is not one of show, credit"),
    (lambda text: text.replace(",show,,", ",both,2.5,", 1).encode(), "row 2: corrections_periods '2.5' is no whole number"),
    (lambda text: text.replace(",show,,", ",both,-1,", 1).encode(), "row 2: corrections_periods '-1' is no whole number"),
])  # fmt: skip
def test_a_seed_that_cannot_be_read_is_one_line(own_seeds, spoiled, saying):
    path = own_seeds / RULESETS
    path.write_bytes(spoiled(path.read_text("utf-8")))
    with pytest.raises(UsageError) as refused:
        forbid_unknown_ruleset(None)
    assert str(refused.value).startswith(f"seeds/{RULESETS}: ")
    assert saying in str(refused.value)


@pytest.mark.parametrize(("row", "saying"), [
    ("nutriun,share_of_limit,80,2026-01-01", "product 'nutriun' is not one of nexudus, nutrium, which the rulesets name"),
    ("nutrium,share,90,2026-01-01", "measure 'share' is not one of share_of_limit, growth"),
    ("nutrium,share_of_limit,80 %,2026-01-01", "percent '80 %' is no whole number from 1 to 100000; write 80 for 80 %"),
    ("nutrium,share_of_limit,0,2026-01-01", "percent '0' is no whole number"),
    ("nutrium,share_of_limit,0.9,2026-01-01", "percent '0.9' is no whole number"),
    ("nutrium,share_of_limit,100001,2026-01-01", "percent '100001' is no whole number"),
    ("nutrium,share_of_limit,90,", "valid_from '' is not a date; write it like 2026-03-31"),
    ("nutrium,share_of_limit,90,2026-02-30", "valid_from '2026-02-30' is not a date"),
    ("nutrium,share_of_limit,90,1/2/2026", "valid_from '1/2/2026' is not a date"),
    ("nutrium,share_of_limit,80,2026-01-01", "nutrium has share_of_limit 80 in row 2 already; a threshold holds from"),
])  # fmt: skip
def test_a_threshold_that_means_nothing_or_overlaps_is_one_line(own_seeds, row, saying):
    """F4: before anything is built."""
    forbid_unknown_ruleset(None)
    with open(own_seeds / THRESHOLDS, "a", encoding="utf-8") as file:
        file.write(f"{row}\n")
    with pytest.raises(UsageError) as refused:
        forbid_unknown_ruleset(None)
    said = str(refused.value)
    assert said.startswith(f"seeds/{THRESHOLDS}: row 5: ")
    assert saying in said
    assert "\n" not in said
# -- holds -----------------------------------------------------------------------------------


def test_no_hold_is_shipped():
    assert seeds.rows(HOLDS) == []


def test_holds_of_every_measure_are_taken(own_seeds):
    add_holds(own_seeds)
    add_holds(own_seeds, "new,nexudus,first_bill,0,,2026-02-28\nsame,nexudus,amount_at_least,0.50,EUR,2026-01-01\n")
    forbid_unknown_ruleset(None)


@pytest.mark.parametrize(("row", "saying"), [
    ("a,nexudus,amount_over,100,EUR,2026-01-01", "measure 'amount_over' is not one of adjustment, amount_at_least"),
    ("a,nexudos,amount_at_least,100,EUR,2026-01-01", "product 'nexudos' is not one of nexudus, nutrium"),
    ("a,,amount_at_least,100,EUR,2026-01-01", "product '' is not one of"),
    ("a,nexudus,amount_at_least,100,EURO,2026-01-01", "currency 'EURO' is not one of seeds/maps/map_currencies.csv"),
    ("a,nexudus,amount_at_least,100,,2026-01-01", "currency is empty; amount_at_least needs one"),
    ("a,nexudus,amount_at_least,,EUR,2026-01-01", "value is empty; amount_at_least needs one"),
    ("a,nexudus,change_percent,,,2026-01-01", "value is empty; change_percent needs one"),
    ("a,nexudus,adjustment,,,2026-01-01", "value is empty; adjustment needs one"),
    ("a,nexudus,change_percent,20%,,2026-01-01", "value '20%' is no number"),
    ("a,nexudus,amount_at_least,-5,EUR,2026-01-01", "value '-5' is no number"),
    ("a,nexudus,amount_at_least,1e3,EUR,2026-01-01", "value '1e3' is no number"),
    ("a,nexudus,amount_at_least,0.0000001,EUR,2026-01-01", "value '0.0000001' is no number with at most 12 digits and 6 more"),
    ("a,nexudus,first_bill,10,,2026-01-01", "value '10' means nothing for first_bill; leave it empty"),
    ("a,nexudus,first_bill,,,", "valid_from '' is no day; write it like 2026-03-31"),
    ("a,nexudus,first_bill,,,2026-02-29", "valid_from '2026-02-29' is no day"),
    ("a,nexudus,first_bill,,,01.02.2026", "valid_from '01.02.2026' is no day"),
    (",nexudus,first_bill,,,2026-01-01", "hold_id is empty; give the hold a name"),
    ("large,nexudus,first_bill,,,2026-01-01", "hold_id 'large' is in row 2 too; keep one of them"),
    ("a,nexudus,amount_at_least,200,EUR,2020-01-01", "the same is said of the same day in row 2 too; keep one of them"),
    ("a,nexudus,first_bill,2026-01-01", "row 7 has not the 6 cells of the header"),
])  # fmt: skip
def test_a_hold_that_is_unclear_is_one_line(own_seeds, row, saying):
    add_holds(own_seeds)
    add_holds(own_seeds, f"{row}\n")
    with pytest.raises(UsageError) as refused:
        forbid_unknown_ruleset(None)
    assert str(refused.value).startswith(f"seeds/{HOLDS}: row 7")
    assert saying in str(refused.value)


# -- in a copy of the project ----------------------------------------------------------------


class OwnProject:
    """A copy of the project, and a warehouse that its dbt builds into."""

    def __init__(self, folder: Path, warehouse: Path):
        self.folder = folder / "project"
        left_out = shutil.ignore_patterns(".venv", ".git", "build", "target", "logs", "__pycache__")
        shutil.copytree(PROJECT, self.folder, ignore=left_out, symlinks=True)
        self.warehouse = Path(shutil.copy(warehouse, folder / warehouse.name))

    def add(self, seed: str, *lines: str) -> None:
        """Add rows to a seed."""
        with open(self.folder / "seeds" / seed, "a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)

    def dbt(self, *words: str) -> dict[str, tuple[str, int]]:
        """Run dbt; what became of each seed, model and test, and how many rows it has."""
        target = dbt(self.warehouse, self.folder / "target", *words, project=self.folder, may_fail=True)
        results = json.loads((target / "run_results.json").read_text("utf-8"))["results"]
        # unit_test.headcount.<model>.<name>; anything else has its name third.
        names = [one["unique_id"].split(".") for one in results]
        named = [words[3] if words[0] == "unit_test" else words[2] for words in names]
        return {name: (one["status"], one["failures"]) for name, one in zip(named, results, strict=True)}


@pytest.fixture
def project(sample_warehouse, tmp_path):
    return OwnProject(tmp_path, sample_warehouse)


LOGINS = "logins-2026,logins,2026-01-01,calendar_month,account,,,,,count,,24,show,,nutrium-active-clients,Who logs in is active"
# A build runs the unit tests of the models that it builds.
POLICIES = ["int_rules__matched", "int_judgements", "int_term_changes__priced", "int_subscription_changes__ordered"]
WORDS = ["assert_rule_words_are_known", "assert_every_rule_cites_its_article", "assert_rulesets_of_a_product_share_calendar"]


@pytest.mark.xdist_group("sample")
def test_a_product_of_ones_own_needs_seeds_only(project):
    """Counted by account and calendar month, by a kind of edit of its own; the seeds were saved by a spreadsheet."""
    project.add(RULESETS, LOGINS)
    project.add(CONDITIONS, "logins-2026,edit:login,free,true,edit,N1,nutrium-active-clients,7")
    save(project.folder / "seeds", SAVED["BOM and CRLF"])
    built = project.dbt("build", "--select", "config.materialized:seed", *POLICIES, *WORDS)
    assert {name: done for name, done in built.items() if done[0] not in ("success", "pass")} == {}
    assert len([name for name in built if name.startswith("int_rules__matched__")]) == 5
    assert "int_judgements__carry_the_words_of_the_shipped_rulesets" in built
    assert {"rule_rulesets", "rule_conditions", "map_currencies", *WORDS} < set(built)


# Rows that nothing can match, or that mean nothing; each is one row of the test, named by its ruleset and words.
DESKS = "desks-2026,desks,2026-01-01,since_last_invoice,location,,,,,count,,24,both,2,nutrium-active-clients,Desks"
BAD_CONDITIONS = [
    ("logins-2026", "edit:*,free,true,edit"),
    ("logins-2026", "edit:,free,true,edit"),
    ("logins-2026", "edit:Login,free,true,edit"),
    ("logins-2026", "edit: login,free,true,edit"),
    ("logins-2026", "edit:login,paid,true,edit"),
    ("logins-2026", "edits:login,free,true,edit"),
    ("logins-2026", "login,free,true,edit"),
    ("logins-2026", "bookings,paid,true,booking"),
    ("logins-2026", "invoice_line:gift*,paid,true,invoice"),
    ("logins-2026", "booking,any,true,booking"),
    ("logins-2026", "booking,paid,true,reservation"),
    ("logins-2026", "contract,paid,true,"),
    ("logins-2026", "team,any,true,team"),
    ("desks-2026", "edit:login,free,true,edit"),
]
GOOD_CONDITIONS = [
    ("logins-2026", "edit:login,free,true,edit"),
    ("logins-2026", "invoice_line:*,paid,true,invoice"),
    ("logins-2026", "invoice_line:gift,free,false,"),
    ("desks-2026", "contract,free,true,contract"),
]
# What corrections become is one of three words, over a whole number of periods.
BAD_RULESETS = [
    f"{name},{name},2026-01-01,calendar_month,account,,,,,count,,24,{words},nutrium-active-clients,Bad"
    for name, words in (("no-word", ","), ("other-word", "refund,"), ("half", "both,2.5"), ("negative", "credit,-1"))
]


@pytest.mark.xdist_group("sample")
def test_what_a_seed_says_in_vain_is_named(project):
    """Rule rows that can never match, and prices that would be rounded. No unit test is asked."""
    lend(project.folder)
    project.add(RULESETS, LOGINS, DESKS, *BAD_RULESETS)
    for ruleset, words in BAD_CONDITIONS + GOOD_CONDITIONS:
        project.add(CONDITIONS, f"{ruleset},{words},N1,nutrium-active-clients,7")
    for limit, price in ((10, "0.0000001"), (25, "-1"), (75, "1e3"), (100, "0.000001"), ("", "7.50000000")):
        project.add("prices/example_package_prices.csv", f"logins,Basic,monthly,{limit},EUR,2026-01-01,{price}")
    project.add("prices/example_rate_cards.csv", "logins,EUR,2026-01-01,1,1,,0.0000001,1234567890123")
    project.add(HOLDS, "a,nexudus,amount_at_least,,EUR,2026-01-01", "b,nexudus,amount_at_least,10,,2026-01-01",
                "c,nexudus,change_percent,20%,,2026-01-01", "d,nexudus,first_bill,7,,2026-01-01",
                "e,nexudus,no_such_measure,7,,2026-01-01", "f,nexudus,first_bill,,,2026-01-02")  # fmt: skip
    assertions = ["assert_rule_words_are_known", "assert_holds_say_what_they_need"]
    built = project.dbt("build", "--select", "config.materialized:seed", *assertions)
    failed = {name: number for name, (status, number) in built.items() if status == "fail"}
    assert failed == {
        "assert_rule_words_are_known": len(BAD_CONDITIONS) + len(BAD_RULESETS),
        "assert_holds_say_what_they_need": 5,
        "accepted_values_rule_holds_measure__amount_at_least__change_percent__first_bill__adjustment": 1,
        "exact_price_example_package_prices_price": 3,
        "exact_price_example_rate_cards_unit_price": 1,
        "exact_price_example_rate_cards_flat_fee": 1,
    }
