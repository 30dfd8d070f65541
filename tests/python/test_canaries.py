"""Every rule and check that is switched on has a canary, and the check that says so has been seen to fail."""

import shutil
from pathlib import Path

import pytest

from tests.checks import canaries, linters, pages
from tests.checks.report import CANARIES, ROOT


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The canaries, where one can be taken away."""
    return Path(shutil.copytree(CANARIES, tmp_path / "canaries", ignore=shutil.ignore_patterns("dbt_project", "style")))


def messages(findings) -> list[str]:
    return [f"{finding.rule}: {finding.message}" for finding in findings]


def test_everything_that_is_checked_has_been_seen_to_fail():
    assert canaries.wrong() == []


def test_the_table_has_every_convention_and_names_what_is_there():
    listed = list(canaries.table())
    assert {convention for convention, _, _ in listed} == {
        "ruff", "yamllint", "sqlfluff", "dbt-bouncer", "properties", "style", "exposures", "pages", "rules_covered",
    }  # fmt: skip
    assert len(listed) > 350
    named = {canary.partition(":")[0] for convention, _, canary in listed if convention != "ruff"}
    assert [one for one in sorted(named) if not (CANARIES / one).exists()] == []


def test_a_message_without_a_canary_is_found(copied):
    """A page of the canary project no longer names a file that is not there."""
    assert canaries.silent(pages, copied) == []
    readme = copied / "pages" / "wrong" / "README.md"
    readme.write_text(readme.read_text().replace("docs/no_such_file.md", "docs/fine.md"))
    assert messages(canaries.silent(pages, copied)) == ["pages: no canary makes it say: .*\\ does\\ not\\ exist"]


def test_a_canary_that_is_fine_and_flagged_is_found(copied):
    fine = copied / "pages" / "wrong" / "docs" / "fine.md"
    fine.write_text("`no_such_name`")
    assert any("is fine, and was flagged" in message for message in messages(canaries.silent(pages, copied)))


def test_a_check_in_no_list_is_found(tmp_path):
    shutil.copytree(ROOT / "tests" / "checks", tmp_path / "tests" / "checks")
    assert canaries.unlisted(tmp_path) == []
    (tmp_path / "tests" / "checks" / "spelling.py").write_text("")
    assert messages(canaries.unlisted(tmp_path)) == ["canaries: is a check without canaries, or none: say so in canaries.py"]


def test_a_kind_of_property_without_a_canary_is_found(copied):
    (copied / "properties" / "misspelt_source.yml").unlink()
    found = messages(canaries.unproven_kinds(folder=copied / "properties"))
    assert found == ["sources: no canary has a key of it that dbt does not know"]


def test_a_rule_of_yamllint_that_is_switched_off_or_has_no_canary_is_found(copied):
    settings = (ROOT / ".yamllint").read_text("utf-8")
    ruled = linters.yaml_settings(settings)
    assert linters.yaml_unproven(ruled) == []
    (copied / "yamllint" / "truthy.yml").unlink()
    (copied / "yamllint" / "fine.yml").write_text("one:  2\n")
    said = messages(linters.yaml_unproven(ruled, copied / "yamllint"))
    assert said == ["truthy: is not flagged, or is not there", "colons: flags what is fine"]
    # A rule of which nothing is flagged any more.
    assert messages(linters.yaml_unproven(linters.yaml_settings(settings.replace("max: 160", "max: 1600")))) == [
        "line-length: is not flagged, or is not there"
    ]


def test_a_rule_of_ruff_that_flags_nothing_is_found():
    rules, files = ["E501", "F401", "UP040", "fine"], linters.ruff_canaries()
    good = {"E501": files["E501"], "F401": files["F401"], "UP040": b"x = 1\n", "fine": files["fine"]}
    assert messages(linters.ruff_unproven(rules[:3], good)) == []
    bad = good | {"E501": b"x = 1\n", "fine": b"import os\n"}
    assert messages(linters.ruff_unproven(rules[:3], bad)) == [
        "E501: is switched on and flags nothing: give it a file in tests/canaries/ruff", "F401: flags what is fine",
    ]  # fmt: skip
    assert messages(linters.ruff_unproven([], {})) == ["ruff: no rule is switched on"]
    # One that is held for silent and is not.
    assert messages(linters.ruff_unproven(["W505"], {"W505": b"x = 1\n"})) == []
