"""Every rule has a page and a test that names it, and the check that says so has been seen to fail."""

from pathlib import Path

import pytest

from tests.checks.rules_covered import coverage, wrong

# A page about a rule: what it names where, and the test that proves it.
PAGE = """# {rule}

**Article.** One.

**Example.** Two.

**Where it lives.** {model}

**How it is tested.** `{test}`

**How to change it.** Three.
"""


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of two rules, each with a page and a test."""
    write(tmp_path / "docs/contract/rules.md", "X1 and X2")
    write(tmp_path / "docs/rules/X1.md", PAGE.format(rule="X1", model="`int_a__b`", test="int_a__b__does_c"))
    write(tmp_path / "docs/rules/X2.md", PAGE.format(rule="X2", model="Nowhere.", test="assert_d_is_e"))
    write(tmp_path / "models/int_a__b.sql", "select 1")
    write(tmp_path / "models/int_a__b.yml", "unit_tests:\n  - name: int_a__b__does_c\n    description: 'X1: it does'\n")
    write(tmp_path / "tests/assertions/assert_d_is_e.sql", "-- D is e (X2).\nselect 1 -- not X1\n")
    write(tmp_path / "tests/python/test_f.py", '"""F."""\n\n\ndef test_f():\n    """F holds (X2)."""\n')
    return tmp_path


def messages(project: Path) -> list[str]:
    return [f"{finding.rule}: {finding.message}" for finding in wrong(project)]


def test_every_rule_of_the_project_has_a_page_and_a_test():
    assert wrong() == []


def test_a_rule_lists_what_names_it(project):
    assert coverage(project) == {"X1": ["int_a__b__does_c"], "X2": ["assert_d_is_e", "test_f.py::test_f"]}
    assert wrong(project) == []


def test_a_rule_that_nothing_names_is_found(project):
    (project / "models/int_a__b.yml").write_text("unit_tests:\n  - name: int_a__b__does_c\n    description: it does\n")
    assert messages(project) == ["X1: no test names it"]


def test_a_rule_without_a_page_is_found(project):
    (project / "docs/rules/X2.md").unlink()
    assert messages(project) == [
        "X2: has no page, and is named by assert_d_is_e, test_f.py::test_f",
        "X2: has no page and is in the contract",
    ]


def test_a_page_that_the_contract_does_not_know_is_found(project):
    write(project / "docs/contract/rules.md", "X1")
    assert messages(project) == ["X2: has a page and not in the contract"]


def test_a_page_that_names_what_does_not_exist_is_found(project):
    (project / "models/int_a__b.sql").rename(project / "models/int_a__g.sql")
    assert messages(project) == ["X1: names int_a__b, which does not exist"]


def test_a_page_without_one_of_its_paragraphs_is_found(project):
    page = project / "docs/rules/X2.md"
    write(page, page.read_text("utf-8").replace("**Example.** ", ""))
    assert messages(project) == [
        "X2: should have the paragraphs Article, Example, Where it lives, How it is tested, How to change it; "
        "has Article, Where it lives, How it is tested, How to change it"
    ]


@pytest.mark.parametrize("test", ["the_scenario_of_nothing", "tests/python/test_nothing.py"])
def test_a_page_that_names_a_test_that_does_not_exist_is_found(project, test):
    write(project / "docs/rules/X2.md", PAGE.format(rule="X2", model="Nowhere.", test=test))
    assert messages(project) == [f"X2: names the test {test}, which does not exist", "X2: names no test"]


def test_a_project_without_rules_is_found(tmp_path):
    assert messages(tmp_path) == ["rules: there are no rules"]
